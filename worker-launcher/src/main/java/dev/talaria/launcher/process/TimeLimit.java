package dev.talaria.launcher.process;

import java.time.Duration;

/**
 * How long a run may take, in a loop's active time.
 *
 * @param startedAt active nanoseconds at which it started; below zero for a run from before the loop
 * @param limit how long it may take
 */
record TimeLimit(long startedAt, Duration limit) {
  boolean exceeded(long active) {
    return active - startedAt >= limit.toNanos();
  }
}
