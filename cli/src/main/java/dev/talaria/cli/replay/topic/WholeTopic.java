package dev.talaria.cli.replay.topic;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Hands over all that a topic holds, then what is written to it. One thread. */
public final class WholeTopic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final Consumer<ConsumerRecord<byte[], byte[]>> taker;

  /**
   * A reader.
   *
   * @param consumer read-committed, without a group; closed with this
   * @param taker gets each record, in the order of its partition
   */
  public WholeTopic(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      String topic,
      Consumer<ConsumerRecord<byte[], byte[]>> taker) {
    this.consumer = consumer;
    this.topic = topic;
    this.taker = taker;
  }

  /**
   * Reads what the topic holds now.
   *
   * @throws org.apache.kafka.common.KafkaException when Kafka cannot be reached within some seconds
   */
  public void readToEnd() {
    List<TopicPartition> partitions = consumer.partitionsFor(topic, TopicReaders.PATIENCE).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TopicReaders.PATIENCE);
    consumer.seekToBeginning(partitions);
    long until = System.nanoTime() + TopicReaders.PATIENCE.toNanos();
    while (!reached(ends)) {
      long before = System.nanoTime();
      if (poll() > 0) {
        until = before + TopicReaders.PATIENCE.toNanos();
      }
      if (System.nanoTime() > until) {
        throw new TimeoutException("the end of '%s' was not reached; nothing came for %d s"
            .formatted(topic, TopicReaders.PATIENCE.toSeconds()));
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

  private boolean reached(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(it -> consumer.position(it.getKey(), TopicReaders.PATIENCE) >= it.getValue());
  }

  private int poll() {
    var records = consumer.poll(POLL);
    records.forEach(taker);
    return records.count();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO)); // a fetch under way may wait for seconds
  }
}
