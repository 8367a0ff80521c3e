package dev.talaria.launcher.claim;

import dev.talaria.launcher.LauncherListener;
import dev.talaria.launcher.presence.LauncherIdentity;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.PartAssembler;
import dev.talaria.protocol.message.Presence;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Unrecognizable;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what boards answer this launcher, and presence. Replies are read from this start on: what was meant for an
 * earlier incarnation is ignored anyway, and what was missed is given again.
 */
public final class ReplyReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReplyReader.class);
  /** An orderly good-bye waits for a fetch that is under way, and nothing may come for {@code fetch.max.wait.ms}. */
  private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(60);

  private final Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers;
  private final Producer<byte[], byte[]> producer;
  private final LauncherIdentity identity;
  private final TopicCatalogue topics;
  private final Wire wire;
  private final InstantSource clock;
  private final Consumer<Reply> replies;
  private final ObjLongConsumer<Presence> presence;
  private final LauncherListener listener;
  private final PartAssembler parts;
  private final CountDownLatch ready = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "reply-reader");
  private volatile boolean closing;
  private volatile @Nullable KafkaConsumerHandle current;
  private long next = -1;

  /** What another thread may do to a consumer. */
  private interface KafkaConsumerHandle {
    void wakeup();
  }

  public ReplyReader(
      Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers,
      Producer<byte[], byte[]> producer,
      LauncherIdentity identity,
      TopicCatalogue topics,
      Wire wire,
      InstantSource clock,
      Consumer<Reply> replies,
      ObjLongConsumer<Presence> presence,
      LauncherListener listener) {
    this.consumers = consumers;
    this.producer = producer;
    this.identity = identity;
    this.topics = topics;
    this.wire = wire;
    this.clock = clock;
    this.replies = replies;
    this.presence = presence;
    this.listener = listener;
    this.parts = new PartAssembler(wire);
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Waits until replies are read; false when that is not so in time. */
  public boolean awaitReady(Duration limit) throws InterruptedException {
    return ready.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  public boolean isReady() {
    return ready.getCount() == 0;
  }

  private void run() {
    while (!closing) {
      try {
        readUntilInterrupted();
      } catch (WakeupException e) {
        log.debug("reply reader woken");
      } catch (RuntimeException e) { // whatever it is, all replies come through here alone
        log.warn("Reading replies starts again in {} s: {}", PAUSE.toSeconds(), e.toString());
        pause();
      }
    }
  }

  private void readUntilInterrupted() {
    org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer = consumers.get();
    try {
      current = consumer::wakeup;
      read(consumer);
    } finally {
      current = null;
      consumer.close(AT_ONCE);
    }
  }

  private void read(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer) {
    var own = new TopicPartition(
        topics.replies(), topics.partitionOfAsker(identity.key().toString()));
    var signs = new TopicPartition(topics.presence(), 0);
    consumer.assign(List.of(own, signs));
    consumer.seekToBeginning(List.of(signs));
    if (next < 0) {
      next = firstWanted(consumer, own);
    }
    consumer.seek(own, next);
    ready.countDown();
    while (!closing) {
      try {
        for (ConsumerRecord<byte[], byte[]> rec : consumer.poll(POLL)) {
          handle(rec);
        }
        next = consumer.position(own);
      } catch (InvalidOffsetException e) {
        log.warn("Replies are read from the earliest record: {}", e.getMessage());
        consumer.seekToBeginning(e.partitions());
      }
    }
  }

  /**
   * From this start on, and a little before: a dispatcher in this JVM may have granted already, and clocks differ. What is
   * older was meant for an earlier incarnation.
   */
  private long firstWanted(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer, TopicPartition own) {
    long since = Math.max(0, identity.startedAt() - CLOCKS_DIFFER.toMillis());
    OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(own, since)).get(own);
    return found != null ? found.offset() : consumer.endOffsets(List.of(own)).getOrDefault(own, 0L);
  }

  private void handle(ConsumerRecord<byte[], byte[]> rec) {
    try {
      if (rec.topic().equals(topics.presence())) {
        if (rec.value() != null) {
          presence.accept(wire.decode(rec.value(), Presence.class), rec.offset());
        }
      } else if (isOurs(rec)) {
        parts.take(wire.decode(rec.value(), Reply.class)).ifPresent(this::pass);
      }
    } catch (
        RuntimeException e) { // one reply that cannot be taken in must not keep the others away
      putAside(rec, String.valueOf(e.getMessage()));
    }
  }

  private void pass(Reply reply) {
    if (reply instanceof Unrecognizable unknown) {
      log.warn(
          "A reply of the unknown kind '{}' is passed over; a newer dispatcher sent it.",
          unknown.kind());
    } else {
      replies.accept(reply);
    }
  }

  /** A record without a key is nobody's: whoever sees it first says so, this launcher among them. */
  private boolean isOurs(ConsumerRecord<byte[], byte[]> rec) {
    return rec.key() == null
        || new String(rec.key(), StandardCharsets.UTF_8).equals(identity.key().toString());
  }

  private void putAside(ConsumerRecord<byte[], byte[]> rec, String reason) {
    log.warn(
        "A record at {}-{}@{} goes to dead-letter: {}",
        rec.topic(),
        rec.partition(),
        rec.offset(),
        reason);
    listener.malformed(rec.topic());
    if (rec.topic().equals(topics.replies())) {
      DeadLetter letter = DeadLetter.of(
          rec.topic(), rec.partition(), rec.offset(), reason, null, rec.value(), clock.millis());
      producer.send(new ProducerRecord<>(topics.deadLetter(), 0, rec.key(), wire.encode(letter)));
    }
  }

  private void pause() {
    try {
      closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing = true;
    }
  }

  @Override
  public void close() {
    closing = true;
    closed.countDown();
    KafkaConsumerHandle consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
