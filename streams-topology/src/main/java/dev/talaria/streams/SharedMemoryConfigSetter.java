package dev.talaria.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;

/**
 * Makes every RocksDB store use the {@link StoreMemory} that stands in the settings under {@link #MEMORY}. The object itself
 * travels there, since Streams makes this class by name and a static field would be shared by all topologies of a
 * JVM. Without it stores keep their defaults.
 */
public final class SharedMemoryConfigSetter implements RocksDBConfigSetter {
  static final String MEMORY = "talaria.store.memory";

  private static final int WRITE_BUFFERS = 2;

  /**
   * Write buffers grow by so much. Stock is an eighth of a buffer, capped at 1 MiB: with it a handful of all but empty ones is as
   * much as they may take together, and each put then waits for one to be written to disk (a tenth of the throughput).
   */
  private static final long ARENA_BLOCK_BYTES = 64 << 10;

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    if (configs.get(MEMORY) instanceof StoreMemory memory
        && options.tableFormatConfig() instanceof BlockBasedTableConfig table) {
      table.setBlockCache(memory.cache());
      table.setCacheIndexAndFilterBlocks(true);
      options.setTableFormatConfig(table);
      options.setWriteBufferManager(memory.writeBuffers());
      options.setArenaBlockSize(ARENA_BLOCK_BYTES);
      options.setMaxWriteBufferNumber(WRITE_BUFFERS);
    }
  }

  @Override
  public void close(String storeName, Options options) {
    // Cache and write buffers belong to StoreMemory.
  }
}
