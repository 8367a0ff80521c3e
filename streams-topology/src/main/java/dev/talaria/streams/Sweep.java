package dev.talaria.streams;

import java.time.Duration;
import java.util.function.Predicate;
import org.apache.kafka.streams.KeyValue;

/** Drops entries that nothing will ask for any more. */
final class Sweep {
  static final Duration EVERY = Duration.ofMinutes(10);

  /** Bounds one sweep's transaction; the next sweep takes the rest. */
  private static final int AT_ONCE = 10_000;

  private Sweep() {}

  /** How many were dropped. */
  static <V> int drop(KeptStore<V> store, Predicate<V> past) {
    int dropped = 0;
    try (var entries = store.all()) {
      while (entries.hasNext() && dropped < AT_ONCE) {
        KeyValue<String, V> entry = entries.next();
        if (entry.value != null && past.test(entry.value)) {
          store.delete(entry.key);
          dropped++;
        }
      }
    }
    return dropped;
  }
}
