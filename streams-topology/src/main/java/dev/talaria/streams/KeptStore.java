package dev.talaria.streams;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A store whose entries, all or the latest used of them, are kept as they were put or read: several nodes look at the same
 * entry for one record, and reading JSON each time was most of their work. What is put goes to the store at once. Values are
 * immutable.
 *
 * <p>Not thread-safe: for the nodes of one task.
 */
final class KeptStore<V> {
  private final KeyValueStore<String, V> store;
  private final boolean whole;
  private final Map<String, Kept<V>> kept;

  /** That there is no entry is kept too. */
  private record Kept<V>(@Nullable V value) {}

  private KeptStore(KeyValueStore<String, V> store, boolean whole, Map<String, Kept<V>> kept) {
    this.store = store;
    this.whole = whole;
    this.kept = kept;
  }

  /**
   * Keeps the latest used entries.
   *
   * @param most how many; asked with each that comes
   */
  static <V> KeptStore<V> latest(KeyValueStore<String, V> store, IntSupplier most) {
    return new KeptStore<>(store, false, new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Kept<V>> eldest) {
        return size() > most.getAsInt();
      }
    });
  }

  /** Keeps all entries, of a store that is in memory anyhow. */
  static <V> KeptStore<V> whole(KeyValueStore<String, V> store) {
    Map<String, Kept<V>> all = new HashMap<>();
    try (var entries = store.all()) {
      entries.forEachRemaining(entry -> all.put(entry.key, new Kept<>(entry.value)));
    }
    return new KeptStore<>(store, true, all);
  }

  @Nullable
  V get(String key) {
    Kept<V> known = kept.get(key);
    if (known == null && whole) {
      return null;
    }
    if (known == null) {
      known = new Kept<>(store.get(key));
      kept.put(key, known);
    }
    return known.value();
  }

  void put(String key, V value) {
    store.put(key, value);
    kept.put(key, new Kept<>(value));
  }

  void delete(String key) {
    store.delete(key);
    kept.remove(key);
  }

  /** To be closed. */
  KeyValueIterator<String, V> all() {
    return store.all();
  }

  /** To be closed. */
  KeyValueIterator<String, V> range(@Nullable String from, @Nullable String to) {
    return store.range(from, to);
  }

  /** To be closed. */
  KeyValueIterator<String, V> startingWith(String prefix) {
    return store.prefixScan(prefix, new StringSerializer());
  }
}
