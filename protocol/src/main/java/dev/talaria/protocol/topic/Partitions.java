package dev.talaria.protocol.topic;

import java.nio.charset.StandardCharsets;

/**
 * The one partitioning function: murmur2 of the key's UTF-8 bytes, modulo the count. Every producer uses it, and it
 * equals Kafka's own default for a keyed record, so a reader can find a board's partition without asking anyone.
 */
public final class Partitions {
  private static final int SEED = 0x9747b28c;
  private static final int M = 0x5bd1e995;
  private static final int R = 24;

  private Partitions() {}

  /** The partition of a key among {@code count} partitions; {@code count} is at least 1. */
  public static int of(String key, int count) {
    return (murmur2(key.getBytes(StandardCharsets.UTF_8)) & 0x7fffffff) % count;
  }

  /** MurmurHash2, 32 bit, with the seed that Kafka uses. */
  static int murmur2(byte[] data) {
    int h = SEED ^ data.length;
    int whole = data.length / 4 * 4;
    for (int i = 0; i < whole; i += 4) {
      int k = (data[i] & 0xff)
          | (data[i + 1] & 0xff) << 8
          | (data[i + 2] & 0xff) << 16
          | (data[i + 3] & 0xff) << 24;
      k *= M;
      k ^= k >>> R;
      k *= M;
      h *= M;
      h ^= k;
    }
    for (int rest = data.length - whole; rest > 0; rest--) {
      h ^= (data[whole + rest - 1] & 0xff) << (8 * (rest - 1));
      if (rest == 1) {
        h *= M;
      }
    }
    h ^= h >>> 13;
    h *= M;
    h ^= h >>> 15;
    return h;
  }
}
