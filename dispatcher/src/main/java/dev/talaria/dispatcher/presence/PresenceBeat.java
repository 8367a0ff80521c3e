package dev.talaria.dispatcher.presence;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Presence.DispatcherBeat;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dispatcher's own sign of life. It comes back through the reader, and only while it does is anybody else's silence
 * heard.
 */
public final class PresenceBeat implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PresenceBeat.class);

  private final Producer<byte[], byte[]> producer;
  private final TopicCatalogue topics;
  private final Wire wire;
  private final InstantSource clock;
  private final String host;
  private final String instance;
  private final List<BoardKey> boards;
  private final String version;
  private final Duration interval;
  private final long startedAt;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "dispatcher-beat");

  public PresenceBeat(
      Producer<byte[], byte[]> producer,
      TopicCatalogue topics,
      Wire wire,
      InstantSource clock,
      String host,
      String instance,
      List<BoardKey> boards,
      String version,
      Duration interval) {
    this.producer = producer;
    this.topics = topics;
    this.wire = wire;
    this.clock = clock;
    this.host = host;
    this.instance = instance;
    this.boards = List.copyOf(boards);
    this.version = version;
    this.interval = interval;
    this.startedAt = clock.millis();
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
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
    var beat =
        new DispatcherBeat(host, instance, startedAt, boards, version, farewell, clock.millis());
    byte[] key = beat.key().getBytes(StandardCharsets.UTF_8);
    try {
      producer.send(new ProducerRecord<>(topics.presence(), 0, key, wire.encode(beat)));
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
