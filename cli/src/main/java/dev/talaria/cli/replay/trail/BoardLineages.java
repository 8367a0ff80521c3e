package dev.talaria.cli.replay.trail;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Which lineage each board of a partition has come to: that of its last record. Only that one is parsed. One thread.
 */
final class BoardLineages {
  private final Map<String, byte[]> last = new HashMap<>();
  private byte[] latestBoard = new byte[0];
  private String latestName = "";

  /** Sees a record of {@code transitions} go by; they come in their order. */
  void see(byte[] key, byte[] value) {
    int hash = 0;
    while (hash < key.length && key[hash] != '#') {
      hash++;
    }
    if (!Arrays.equals(key, 0, hash, latestBoard, 0, latestBoard.length)) {
      latestBoard = Arrays.copyOf(key, hash);
      latestName = new String(latestBoard, StandardCharsets.UTF_8);
    }
    last.put(latestName, value);
  }

  /** The newest lineage of a board, or 0 where nothing readable was seen of it. */
  long of(BoardKey board, Wire wire) {
    byte[] value = last.get(board.toString());
    if (value == null) {
      return 0;
    }
    try {
      return wire.decode(value, Transition.class).lineage();
    } catch (MalformedMessageException e) {
      return 0;
    }
  }
}
