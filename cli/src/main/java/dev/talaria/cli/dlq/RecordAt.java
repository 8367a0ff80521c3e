package dev.talaria.cli.dlq;

import dev.talaria.cli.replay.topic.TopicReaders;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Wire;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Reads single records by their offsets, read-committed. One thread. */
final class RecordAt implements AutoCloseable {
  private static final Duration PATIENCE = TopicReaders.PATIENCE;
  private static final Duration POLL = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final String deadLetters;
  private final Wire wire;

  RecordAt(Supplier<Consumer<byte[], byte[]>> consumers, String deadLetters, Wire wire) {
    this.consumer = consumers.get();
    this.deadLetters = deadLetters;
    this.wire = wire;
  }

  /** The newest word about a bad record, with its value. */
  Optional<ConsumerRecord<byte[], byte[]>> letter(Letter letter) {
    return find(new TopicPartition(deadLetters, 0), letter.position());
  }

  /**
   * The bad record itself: where it came from while it is kept there, else what its letter has of it; empty when neither
   * is there any more.
   */
  Optional<Original> original(Letter letter) {
    Optional<ConsumerRecord<byte[], byte[]>> found = letter(letter);
    DeadLetter kept = found.map(rec -> LetterTopic.letter(wire, rec)).orElse(null);
    if (letter.wasSent()) {
      var source = new TopicPartition(letter.id().topic(), letter.id().partition());
      Optional<ConsumerRecord<byte[], byte[]>> there =
          find(source, letter.id().offset()).filter(rec -> isIt(rec, letter));
      if (there.isPresent()) {
        ConsumerRecord<byte[], byte[]> rec = there.get();
        return Optional.of(new Original(rec.key(), rec.value(), rec.headers(), true, true));
      }
    }
    byte[] value = kept == null ? null : LetterFold.valueOf(kept);
    if (found.isEmpty() || value == null) {
      return Optional.empty();
    }
    boolean whole = value.length == letter.size();
    return Optional.of(new Original(found.get().key(), value, new RecordHeaders(), whole, false));
  }

  /** A topic that was made again has other records at the same offsets. A letter without a value vouches for nothing. */
  private static boolean isIt(ConsumerRecord<byte[], byte[]> rec, Letter letter) {
    if (letter.id().digest().isEmpty()) {
      return true;
    }
    DeadLetter same =
        DeadLetter.of(rec.topic(), rec.partition(), rec.offset(), "", null, rec.value(), 0);
    return same.size() == letter.size() && same.digest().equals(letter.id().digest());
  }

  private Optional<ConsumerRecord<byte[], byte[]>> find(TopicPartition partition, long offset) {
    if (!isThere(partition)) {
      return Optional.empty();
    }
    List<TopicPartition> one = List.of(partition);
    consumer.assign(one);
    long end = consumer.endOffsets(one, PATIENCE).getOrDefault(partition, 0L);
    long begin = consumer.beginningOffsets(one, PATIENCE).getOrDefault(partition, 0L);
    if (offset < begin || offset >= end) {
      return Optional.empty();
    }
    consumer.seek(partition, offset);
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (consumer.position(partition) <= offset) {
      try {
        for (ConsumerRecord<byte[], byte[]> rec : consumer.poll(POLL)) {
          if (rec.offset() >= offset) {
            return Optional.of(rec).filter(it -> it.offset() == offset);
          }
        }
      } catch (OffsetOutOfRangeException e) {
        return Optional.empty(); // removed in between
      }
      if (System.nanoTime() > until) {
        throw new TimeoutException(
            "%s@%d did not come within %d s".formatted(partition, offset, PATIENCE.toSeconds()));
      }
    }
    return Optional.empty();
  }

  private boolean isThere(TopicPartition partition) {
    try {
      @Nullable List<PartitionInfo> found = consumer.partitionsFor(partition.topic(), PATIENCE);
      return found != null
          && found.stream().anyMatch(info -> info.partition() == partition.partition());
    } catch (UnknownTopicOrPartitionException e) {
      return false;
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO)); // a fetch under way may wait for 5 s
  }
}
