package dev.talaria.cli.replay.topic;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.TaskKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which records are worth reading, by the bytes of their keys: no record is parsed that is passed over. Thread-safe. */
@FunctionalInterface
public interface KeyFilter {
  /** Whether a record with this key is wanted; one without a key never is. */
  boolean wants(byte @Nullable [] key);

  /** The records of one task. */
  static KeyFilter task(TaskKey task) {
    byte[] wanted = bytes(task.toString());
    return key -> Arrays.equals(key, wanted);
  }

  /** The records of all tasks of a board. */
  static KeyFilter board(BoardKey board) {
    byte[] prefix = bytes(board + "#");
    return key -> key != null
        && key.length > prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** The records of some tasks. */
  static KeyFilter tasks(Collection<TaskKey> tasks) {
    Set<Bytes> wanted = new HashSet<>();
    tasks.forEach(task -> wanted.add(new Bytes(bytes(task.toString()))));
    return key -> key != null && wanted.contains(new Bytes(key));
  }

  /** Every record that has a key. */
  static KeyFilter any() {
    return key -> key != null;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Bytes that are equal when they are the same. */
  final class Bytes {
    private final byte[] bytes;

    private Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bytes it && Arrays.equals(bytes, it.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }
}
