package dev.talaria.streams;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A store with its latest entries at hand: events of one task follow each other, and reading an entry back costs more than
 * keeping it. Every change goes to the store at once. Make a new one whenever the store may have been put back.
 */
final class RecentEntries<V> {
  private final KeyValueStore<String, V> store;
  private final Map<String, V> latest;

  /** @param most how many entries are kept at hand */
  RecentEntries(KeyValueStore<String, V> store, int most) {
    this.store = store;
    this.latest = new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > most;
      }
    };
  }

  @Nullable
  V get(String key) {
    V known = latest.get(key);
    return known == null ? store.get(key) : known;
  }

  void put(String key, V value) {
    store.put(key, value);
    latest.put(key, value);
  }

  void delete(String key) {
    store.delete(key);
    latest.remove(key);
  }
}
