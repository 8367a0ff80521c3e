package dev.talaria.streams.fleet;

import org.jspecify.annotations.Nullable;

/** Tasks that were completed on one day, and how often they had been claimed. */
public record Day(long tasks, long attempts) {
  static Day sum(@Nullable Day one, Day other, int sign) {
    Day before = one == null ? new Day(0, 0) : one;
    return new Day(before.tasks + sign * other.tasks, before.attempts + sign * other.attempts);
  }
}
