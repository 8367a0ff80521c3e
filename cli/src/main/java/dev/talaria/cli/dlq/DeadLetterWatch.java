package dev.talaria.cli.dlq;

import dev.talaria.protocol.message.Wire;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code dead-letter} from its beginning and goes on, so that it can be asked how many letters are open. */
public final class DeadLetterWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeadLetterWatch.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int MOST = 100_000;

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final TopicPartition partition;
  private final Wire wire;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "dead-letter-watch");
  private volatile @Nullable Consumer<byte[], byte[]> current;
  private volatile double open = Double.NaN;

  /** @param consumers makes readers without a group; each is closed here */
  public DeadLetterWatch(Supplier<Consumer<byte[], byte[]>> consumers, String topic, Wire wire) {
    this.consumers = consumers;
    this.partition = new TopicPartition(topic, 0);
    this.wire = wire;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Bad records that nobody has resent or dropped, 100,000 standing for more; NaN until all of them were read once. */
  public double open() {
    return open;
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void run() {
    try {
      while (!isClosing()) {
        try {
          follow();
        } catch (WakeupException e) {
          log.debug("dead-letter watch woken");
        } catch (KafkaException e) { // the topic may have been made again, or Kafka be away
          log.debug("Dead letters are counted again in {} s: {}", PAUSE.toSeconds(), e.toString());
          closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RuntimeException e) { // an error of ours: the gauge has no other source
          log.warn("Dead letters are counted again in {} s", PAUSE.toSeconds(), e);
          closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    var counted = new OpenCount(MOST);
    Consumer<byte[], byte[]> consumer = consumers.get();
    try {
      current = consumer;
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (!isClosing()) {
        consumer.poll(POLL).forEach(rec -> LetterTopic.pass(wire, rec, counted));
        if (consumer.position(partition) >= end) {
          open = counted.count();
        }
      }
    } finally {
      current = null;
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  /** Stops reading; within 3 s. */
  @Override
  public void close() {
    closing.countDown();
    Consumer<byte[], byte[]> reading = current;
    if (reading != null) {
      reading.wakeup();
    }
    try {
      thread.join(3_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
