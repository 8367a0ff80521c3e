package dev.talaria.cli.run;

import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Presence;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.kafka.PartitionReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;

/** Reads signs of life: all that the topic holds, then what is beaten from now on. One thread. */
public final class PresenceReader implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final Wire wire;
  private final Map<String, Heard> latest = new TreeMap<>();
  private long end;
  private long newestAppended;
  private long newestNanos;

  public PresenceReader(Consumer<byte[], byte[]> consumer, TopicCatalogue topics, Wire wire) {
    this.consumer = consumer;
    this.partition = new TopicPartition(topics.presence(), 0);
    this.wire = wire;
  }

  /**
   * The newest sign of one sender.
   *
   * @param appendedAt the record's time, epoch milliseconds
   * @param fresh whether it came after the reading began
   * @param stampedByBroker whether the record's time is the broker's, and not the sender's own
   */
  public record Heard(
      String key, Presence beat, long appendedAt, boolean fresh, boolean stampedByBroker) {}

  /**
   * Reads what the topic holds.
   *
   * @throws org.apache.kafka.common.KafkaException when Kafka cannot be reached, or has no such topic
   */
  public void readToEnd() {
    consumer.assign(List.of(partition));
    end = consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
    consumer.seekToBeginning(List.of(partition));
    new PartitionReader(consumer, PATIENCE).readTo(partition, end, this::take);
  }

  /** Listens, until everybody who is not known to be gone was heard anew; at most so long. */
  public void listen(Duration most, Duration lostAfter) {
    long until = System.nanoTime() + most.toNanos();
    while (System.nanoTime() < until && !allHeard(lostAfter)) {
      poll();
    }
  }

  /** Listens for so long, whoever was heard already. */
  public void listen(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      poll();
    }
  }

  private boolean allHeard(Duration lostAfter) {
    long newest =
        latest.values().stream().mapToLong(Heard::appendedAt).max().orElse(Long.MAX_VALUE);
    boolean anyFresh = latest.values().stream().anyMatch(Heard::fresh);
    return anyFresh
        && latest.values().stream()
            .allMatch(it -> it.fresh()
                || isFarewell(it.beat())
                || newest - it.appendedAt() > lostAfter.toMillis());
  }

  private static boolean isFarewell(Presence beat) {
    return beat instanceof Presence.LauncherBeat launcher && launcher.farewell()
        || beat instanceof Presence.DispatcherBeat dispatcher && dispatcher.farewell();
  }

  private void poll() {
    for (ConsumerRecord<byte[], byte[]> rec : consumer.poll(POLL)) {
      take(rec);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> rec) {
    if (rec.key() == null) {
      return;
    }
    String key = new String(rec.key(), StandardCharsets.UTF_8);
    boolean fresh = rec.offset() >= end;
    if (fresh) {
      newestAppended = rec.timestamp();
      newestNanos = System.nanoTime();
    }
    if (rec.value() == null) {
      latest.remove(key);
      return;
    }
    try {
      Presence beat = wire.decode(rec.value(), Presence.class);
      latest.put(
          key,
          new Heard(
              key,
              beat,
              rec.timestamp(),
              fresh,
              rec.timestampType() == TimestampType.LOG_APPEND_TIME));
    } catch (MalformedMessageException e) {
      latest.remove(key); // of a broken sender: its dispatcher puts it into dead-letter
    }
  }

  /** What is known of each sender. */
  public Collection<Heard> heard() {
    return List.copyOf(latest.values());
  }

  /** The broker's time as far as a fresh record tells it, else what is given; epoch milliseconds. */
  public long now(long otherwise) {
    return newestNanos == 0
        ? otherwise
        : newestAppended + (System.nanoTime() - newestNanos) / 1_000_000;
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO)); // a fetch under way may wait for 5 s
  }
}
