package dev.talaria.dispatcher.relay;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.RelayCursor;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.kafka.PartitionReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a board's cursor back, read-committed, up to the end as it stands when asked: so it must be asked after {@code
 * initTransactions}, which settles what a predecessor left open (RESEARCH D3.1).
 */
public final class CursorReader {
  private static final Logger log = LoggerFactory.getLogger(CursorReader.class);

  /** An orderly good-bye waits for a fetch that is under way, and nothing may come for {@code fetch.max.wait.ms}. */
  private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);

  private static final Duration STALLED = Duration.ofSeconds(30);

  private final Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers;
  private final TopicCatalogue topics;
  private final Wire wire;

  /**
   * A reader.
   *
   * @param consumers makes read-committed consumers
   */
  public CursorReader(
      Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers,
      TopicCatalogue topics,
      Wire wire) {
    this.consumers = consumers;
    this.topics = topics;
    this.wire = wire;
  }

  /** The board's newest cursor, if it has one. */
  public Optional<RelayCursor> newest(BoardKey board) {
    var newest = new Newest(board);
    readAll(topics.relayCursors(), topics.partitionOf(board), newest);
    return Optional.ofNullable(newest.cursor);
  }

  /** The last event of a lineage that is really on {@code transitions}, or 0. */
  public long lastPublished(BoardKey board, long lineage) {
    long[] last = {0};
    byte[] prefix = (board + "#").getBytes(StandardCharsets.UTF_8);
    readAll(topics.transitions(), topics.partitionOf(board), rec -> {
      if (startsWith(rec.key(), prefix)) {
        decoded(rec, Transition.class)
            .filter(t -> t.lineage() == lineage)
            .ifPresent(t -> last[0] = Math.max(last[0], t.event()));
      }
    });
    return last[0];
  }

  /** Where the board's partition of {@code transitions} ends. */
  public long end(BoardKey board) {
    var partition = new TopicPartition(topics.transitions(), topics.partitionOf(board));
    var consumer = consumers.get();
    try {
      consumer.assign(List.of(partition));
      return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    } finally {
      consumer.close(AT_ONCE);
    }
  }

  private void readAll(String topic, int number, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    var partition = new TopicPartition(topic, number);
    var consumer = consumers.get();
    try {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      new PartitionReader(consumer, STALLED).readTo(partition, end, each);
    } finally {
      consumer.close(AT_ONCE);
    }
  }

  private <T extends dev.talaria.protocol.message.Message> Optional<T> decoded(
      ConsumerRecord<byte[], byte[]> rec, Class<T> type) {
    try {
      return Optional.of(wire.decode(rec.value(), type));
    } catch (MalformedMessageException | IllegalArgumentException e) {
      log.warn(
          "{} at {}-{}@{} is passed over: {}",
          type.getSimpleName(),
          rec.topic(),
          rec.partition(),
          rec.offset(),
          e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean startsWith(byte @Nullable [] key, byte[] prefix) {
    return key != null
        && key.length >= prefix.length
        && java.util.Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private final class Newest implements Consumer<ConsumerRecord<byte[], byte[]>> {
    private final String key;
    private @Nullable RelayCursor cursor;

    Newest(BoardKey board) {
      this.key = board.toString();
    }

    @Override
    public void accept(ConsumerRecord<byte[], byte[]> rec) {
      if (rec.key() != null && new String(rec.key(), StandardCharsets.UTF_8).equals(key)) {
        decoded(rec, RelayCursor.class).ifPresent(read -> cursor = read);
      }
    }
  }
}
