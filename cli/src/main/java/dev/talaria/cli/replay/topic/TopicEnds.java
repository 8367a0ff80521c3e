package dev.talaria.cli.replay.topic;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.topic.Partitions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What of a topic there is to read, asked once: a reader that stops at these ends tells the same whatever is written
 * meanwhile. The number of partitions is the topic's own, so that nobody need know how it is configured. One thread.
 */
public final class TopicEnds {
  private final Consumer<byte[], byte[]> consumer;
  private final Duration patience;

  /**
   * By one consumer, which the caller closes.
   *
   * @param patience how long each question may take
   */
  public TopicEnds(Consumer<byte[], byte[]> consumer, Duration patience) {
    this.consumer = consumer;
    this.patience = patience;
  }

  /**
   * All of a topic, in the order of its partitions.
   *
   * @throws TopicMissingException when there is no such topic
   * @throws org.apache.kafka.common.KafkaException when Kafka cannot be reached
   */
  public List<Stretch> whole(String topic) {
    return between(partitions(topic), Map.of());
  }

  /** The partition of a topic by board that has this board's records; exceptions as {@link #whole}. */
  public List<Stretch> ofBoard(String topic, BoardKey board) {
    int count = partitions(topic).size();
    return between(
        List.of(new TopicPartition(topic, Partitions.of(board.toString(), count))), Map.of());
  }

  /**
   * What was written from a moment on, by the times of the records.
   *
   * @param millis epoch milliseconds
   */
  public List<Stretch> since(String topic, long millis) {
    List<TopicPartition> partitions = assigned(partitions(topic));
    Map<TopicPartition, Long> wanted = new HashMap<>();
    partitions.forEach(partition -> wanted.put(partition, Math.max(0, millis)));
    Map<TopicPartition, Long> from = new HashMap<>();
    consumer.offsetsForTimes(wanted, patience).forEach((partition, found) -> {
      OffsetAndTimestamp first = found; // null where nothing is as young
      from.put(partition, first == null ? Long.MAX_VALUE : first.offset());
    });
    return between(partitions, from);
  }

  private List<Stretch> between(
      List<TopicPartition> partitions, Map<TopicPartition, Long> notBefore) {
    assigned(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, patience);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, patience);
    List<Stretch> stretches = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      long to = ends.getOrDefault(partition, 0L);
      long from =
          Math.max(begins.getOrDefault(partition, 0L), notBefore.getOrDefault(partition, 0L));
      stretches.add(new Stretch(partition, Math.min(from, to), to));
    }
    return stretches;
  }

  /** Of others it would not learn how far transactions have come. */
  private List<TopicPartition> assigned(List<TopicPartition> partitions) {
    consumer.assign(partitions);
    return partitions;
  }

  private List<TopicPartition> partitions(String topic) {
    List<PartitionInfo> found;
    try {
      found = consumer.partitionsFor(topic, patience);
    } catch (UnknownTopicOrPartitionException e) {
      throw new TopicMissingException(topic, e);
    }
    if (found == null || found.isEmpty()) {
      throw new TopicMissingException(topic, null);
    }
    return found.stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .sorted((a, b) -> Integer.compare(a.partition(), b.partition()))
        .toList();
  }
}
