package dev.talaria.launcher.presence;

import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the launcher's beat: all its live runs in one message. */
public final class LauncherBeats implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LauncherBeats.class);

  private final Producer<byte[], byte[]> producer;
  private final TopicCatalogue topics;
  private final Wire wire;
  private final Function<Boolean, LauncherBeat> beat;
  private final Duration interval;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "launcher-beat");
  private volatile boolean acknowledged;

  /**
   * A sender.
   *
   * @param beat what to say now; told whether it is the farewell
   */
  public LauncherBeats(
      Producer<byte[], byte[]> producer,
      TopicCatalogue topics,
      Wire wire,
      Function<Boolean, LauncherBeat> beat,
      Duration interval) {
    this.producer = producer;
    this.topics = topics;
    this.wire = wire;
    this.beat = beat;
    this.interval = interval;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Whether a beat, and with it the lanes that are served, is on Kafka for all to read. */
  public boolean isAcknowledged() {
    return acknowledged;
  }

  private void run() {
    try {
      do {
        send(false);
      } while (!closing.await(interval.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(boolean farewell) {
    LauncherBeat now = beat.apply(farewell);
    byte[] key = now.launcher().toString().getBytes(StandardCharsets.UTF_8);
    try {
      producer.send(
          new ProducerRecord<>(topics.presence(), 0, key, wire.encode(now)), (sent, failure) -> {
            if (failure == null) {
              acknowledged = true;
            }
          });
    } catch (KafkaException e) {
      log.debug("a beat was not sent: {}", e.toString());
    }
  }

  /** Says farewell. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    send(true);
  }
}
