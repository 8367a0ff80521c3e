package dev.talaria.service;

import java.time.Duration;
import java.util.Optional;

/**
 * Notices when the loop that reads it was away: it was stopped or starved, which shows as a long step of the monotonic clock,
 * or its host slept, which shows only as a wall clock that went on without the monotonic one. A loop that was away has seen
 * nothing meanwhile, so that time counts against nobody. Ticks come from one thread; {@link #active} may be read by any.
 */
public final class GapClock {
  /** A longer step is a gap, and so is a wall clock that has gone further than the monotonic one by more. */
  public static final Duration LARGEST_STEP = Duration.ofSeconds(5);

  private long lastNanos;
  private long lastMillis;
  private volatile long active;

  /**
   * A time that the loop was away.
   *
   * @param nanos by the monotonic clock; a few when the host slept
   * @param millis by the wall clock; none when that was set back meanwhile
   */
  public record Gap(long nanos, long millis) {
    /** Whether the monotonic clock ran meanwhile, so that it has to be taken off there too. */
    public boolean isStop() {
      return nanos > LARGEST_STEP.toNanos();
    }
  }

  /**
   * Begins with a turn of the loop.
   *
   * @param nanoTime of {@link System#nanoTime()}
   * @param epochMillis of the wall clock
   */
  public GapClock(long nanoTime, long epochMillis) {
    lastNanos = nanoTime;
    lastMillis = epochMillis;
  }

  /** To be called at every turn of the loop; returns the gap since the turn before, if there was one. */
  public Optional<Gap> tick(long nanoTime, long epochMillis) {
    long nanos = nanoTime - lastNanos;
    long millis = epochMillis - lastMillis;
    lastNanos = nanoTime;
    lastMillis = epochMillis;
    boolean stopped = nanos > LARGEST_STEP.toNanos();
    if (nanos > 0 && !stopped) {
      active = active + nanos;
    }
    boolean slept = millis - nanos / 1_000_000 > LARGEST_STEP.toMillis();
    return stopped || slept
        ? Optional.of(new Gap(Math.max(0, nanos), Math.max(0, millis)))
        : Optional.empty();
  }

  /** The monotonic time so far without what was stopped, in nanoseconds. */
  public long active() {
    return active;
  }
}
