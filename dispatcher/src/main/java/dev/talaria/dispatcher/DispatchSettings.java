package dev.talaria.dispatcher;

import dev.talaria.dispatcher.duty.DutySettings;
import dev.talaria.protocol.policy.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a host dispatches its boards.
 *
 * @param host this host's id
 * @param hostName what {@code gethostname()} says; claim locks of this host begin with it, as hermes's do
 * @param claimTtl how long a claim lasts without a sign of life
 * @param decisionWait how long the topology may take before the dispatcher decides by itself
 * @param lostAfter how long a launcher must have been heard to be silent to count as gone
 * @param waitForReturn how long it is waited for a lost launcher instead, by the lane of its runs
 * @param offerWindow the most offers of one lane that are out at once
 * @param runCeilingPerDay runs of one task in 24 h, whatever their outcome
 * @param autoRecoverLimit how often a given-up task recovers by itself when its parents are done
 * @param policy the board's retry policy; a task's own limit is put in when it is judged
 * @param version of the software, for presence
 * @param duties hermes's own settings, and what may be used of this host
 */
public record DispatchSettings(
    String host,
    String hostName,
    Duration claimTtl,
    Duration decisionWait,
    Duration lostAfter,
    Map<String, Duration> waitForReturn,
    int offerWindow,
    int runCeilingPerDay,
    int autoRecoverLimit,
    RetryPolicy policy,
    String version,
    DutySettings duties) {
  public DispatchSettings {
    waitForReturn = Map.copyOf(waitForReturn);
  }

  /** How long a launcher must have been heard to be silent until a run of this lane is lost. */
  public Duration lostAfter(@Nullable String lane) {
    return lane == null ? lostAfter : waitForReturn.getOrDefault(lane, lostAfter);
  }

  /** The longest that anything waits for a launcher. */
  public Duration longestWait() {
    return waitForReturn.values().stream().reduce(lostAfter, (a, b) -> a.compareTo(b) > 0 ? a : b);
  }
}
