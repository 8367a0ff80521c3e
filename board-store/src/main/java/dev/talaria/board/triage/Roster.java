package dev.talaria.board.triage;

import dev.talaria.board.text.HermesText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who can be given work.
 *
 * @param profiles name to description, which may be empty
 * @param defaultAssignee takes what nobody in the roster was named for
 * @param orchestrator takes a divided idea up again when its parts are done
 */
public record Roster(Map<String, String> profiles, String defaultAssignee, String orchestrator) {
  public Roster {
    profiles = Collections.unmodifiableMap(new LinkedHashMap<>(profiles));
  }

  /**
   * The roster with its two special roles: each is the configured profile if that is in it, else the active one.
   *
   * @param active the profile that asks; {@code default} when it is unknown here
   */
  public static Roster of(
      Map<String, String> profiles, String defaultAssignee, String orchestrator, String active) {
    String fallback = profiles.containsKey(active) ? active : "default";
    return new Roster(
        profiles,
        knownOr(profiles, defaultAssignee, fallback),
        knownOr(profiles, orchestrator, fallback));
  }

  /** The profile that a model named, or the default when it is unknown or missing. */
  String assignee(@Nullable String named) {
    return knownOr(profiles, named, defaultAssignee);
  }

  private static String knownOr(
      Map<String, String> profiles, @Nullable String named, String fallback) {
    String canonical = named == null ? "" : HermesText.lower(HermesText.strip(named));
    return profiles.containsKey(canonical) ? canonical : fallback;
  }
}
