package dev.talaria.protocol.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.talaria.protocol.id.BoardKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Equal failures of several tasks of one board and lane, told as one thing with a life of its own: on {@code incidents}, key
 * {@link #key()}; a tombstone follows a day after it was closed. Times are epoch seconds by the clock of the board's host.
 *
 * @param id of this opening: what operators name it by
 * @param board where it happens
 * @param lane where it happens
 * @param fingerprint what the failures have in common
 * @param state whether it goes on
 * @param openedAt the first failure that belongs to it
 * @param lastAt the last one
 * @param closedAt when it ended; absent while it is open
 * @param why it ended, in words
 * @param failures that belong to it; of the time before it opened, the last one of each task
 * @param tasks how many different tasks it hit
 * @param sample ids of some of them, the newest last
 * @param models the models that failed so, with the number of failures
 * @param hosts of the launchers where it happened
 * @param output the end of what one of the workers wrote
 * @param paused whether the lane starts nothing but probes meanwhile
 * @param probes how many probes were started
 * @param failedProbes how many of them failed; the next one waits the longer for each
 * @param nextProbeAt before which no probe starts; absent where the lane is not paused
 * @param probe the probe that runs, if one does
 */
public record Incident(
    String id,
    BoardKey board,
    String lane,
    String fingerprint,
    State state,
    long openedAt,
    long lastAt,
    @Nullable Long closedAt,
    @Nullable String why,
    long failures,
    long tasks,
    List<String> sample,
    Map<String, Long> models,
    List<String> hosts,
    @Nullable String output,
    boolean paused,
    int probes,
    int failedProbes,
    @Nullable Long nextProbeAt,
    @Nullable Probe probe)
    implements Message {
  /** Most ids, models and hosts that one names; models beyond it are counted under {@link #OTHERS}. */
  public static final int NAMED = 20;

  /** Stands for models that are too many to be named. */
  public static final String OTHERS = "others";

  private static final int NAME_CHARS = 100;
  private static final int OUTPUT_CHARS = 2_000;
  private static final int DIGEST_CHARS = 12;

  /** Whether it goes on. */
  public enum State {
    @JsonProperty("open")
    OPEN,
    @JsonProperty("closed")
    CLOSED;

    /** As it is written. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A task that was started in a paused lane to see whether it fails still.
   *
   * @param since when it was started, epoch seconds
   */
  public record Probe(String task, long run, long since) {}

  public Incident {
    sample = List.copyOf(sample);
    models = Collections.unmodifiableMap(new TreeMap<>(models));
    hosts = List.copyOf(hosts);
  }

  /** A fresh one, without any failure. */
  public static Incident opened(
      String id, BoardKey board, String lane, String fingerprint, long at) {
    return new Incident(
        id,
        board,
        lane,
        fingerprint,
        State.OPEN,
        at,
        at,
        null,
        null,
        0,
        0,
        List.of(),
        Map.of(),
        List.of(),
        null,
        false,
        0,
        0,
        null,
        null);
  }

  /** The topic's key: the same whenever the same failure comes back to the lane. */
  public static String key(BoardKey board, String lane, String fingerprint) {
    return board + "|" + lane + "|" + digest(fingerprint);
  }

  /** See {@link #key(BoardKey, String, String)}. */
  public String key() {
    return key(board, lane, fingerprint);
  }

  /** The id of an incident of this group that a certain event opens: the same whoever folds the events. */
  public static String id(String key, long lineage, long event) {
    return "i_" + digest("%s|%d|%d".formatted(key, lineage, event)).substring(0, 8);
  }

  public boolean isOpen() {
    return state == State.OPEN;
  }

  /** With one more failure. */
  public Incident with(Failure failure, boolean newTask) {
    Map<String, Long> counted = new TreeMap<>(models);
    String model = failure.model();
    if (model != null) {
      String name = cut(model);
      counted.merge(
          counted.containsKey(name) || counted.size() < NAMED ? name : OTHERS, 1L, Long::sum);
    }
    return new Incident(
        id,
        board,
        lane,
        fingerprint,
        state,
        Math.min(openedAt, failure.at()),
        Math.max(lastAt, failure.at()),
        closedAt,
        why,
        failures + 1,
        tasks + (newTask ? 1 : 0),
        lastOf(sample, failure.task()),
        counted,
        failure.host() == null ? hosts : firstOf(hosts, cut(failure.host())),
        failure.output() == null ? output : tail(failure.output()),
        paused,
        probes,
        failedProbes,
        nextProbeAt,
        probe);
  }

  /**
   * A failure that belongs to an incident.
   *
   * @param at epoch seconds
   */
  public record Failure(
      String task,
      long at,
      @Nullable String model,
      @Nullable String host,
      @Nullable String output) {}

  /** The lane starts nothing but probes, the first at this time. */
  public Incident pausedUntil(long firstProbe) {
    return pausing(true, probes, failedProbes, firstProbe, probe);
  }

  /** The lane goes on, whatever becomes of the incident. */
  public Incident unpaused() {
    return pausing(false, probes, failedProbes, null, null);
  }

  public Incident probed(Probe started) {
    return pausing(paused, probes + 1, failedProbes, nextProbeAt, started);
  }

  /** The probe ended and has not completed. */
  public Incident probeEnded(boolean failed, @Nullable Long next) {
    return pausing(paused, probes, failedProbes + (failed ? 1 : 0), next, null);
  }

  /** It ends. */
  public Incident closed(long at, String reason) {
    return new Incident(
        id,
        board,
        lane,
        fingerprint,
        State.CLOSED,
        openedAt,
        lastAt,
        at,
        reason,
        failures,
        tasks,
        sample,
        models,
        hosts,
        output,
        false,
        probes,
        failedProbes,
        null,
        null);
  }

  private Incident pausing(
      boolean nowPaused, int started, int failed, @Nullable Long next, @Nullable Probe running) {
    return new Incident(
        id,
        board,
        lane,
        fingerprint,
        state,
        openedAt,
        lastAt,
        closedAt,
        why,
        failures,
        tasks,
        sample,
        models,
        hosts,
        output,
        nowPaused,
        started,
        failed,
        next,
        running);
  }

  private static List<String> lastOf(List<String> names, String name) {
    List<String> all = new ArrayList<>(names);
    all.remove(name);
    all.add(name);
    return all.subList(Math.max(0, all.size() - NAMED), all.size());
  }

  private static List<String> firstOf(List<String> names, String name) {
    if (names.contains(name) || names.size() >= NAMED) {
      return names;
    }
    List<String> all = new ArrayList<>(names);
    all.add(name);
    return all;
  }

  private static String cut(String name) {
    return name.length() <= NAME_CHARS ? name : name.substring(0, NAME_CHARS);
  }

  private static String tail(String text) {
    return text.length() <= OUTPUT_CHARS ? text : text.substring(text.length() - OUTPUT_CHARS);
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, DIGEST_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
