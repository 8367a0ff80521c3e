package dev.talaria.protocol.policy;

/**
 * How long a task waits before its next attempt after a failure that counts.
 *
 * @param initialSeconds after the first failure; 0 means at once, as hermes does
 * @param factor by which it grows with each further failure, 1 or more
 * @param maxSeconds its bound
 */
public record Backoff(long initialSeconds, double factor, long maxSeconds) {
  public static final Backoff NONE = new Backoff(0, 2, 0);

  public Backoff {
    if (initialSeconds < 0 || maxSeconds < initialSeconds || !(factor >= 1)) {
      throw new IllegalArgumentException(("retry_backoff is initial %d s, factor %s, max %d s;"
              + " expected 0 <= initial <= max and a factor of 1 or more.")
          .formatted(initialSeconds, factor, maxSeconds));
    }
  }

  /** Seconds to wait after the nth failure in a row, n from 1. */
  long after(int failures) {
    double seconds = initialSeconds * Math.pow(factor, Math.max(0, failures - 1));
    return (long) Math.min(seconds, maxSeconds);
  }

  /**
   * The same, shortened by up to half of itself so that tasks which timed out together do not come back together. It
   * only ever shortens, so that the bound holds and those at the bound are spread too. The spread follows from the
   * seed, because a policy reads no random source.
   */
  long jittered(int failures, long seed) {
    long base = after(failures);
    if (base <= 1) {
      return base;
    }
    return base - Math.floorMod(mix(seed), base / 2 + 1);
  }

  private static long mix(long seed) {
    long z = seed + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
