package dev.talaria.dispatcher.relay;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that read-committed readers can read all that stands on a board's partitions, so that its newest cursor is
 * among what they read. {@code initTransactions} settles what the relay's own predecessor left open, and is not enough:
 *
 * <ul>
 *   <li>An open transaction of somebody else hides what was committed behind it, until it ends or times out.
 *   <li>A transaction of the board's own can be ended and stay open on a partition for ever: a broker does not write the end
 *       where a partition has no leader at that moment (4.3.1: "likely deleted already and hence can be skipped"; seen when
 *       a single broker was frozen for longer than its session). It ends with the next transaction of the same producer id
 *       there, in that one's way, so its records would be committed a second time.
 * </ul>
 */
public final class HiddenRecords {
  private static final Logger log = LoggerFactory.getLogger(HiddenRecords.class);

  /** Those of neighbours that are at work end within milliseconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final long BETWEEN_LOOKS_MILLIS = 10;
  private static final Duration FETCH = Duration.ofSeconds(5);
  private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);

  private final Supplier<Consumer<byte[], byte[]>> committed;
  private final Supplier<Consumer<byte[], byte[]>> all;
  private final TopicCatalogue topics;

  /**
   * For boards whose relays run here.
   *
   * @param committed makes read-committed consumers
   * @param all makes consumers that read what is uncommitted too
   */
  public HiddenRecords(
      Supplier<Consumer<byte[], byte[]>> committed,
      Supplier<Consumer<byte[], byte[]>> all,
      TopicCatalogue topics) {
    this.committed = committed;
    this.all = all;
    this.topics = topics;
  }

  /**
   * Makes everything readable that stands there now.
   *
   * @param producer of the board, after {@code initTransactions}
   * @param takingBack told before a transaction of the board's own is closed: what it held may be on one topic and not on the
   *     other
   * @throws IllegalStateException when somebody else's transaction stays open; to be tried again
   */
  void reveal(BoardKey board, Producer<byte[], byte[]> producer, Runnable takingBack) {
    List<TopicPartition> partitions = List.of(
        new TopicPartition(topics.transitions(), topics.partitionOf(board)),
        new TopicPartition(topics.relayCursors(), topics.partitionOf(board)));
    Consumer<byte[], byte[]> readable = committed.get();
    Consumer<byte[], byte[]> everything = all.get();
    try {
      readable.assign(partitions);
      everything.assign(partitions);
      Map<TopicPartition, Long> ends = everything.endOffsets(partitions);
      boolean closed = false;
      long until = System.nanoTime() + PATIENCE.toNanos();
      while (true) {
        Map<TopicPartition, Long> hidden = hidden(readable, ends);
        if (hidden.isEmpty()) {
          return;
        }
        if (!closed && startsWithOwn(board, everything, hidden)) {
          log.warn(
              "Kafka has ended a transaction of board '{}' and left it open from {} on: it is aborted, and its events go out again.",
              board,
              hidden);
          takingBack.run();
          abort(producer, board, partitions);
          closed = true;
        } else if (System.nanoTime() > until) {
          throw new IllegalStateException(
              "a transaction of somebody else is open on %s and hides what was committed behind it. It ends at its time-out; if it never does, see kafka-transactions.sh find-hanging."
                  .formatted(hidden));
        } else {
          pause();
        }
      }
    } finally {
      readable.close(AT_ONCE);
      everything.close(AT_ONCE);
    }
  }

  /** The partitions that cannot be read to their ends, each with the offset from which on it cannot. */
  private static Map<TopicPartition, Long> hidden(
      Consumer<byte[], byte[]> readable, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> hidden = new TreeMap<>(Comparator.comparing(TopicPartition::topic));
    readable.endOffsets(ends.keySet()).forEach((partition, readTo) -> {
      if (readTo < ends.getOrDefault(partition, 0L)) {
        hidden.put(partition, readTo);
      }
    });
    return hidden;
  }

  /** What hides is the transaction whose first record comes first. */
  private boolean startsWithOwn(
      BoardKey board, Consumer<byte[], byte[]> everything, Map<TopicPartition, Long> hidden) {
    return hidden.entrySet().stream()
        .anyMatch(at -> isOf(board, recordAt(everything, at.getKey(), at.getValue())));
  }

  private static @Nullable ConsumerRecord<byte[], byte[]> recordAt(
      Consumer<byte[], byte[]> everything, TopicPartition partition, long offset) {
    everything.assign(List.of(partition));
    everything.seek(partition, offset);
    long until = System.nanoTime() + FETCH.toNanos();
    while (System.nanoTime() < until) {
      for (ConsumerRecord<byte[], byte[]> found : everything.poll(FETCH)) {
        return found.offset() == offset ? found : null;
      }
      if (everything.position(partition) > offset) {
        return null; // no more than the end of a transaction
      }
    }
    return null;
  }

  private static boolean isOf(BoardKey board, @Nullable ConsumerRecord<byte[], byte[]> found) {
    if (found == null || found.key() == null) {
      return false;
    }
    String key = new String(found.key(), StandardCharsets.UTF_8);
    return key.equals(board.toString()) || key.startsWith(board + "#");
  }

  /** Its end is written to each partition that has a record in it, and ends there whatever this producer has open. */
  private void abort(
      Producer<byte[], byte[]> producer, BoardKey board, List<TopicPartition> partitions) {
    producer.beginTransaction();
    for (TopicPartition partition : partitions) {
      producer.send(new ProducerRecord<>(
          partition.topic(),
          partition.partition(),
          board.toString().getBytes(StandardCharsets.UTF_8),
          null));
    }
    producer.flush(); // a partition belongs to the transaction once its record has arrived
    producer.abortTransaction();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException(e);
    }
  }
}
