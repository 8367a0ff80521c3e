package dev.talaria.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** How many stream threads ended lately. Thread-safe. */
final class ThreadFailures {
  private final int bound;
  private final Duration within;
  private final Deque<Instant> ended = new ArrayDeque<>();

  ThreadFailures(int bound, Duration within) {
    this.bound = bound;
    this.within = within;
  }

  /** Counts one; false when it is one too many. */
  synchronized boolean isBearable(Instant now) {
    ended.addLast(now);
    while (ended.peekFirst() != null && ended.peekFirst().isBefore(now.minus(within))) {
      ended.removeFirst();
    }
    return ended.size() <= bound;
  }
}
