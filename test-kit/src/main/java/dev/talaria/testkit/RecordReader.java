package dev.talaria.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what stands on a topic, read-committed: records of open and aborted transactions are not seen. Each call reads
 * from the beginning with a consumer of its own and leaves no group behind.
 */
public final class RecordReader {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final String bootstrapServers;

  public RecordReader(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** All committed records up to the ends as they are now, partition by partition in the order of polling. */
  public List<ConsumerRecord<byte[], byte[]>> readAll(String topic) {
    try (var consumer = consumer()) {
      return readToEnd(consumer, partitions(consumer, topic));
    }
  }

  public List<ConsumerRecord<byte[], byte[]>> readAll(TopicPartition partition) {
    try (var consumer = consumer()) {
      return readToEnd(consumer, List.of(partition));
    }
  }

  /** The values of {@link #readAll(String)} as text; a tombstone is "null". */
  public List<String> values(String topic) {
    return readAll(topic).stream().map(RecordReader::text).toList();
  }

  /** Reads on until so many records have come; fails with what came when they do not in time. */
  public List<ConsumerRecord<byte[], byte[]>> await(String topic, int count, Duration timeout) {
    return awaitUntil(topic, records -> records.size() >= count, count + " records", timeout);
  }

  /** Reads on until the records so far satisfy the condition. */
  public List<ConsumerRecord<byte[], byte[]>> awaitUntil(
      String topic,
      Predicate<List<ConsumerRecord<byte[], byte[]>>> condition,
      String what,
      Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    var read = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    try (var consumer = consumer()) {
      var partitions = partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!condition.test(List.copyOf(read))) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new AssertionError("No %s on '%s' within %s, but %d: %s"
              .formatted(
                  what,
                  topic,
                  timeout,
                  read.size(),
                  read.stream().map(RecordReader::text).toList()));
        }
        consumer.poll(Duration.ofNanos(left)).forEach(read::add);
      }
    }
    return read;
  }

  /** A record's value as text. */
  public static String text(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null ? "null" : new String(record.value(), StandardCharsets.UTF_8);
  }

  private static List<ConsumerRecord<byte[], byte[]>> readToEnd(
      KafkaConsumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    var ends = consumer.endOffsets(partitions);
    var read = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    // Positions, not records: commit markers and aborted records move the one without the other.
    while (partitions.stream().anyMatch(at -> consumer.position(at) < ends.getOrDefault(at, 0L))) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Could not read %s to its end %s.".formatted(partitions, ends));
      }
      for (var record : consumer.poll(Duration.ofMillis(200))) {
        if (record.offset()
            < ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
          read.add(record);
        }
      }
    }
    return read;
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.<String, Object>of(
            "bootstrap.servers", bootstrapServers,
            "isolation.level", "read_committed",
            "auto.offset.reset", "none",
            "enable.auto.commit", "false"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
