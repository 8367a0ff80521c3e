package dev.talaria.service.kafka;

import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads a partition as it stands: up to an end that was looked up before, and not whatever comes meanwhile. */
public final class PartitionReader {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;
  private final Duration stalled;

  /**
   * A reader.
   *
   * @param consumer assigned and positioned by the caller, who closes it
   * @param stalled how long it may stand still, which a topic that was made again meanwhile does for ever
   */
  public PartitionReader(Consumer<byte[], byte[]> consumer, Duration stalled) {
    this.consumer = consumer;
    this.stalled = stalled;
  }

  /**
   * Passes on what lies between the position and the end, and what came with it beyond; of other partitions too, if they are
   * assigned.
   *
   * @throws TimeoutException when it stood still for too long
   */
  public void readTo(
      TopicPartition partition,
      long end,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
    long at = consumer.position(partition, stalled);
    long moved = System.nanoTime();
    while (at < end) {
      consumer.poll(POLL).forEach(each);
      long now = consumer.position(partition, stalled);
      if (now > at) {
        at = now;
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > stalled.toNanos()) {
        throw new TimeoutException(
            "%s stands at %d and does not reach %d".formatted(partition, at, end));
      }
    }
  }
}
