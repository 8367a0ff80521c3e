package dev.talaria.cli.fleet;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.FleetTable;
import dev.talaria.protocol.message.FleetTable.OfBoard;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads the newest tables of all boards, then follows what is written. Tables of a newer form are passed over. Keeps one
 * table of each key, so memory follows the boards. One thread.
 */
public final class FleetReader implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final Wire wire;
  private final Map<BoardKey, Map<String, OfBoard>> boards = new TreeMap<>();

  /** @param consumer read-committed, without a group; closed with this */
  public FleetReader(Consumer<byte[], byte[]> consumer, String topic, Wire wire) {
    this.consumer = consumer;
    this.topic = topic;
    this.wire = wire;
  }

  /**
   * Reads what the topic holds.
   *
   * @throws org.apache.kafka.common.KafkaException when Kafka cannot be reached within some seconds
   */
  public void readToEnd() {
    List<TopicPartition> partitions = consumer.partitionsFor(topic, PATIENCE).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
    consumer.seekToBeginning(partitions);
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!reached(ends)) {
      long before = System.nanoTime();
      if (poll() > 0) {
        until = before + PATIENCE.toNanos();
      }
      if (System.nanoTime() > until) {
        throw new TimeoutException("the end of '%s' was not reached; nothing came for %d s"
            .formatted(topic, PATIENCE.toSeconds()));
      }
    }
  }

  /** Takes in what is written for so long. */
  public void follow(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      poll();
    }
  }

  /** The newest tables by board and name. */
  public Map<BoardKey, Map<String, OfBoard>> boards() {
    var copy = new TreeMap<BoardKey, Map<String, OfBoard>>();
    boards.forEach((board, tables) -> copy.put(board, Map.copyOf(tables)));
    return copy;
  }

  private boolean reached(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(it -> consumer.position(it.getKey(), PATIENCE) >= it.getValue());
  }

  private int poll() {
    var records = consumer.poll(POLL);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      take(record);
    }
    return records.count();
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
    consumer.close(CloseOptions.timeout(Duration.ZERO)); // a fetch under way may wait for seconds
  }
}
