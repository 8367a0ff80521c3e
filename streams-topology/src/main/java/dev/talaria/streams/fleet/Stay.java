package dev.talaria.streams.fleet;

import org.jspecify.annotations.Nullable;

/** Ended stays in one status: how many, and how many seconds together. */
public record Stay(long n, long seconds) {
  Stay plus(Stay other, int sign) {
    return new Stay(n + sign * other.n, seconds + sign * other.seconds);
  }

  static Stay sum(@Nullable Stay one, Stay other, int sign) {
    return one == null ? new Stay(0, 0).plus(other, sign) : one.plus(other, sign);
  }
}
