package dev.talaria.dispatcher.duty;

import dev.talaria.board.dispatch.LauncherRuns.LauncherRun;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Reply.Revoke;
import dev.talaria.protocol.message.Reply.Stop;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a launcher is told of runs that are not its any more: to stop the worker of one that is closed, and to say whether one
 * that has not started for long will. Each is repeated until its answer has come. One thread; reads no clock.
 */
public final class TakingBack {
  /** Outcomes with which somebody else than the run's own worker closed it. */
  private static final Set<String> TAKEN = Set.of(
      "reclaimed",
      "launcher_lost",
      "interrupted",
      "timed_out",
      "stale",
      "crashed",
      "protocol_violation",
      "spawn_failed",
      "rate_limited",
      "gave_up");

  /** A worker that has said how its task ended tidies up and ends; one that does not holds a slot. */
  private static final long ENDS_BY_ITSELF_SECONDS = 60;

  /** Longer than the checkout of a large repository takes. */
  private static final long NOT_STARTED_SECONDS = 300;

  private static final long REPEAT_NANOS = Duration.ofSeconds(4).toNanos();

  private final Map<RunKey, Long> told = new HashMap<>();

  /**
   * The word to stop the worker of a closed run, if it is time to say it.
   *
   * @param run closed, its worker not known to have ended
   */
  public Optional<Stop> stop(LauncherRun run, RunKey key, long nowSeconds, long nowNanos) {
    Long endedAt = run.endedAt();
    if (endedAt == null
        || !isTaken(run.outcome()) && nowSeconds < endedAt + ENDS_BY_ITSELF_SECONDS) {
      return Optional.empty();
    }
    return tell(key, nowNanos)
        ? Optional.of(new Stop(LauncherKey.parse(run.launcher()), key, reason(run.outcome())))
        : Optional.empty();
  }

  /** The word to stop the worker of a run that the board has never heard of, or whose task was deleted. */
  public Optional<Stop> stopUnknown(LauncherKey launcher, RunKey key, long nowNanos) {
    return tell(key, nowNanos)
        ? Optional.of(new Stop(launcher, key, "the board does not have this run"))
        : Optional.empty();
  }

  /** The question whether a run that was granted long ago, to this instance of its launcher, starts. */
  public Optional<Revoke> revoke(LauncherRun run, RunKey key, long nowSeconds, long nowNanos) {
    if (run.startedAt() != null || nowSeconds < run.grantedAt() + NOT_STARTED_SECONDS) {
      return Optional.empty();
    }
    String reason = "it has not started within %d s".formatted(NOT_STARTED_SECONDS);
    return tell(key, nowNanos)
        ? Optional.of(new Revoke(LauncherKey.parse(run.launcher()), run.incarnation(), key, reason))
        : Optional.empty();
  }

  /** Forgets when it last spoke of any other runs than these. */
  public void keepOnly(Collection<RunKey> live) {
    told.keySet().retainAll(Set.copyOf(live));
  }

  private boolean tell(RunKey key, long nowNanos) {
    Long before = told.get(key);
    if (before != null && nowNanos - before < REPEAT_NANOS) {
      return false;
    }
    told.put(key, nowNanos);
    return true;
  }

  private static boolean isTaken(@Nullable String outcome) {
    return outcome != null && TAKEN.contains(outcome);
  }

  private static String reason(@Nullable String outcome) {
    return isTaken(outcome)
        ? "the board has closed the run (%s); the task may be with another worker"
            .formatted(outcome)
        : "the run was closed (%s) %d s ago and its worker has not ended"
            .formatted(outcome, ENDS_BY_ITSELF_SECONDS);
  }
}
