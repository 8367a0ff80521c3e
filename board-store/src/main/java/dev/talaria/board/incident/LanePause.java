package dev.talaria.board.incident;

import dev.talaria.board.incident.OpenIncident.ProbeState;
import java.util.List;
import java.util.Optional;

/**
 * A lane that starts nothing but probes. Its probes are for all incidents that hold it: one run tells of each.
 *
 * @param lane the lane
 * @param incidents that hold it, the oldest first; not empty
 */
public record LanePause(String lane, List<OpenIncident> incidents) {
  public LanePause {
    incidents = List.copyOf(incidents);
  }

  /** The probe that runs. */
  public Optional<String> runningProbe() {
    return incidents.stream()
        .filter(it -> it.state() == ProbeState.RUNNING)
        .map(it -> String.valueOf(it.probe()))
        .findFirst();
  }

  /** Whether one task may start, as a probe. */
  public boolean isProbeDue(long now) {
    return runningProbe().isEmpty() && incidents.stream().anyMatch(it -> it.isProbeDue(now));
  }

  /** When the next probe may start, epoch seconds; 0 for at once. */
  public long nextProbeAt() {
    return incidents.stream()
        .mapToLong(it -> it.nextProbeAt() == null ? 0 : it.nextProbeAt())
        .min()
        .orElse(0);
  }
}
