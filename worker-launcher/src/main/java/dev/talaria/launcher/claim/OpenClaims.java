package dev.talaria.launcher.claim;

import dev.talaria.service.GapClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Claims that wait for their answer, whose slots count as busy. One without an answer for too long is given up; what this
 * launcher slept or was stopped meanwhile does not count, because the answer may lie there unread. Thread-safe.
 */
final class OpenClaims {
  private final Map<String, Long> since = new HashMap<>();
  private final Duration patience;
  private final GapClock gaps;

  /**
   * None yet.
   *
   * @param patience how long an answer is waited for
   * @param nanoTime of the monotonic clock
   * @param epochMillis of the wall clock
   */
  OpenClaims(Duration patience, long nanoTime, long epochMillis) {
    this.patience = patience;
    this.gaps = new GapClock(nanoTime, epochMillis);
  }

  synchronized void add(String claim) {
    since.put(claim, gaps.active());
  }

  synchronized void answered(String claim) {
    since.remove(claim);
  }

  synchronized boolean has(String claim) {
    return since.containsKey(claim);
  }

  /** A turn of the taker's loop; returns the claims whose answer was waited for too long, which stay until {@link #answered}. */
  synchronized List<String> tick(long nanoTime, long epochMillis) {
    gaps.tick(nanoTime, epochMillis);
    long now = gaps.active();
    List<String> old = new ArrayList<>();
    since.forEach((claim, from) -> {
      if (now - from > patience.toNanos()) {
        old.add(claim);
      }
    });
    return old;
  }
}
