package dev.talaria.service.config;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a worker launcher works.
 *
 * @param name of this launcher among those of its host
 * @param slots most workers at once
 * @param runRetention how long the directory of an ended run is kept
 * @param killGrace between asking a worker to end and killing it
 * @param backWithin after which it is expected back when it stops and leaves its workers; zero when nobody is to wait
 * @param lanes served, by name
 * @param labels that tasks may require, by key
 * @param places directories that tasks of other hosts' boards may work in, absolute
 */
public record LauncherConfig(
    String name,
    int slots,
    Duration runRetention,
    Duration killGrace,
    Duration backWithin,
    Map<String, LaneConfig> lanes,
    Map<String, String> labels,
    List<String> places) {
  private static final String WORD = "[A-Za-z0-9][A-Za-z0-9._/-]{0,62}";
  private static final String WORD_EXPECTED =
      "letters, digits, '.', '_', '/' and '-', a letter or digit first, at most 63";

  public LauncherConfig {
    Check.all(
        () -> Check.matches(
            "launcher.name",
            name,
            "[A-Za-z0-9][A-Za-z0-9._-]{0,62}",
            "letters, digits, '.', '_' and '-', a letter or digit first"),
        () -> Check.between("launcher.slots", slots, 0, 10_000),
        () -> Check.notNegative("launcher.run_retention", runRetention),
        () -> Check.notNegative("launcher.kill_grace", killGrace),
        () -> Check.notNegative("launcher.back_within", backWithin));
    lanes = Collections.unmodifiableMap(new TreeMap<>(lanes));
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    places = List.copyOf(places);
    labels.forEach((key, value) -> Check.all(
        () -> Check.matches("launcher.labels", key, WORD, WORD_EXPECTED),
        () -> Check.matches("launcher.labels." + key, value, WORD, WORD_EXPECTED)));
    places.forEach(
        place -> Check.all(() -> Check.matches("launcher.places", place, "/.*", "absolute paths")));
  }
}
