package dev.talaria.board.incident;

import dev.talaria.board.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open incident, as far as the board needs it. Times are epoch seconds.
 *
 * @param key as on the topic
 * @param id of this opening
 * @param lane where it happens
 * @param fingerprint what its failures have in common
 * @param openedAt its first failure
 * @param tasks how many different ones it hit
 * @param sample ids of some of them, the newest last
 * @param paused whether it holds its lane
 * @param failedProbes how many probes failed
 * @param nextProbeAt before which no probe starts; null for at once
 * @param probe the last task that was started as a probe, or null
 * @param probeRun the run of that probe, or null
 * @param state of that probe
 */
public record OpenIncident(
    String key,
    String id,
    String lane,
    String fingerprint,
    long openedAt,
    long tasks,
    List<String> sample,
    boolean paused,
    int failedProbes,
    @Nullable Long nextProbeAt,
    @Nullable String probe,
    @Nullable Long probeRun,
    ProbeState state) {

  public OpenIncident {
    sample = List.copyOf(sample);
  }

  /** What the board itself says of the last probe. */
  public enum ProbeState {
    /** There was none, or it ended and did not complete. */
    NONE,
    RUNNING,
    /** The lane works again, whether or not the topology has said so yet. */
    COMPLETED
  }

  /** Whether its lane starts nothing but probes. */
  public boolean holds() {
    return paused && state != ProbeState.COMPLETED;
  }

  /** Whether its next probe may start. */
  boolean isProbeDue(long now) {
    return nextProbeAt == null || nextProbeAt <= now;
  }

  static OpenIncident of(Row row) {
    return new OpenIncident(
        row.requireText("key"),
        row.requireText("id"),
        row.requireText("lane"),
        row.requireText("fingerprint"),
        row.number("opened_at"),
        row.number("tasks"),
        List.of(row.requireText("sample").split(" ", -1)),
        row.number("paused") != 0,
        (int) row.number("failed_probes"),
        row.numberOrNull("next_probe_at"),
        row.text("probe_task"),
        row.numberOrNull("probe_run"),
        ProbeState.valueOf(row.requireText("probe_state")));
  }
}
