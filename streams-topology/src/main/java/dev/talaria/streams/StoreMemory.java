package dev.talaria.streams;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that all stores of one topology share: blocks read from disk and write buffers together. Left to itself, each
 * store and partition takes 50 MB and 48 MB. It lives outside the heap; close it after the stores.
 */
final class StoreMemory implements AutoCloseable {
  static {
    RocksDB.loadLibrary();
  }

  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  /**
   * Takes the memory as it is used.
   *
   * @param cacheBytes for everything
   * @param writeBufferBytes how much of it may be write buffers before they are flushed
   */
  StoreMemory(long cacheBytes, long writeBufferBytes) {
    // One shard: the cache of a small store is not worth dividing.
    this.cache = new LRUCache(cacheBytes, 0);
    this.writeBuffers = new WriteBufferManager(writeBufferBytes, cache);
  }

  Cache cache() {
    return cache;
  }

  WriteBufferManager writeBuffers() {
    return writeBuffers;
  }

  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }
}
