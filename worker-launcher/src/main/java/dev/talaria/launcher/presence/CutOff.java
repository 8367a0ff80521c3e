package dev.talaria.launcher.presence;

import java.time.Duration;

/**
 * For how long a launcher has been cut off: since its own beat last came back to it, or since it started. Boards that hear
 * others but not this one will take it for lost. Time that the launcher itself slept does not count, by whichever clock
 * the sleep shows: then it first asks. Thread-safe.
 */
public final class CutOff {
  private static final Duration LARGEST_STEP = Duration.ofSeconds(5);

  private boolean ticking;
  private long lastNanos;
  private long lastWall;
  private long active;
  private long heardAt;

  /** Its own beat came back. */
  public synchronized void heardOwnBeat() {
    heardAt = active;
  }

  /**
   * A turn of its loop.
   *
   * @param nanos monotonic
   * @param wallMillis epoch milliseconds
   * @return how long it has been cut off
   */
  public synchronized Duration tick(long nanos, long wallMillis) {
    long step = nanos - lastNanos;
    boolean slept =
        step > LARGEST_STEP.toNanos() || wallMillis - lastWall > LARGEST_STEP.toMillis();
    if (ticking && step > 0 && !slept) {
      active += step;
    }
    ticking = true;
    lastNanos = nanos;
    lastWall = wallMillis;
    return Duration.ofNanos(active - heardAt);
  }
}
