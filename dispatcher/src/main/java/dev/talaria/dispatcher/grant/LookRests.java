package dev.talaria.dispatcher.grant;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Looks for work that took long and found nothing, twice in a row, are not repeated before many times their duration: a lane
 * may hold a million tasks that somebody cannot take, and the thread that looks has more to do. Times are monotonic
 * nanoseconds. One thread.
 *
 * @param <K> where is looked
 */
final class LookRests<K> {
  private static final int REST = 20;
  private static final long LONG_NANOS = Duration.ofMillis(10).toNanos();
  private static final long MOST_REST_NANOS = Duration.ofSeconds(2).toNanos();

  private final LongSupplier nanos;
  private final Map<K, Rest> rests = new HashMap<>();

  /** @param nanos by which looks are timed */
  LookRests(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** @param looks how many in a row took long */
  private record Rest(int looks, long until) {}

  /** Whether it is not looked there now. */
  boolean isResting(K where, long now) {
    Rest rest = rests.get(where);
    return rest != null && rest.looks() > 1 && now - rest.until() < 0;
  }

  /** Looks, unless it rests; says whether something was found. */
  boolean look(K where, long now, BooleanSupplier look) {
    if (isResting(where, now)) {
      return false;
    }
    long from = nanos.getAsLong();
    boolean found = look.getAsBoolean();
    long took = nanos.getAsLong() - from;
    if (found || took < LONG_NANOS) {
      rests.remove(where);
    } else {
      Rest before = rests.get(where);
      long until = now + took + Math.min(MOST_REST_NANOS, REST * took);
      rests.put(where, new Rest(before == null ? 1 : before.looks() + 1, until));
    }
    return found;
  }
}
