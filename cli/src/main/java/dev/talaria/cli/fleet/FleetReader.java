package dev.talaria.cli.fleet;

import dev.talaria.cli.replay.topic.WholeTopic;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.FleetTable;
import dev.talaria.protocol.message.FleetTable.OfBoard;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the newest tables of all boards, then follows what is written. Tables of a newer form are passed over. Keeps one
 * table of each key, so memory follows the boards. One thread.
 */
public final class FleetReader implements AutoCloseable {
  private final WholeTopic topic;
  private final Wire wire;
  private final Map<BoardKey, Map<String, OfBoard>> boards = new TreeMap<>();

  /** @param consumer read-committed, without a group; closed with this */
  public FleetReader(Consumer<byte[], byte[]> consumer, String topic, Wire wire) {
    this.topic = new WholeTopic(consumer, topic, this::take);
    this.wire = wire;
  }

  /**
   * Reads what the topic holds.
   *
   * @throws org.apache.kafka.common.KafkaException when Kafka cannot be reached within some seconds
   */
  public void readToEnd() {
    topic.readToEnd();
  }

  /** Takes in what is written for so long. */
  public void follow(Duration time) {
    topic.follow(time);
  }

  /** The newest tables by board and name. */
  public Map<BoardKey, Map<String, OfBoard>> boards() {
    var copy = new TreeMap<BoardKey, Map<String, OfBoard>>();
    boards.forEach((board, tables) -> copy.put(board, Map.copyOf(tables)));
    return copy;
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (record.value() != null
          && wire.decode(record.value(), FleetTable.class) instanceof OfBoard table) {
        boards.computeIfAbsent(table.board(), key -> new TreeMap<>()).put(table.table(), table);
      }
    } catch (MalformedMessageException e) {
      // not written by a topology of ours: the others still tell
    }
  }

  @Override
  public void close() {
    topic.close();
  }
}
