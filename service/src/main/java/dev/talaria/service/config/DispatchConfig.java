package dev.talaria.service.config;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a board's dispatcher works.
 *
 * @param boards the boards that are dispatched, by their slugs; none means all of the home
 * @param newBoards what is done with waiting work of a board that was never dispatched before
 * @param claimTtl how long a claim holds without a heartbeat (15 min: hermes's claim time)
 * @param decisionWait how long a failed task waits for the topology before the dispatcher decides itself
 * @param lostAfter silence that was heard, after which a launcher is lost
 * @param waitForReturn the same for runs of single lanes, by lane: longer, where work is rather late than done twice
 * @param offerWindow most offers of a lane that wait at once
 * @param runCeilingPerDay most runs of one task in 24 hours, whatever their outcome
 * @param autoRecoverLimit how often a task that gave up, and whose parents are done, comes back by itself
 */
public record DispatchConfig(
    List<String> boards,
    NewBoards newBoards,
    Duration claimTtl,
    Duration decisionWait,
    Duration lostAfter,
    Map<String, Duration> waitForReturn,
    int offerWindow,
    int runCeilingPerDay,
    int autoRecoverLimit) {
  /** What is done with a board that was never dispatched before and has work that would start. */
  public enum NewBoards {
    /** Somebody may only want to look: asks at a terminal, and watches where there is none. */
    ASK,
    /** Its work starts. */
    START,
    /** Its events are published; nothing starts. */
    WATCH
  }

  public DispatchConfig {
    boards = List.copyOf(boards);
    waitForReturn = Collections.unmodifiableMap(new TreeMap<>(waitForReturn));
    Check.all(
        () -> Check.positive("dispatch.claim_ttl", claimTtl),
        () -> Check.positive("dispatch.decision_wait", decisionWait),
        () -> Check.positive("dispatch.lost_after", lostAfter),
        () -> Check.between("dispatch.offer_window", offerWindow, 1, 100_000),
        () -> Check.between("dispatch.run_ceiling_per_day", runCeilingPerDay, 1, Integer.MAX_VALUE),
        () -> Check.between("dispatch.auto_recover_limit", autoRecoverLimit, 0, Integer.MAX_VALUE));
    for (Map.Entry<String, Duration> wait : waitForReturn.entrySet()) {
      if (wait.getValue().compareTo(lostAfter) < 0) {
        throw new ConfigException(
            "dispatch.wait_for_return.%s is %ds; expected no less than dispatch.lost_after (%ds), which holds without it."
                .formatted(wait.getKey(), wait.getValue().toSeconds(), lostAfter.toSeconds()));
      }
    }
  }
}
