package dev.talaria.launcher.process;

import java.time.Duration;

/**
 * Monotonic time without the gaps of the loop that reads it. A loop that was away for more than five seconds (stopped,
 * suspended, starved) did not watch its workers meanwhile, so that time counts against nobody. Suspended time is not in a
 * monotonic clock to begin with; stopped time is, and is taken off here. Ticks come from one thread; {@link #active} may be read by any.
 */
final class GapClock {
  private static final long LARGEST_STEP = Duration.ofSeconds(5).toNanos();

  private long lastTick;
  private volatile long active;

  GapClock(long nanoTime) {
    lastTick = nanoTime;
  }

  /** To be called at every turn of the loop; returns the active time so far, in nanoseconds. */
  long tick(long nanoTime) {
    long step = nanoTime - lastTick;
    lastTick = nanoTime;
    if (step > 0 && step <= LARGEST_STEP) {
      active = active + step;
    }
    return active;
  }

  long active() {
    return active;
  }
}
