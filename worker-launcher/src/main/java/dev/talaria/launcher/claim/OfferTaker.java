package dev.talaria.launcher.claim;

import dev.talaria.launcher.LauncherListener;
import dev.talaria.launcher.lane.LaneWatch;
import dev.talaria.launcher.presence.LauncherIdentity;
import dev.talaria.launcher.report.CommandSender;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.message.BoardCommand.Claim;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Offer;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes offers of a lane that this launcher serves, and claims work from the boards that made them. Offers are accepted
 * at once, all of a poll together: they are hints, and holding one would hold others back. While no slot is free it does
 * not poll.
 */
public final class OfferTaker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OfferTaker.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** An unanswered claim is sent again by the command sender; its slots are free again after this. */
  private static final Duration CLAIM_PATIENCE = Duration.ofSeconds(60);

  private final Supplier<ShareConsumer<byte[], byte[]>> consumers;
  private final Producer<byte[], byte[]> producer;
  private final LauncherIdentity identity;
  private final Lane lane;
  private final Runnable prepareLane;
  private final LaneWatch lanes;
  private final Map<String, String> labels;
  private final Slots slots;
  private final CommandSender commands;
  private final TopicCatalogue topics;
  private final Wire wire;
  private final InstantSource clock;
  private final LauncherListener listener;
  private final StartGate gate;
  private final Semaphore freed = new Semaphore(0);
  private final OpenClaims openClaims;
  private final ClaimTurns<Source> turns = new ClaimTurns<>();
  private final Thread thread = new Thread(this::run, "offer-taker");
  private volatile boolean closing;
  private volatile boolean prepared;
  private volatile @Nullable ShareConsumer<byte[], byte[]> current;
  private long claimNumber;

  /**
   * A taker.
   *
   * @param lane whose offers it takes
   * @param prepareLane makes the lane's topic; tried again until it does not throw {@link KafkaException}
   * @param lanes which are served at the moment
   */
  public OfferTaker(
      Supplier<ShareConsumer<byte[], byte[]>> consumers,
      Producer<byte[], byte[]> producer,
      LauncherIdentity identity,
      Lane lane,
      Runnable prepareLane,
      LaneWatch lanes,
      Map<String, String> labels,
      Slots slots,
      CommandSender commands,
      TopicCatalogue topics,
      Wire wire,
      InstantSource clock,
      LauncherListener listener,
      StartGate gate) {
    this.consumers = consumers;
    this.producer = producer;
    this.identity = identity;
    this.lane = lane;
    this.prepareLane = prepareLane;
    this.lanes = lanes;
    this.labels = Map.copyOf(labels);
    this.slots = slots;
    this.commands = commands;
    this.topics = topics;
    this.wire = wire;
    this.clock = clock;
    this.listener = listener;
    this.gate = gate;
    this.openClaims = new OpenClaims(CLAIM_PATIENCE, System.nanoTime(), clock.millis());
    thread.setDaemon(true);
  }

  public void start() {
    slots.onFree(freed::release);
    thread.start();
  }

  /** A claim was answered: what it did not get can be claimed elsewhere. */
  public void answered(String claim) {
    openClaims.answered(claim);
    commands.settled(claim);
    slots.answered(claim);
  }

  /** Whether the lane's topic is there, so that offers can come. */
  public boolean isPrepared() {
    return prepared;
  }

  /** Kafka may be away at the start: workers of before are looked after meanwhile, and this waits for it. */
  private void prepare() {
    while (!closing && !prepared) {
      try {
        prepareLane.run();
        prepared = true;
      } catch (KafkaException e) {
        log.warn(
            "The topic of lane '{}' cannot be made yet; it is tried again: {}", lane, reasons(e));
        awaitFree(PAUSE);
      }
    }
  }

  private static String reasons(KafkaException e) {
    Throwable cause = e.getCause();
    return cause == null ? e.toString() : e.getMessage() + ": " + cause;
  }

  /** Whether it made a claim that waits for its answer. */
  boolean isOwn(String claim) {
    return openClaims.has(claim);
  }

  private void run() {
    prepare();
    while (!closing) {
      try (ShareConsumer<byte[], byte[]> consumer = consumers.get()) {
        current = consumer;
        takeOffers(consumer);
      } catch (WakeupException e) {
        log.debug("offer taker woken");
      } catch (RuntimeException e) { // whatever it is, the lane's work comes through here alone
        log.warn("Taking offers starts again in {} s: {}", PAUSE.toSeconds(), e.toString());
        awaitFree(PAUSE);
      } finally {
        current = null;
      }
    }
  }

  private void takeOffers(ShareConsumer<byte[], byte[]> consumer) {
    boolean subscribed = false;
    while (!closing) {
      boolean served = lanes.serves(lane) && !gate.open(List.of(lane)).isEmpty();
      if (served != subscribed) {
        consumer.subscribe(served ? List.of(topics.ready(lane)) : List.of());
        subscribed = served;
      }
      openClaims.tick(System.nanoTime(), clock.millis()).forEach(this::answered);
      freed.drainPermits();
      if (slots.free() == 0 || !served) {
        awaitFree(Duration.ofSeconds(1));
        continue;
      }
      ConsumerRecords<byte[], byte[]> offers = consumer.poll(POLL);
      if (offers.isEmpty()) {
        continue;
      }
      Map<Source, Integer> taken = new LinkedHashMap<>();
      for (ConsumerRecord<byte[], byte[]> offer : offers) {
        consumer.acknowledge(offer, AcknowledgeType.ACCEPT);
        read(offer, taken);
      }
      consumer.commitAsync();
      turns
          .divide(taken.keySet(), slots.free())
          .forEach((source, most) -> claim(source, taken.getOrDefault(source, 0), most));
    }
  }

  /** Where work is. */
  private record Source(BoardKey board, Lane lane) {}

  private void read(ConsumerRecord<byte[], byte[]> rec, Map<Source, Integer> taken) {
    try {
      Offer offer = wire.decode(rec.value(), Offer.class);
      taken.merge(new Source(offer.board(), offer.lane()), 1, Integer::sum);
    } catch (MalformedMessageException e) {
      listener.malformed(rec.topic());
      String reason = String.valueOf(e.getMessage());
      DeadLetter letter = DeadLetter.of(
          rec.topic(), rec.partition(), rec.offset(), reason, null, rec.value(), clock.millis());
      producer.send(new ProducerRecord<>(topics.deadLetter(), 0, rec.key(), wire.encode(letter)));
      log.warn("An offer at {}@{} goes to dead-letter: {}", rec.topic(), rec.offset(), reason);
    }
  }

  /** Claims as many tasks as its share of the free slots: the board grants its best at that moment, whatever was offered. */
  private void claim(Source source, int offersTaken, int most) {
    String id = "%s/%d/claim/%s/%d"
        .formatted(identity.key(), identity.incarnation(), source.lane(), ++claimNumber);
    int wanted = lanes.serves(source.lane()) ? slots.reserve(id, source.lane(), most) : 0;
    openClaims.add(id);
    // with no slot left, or put aside meanwhile, the offers are still reported as taken, so that
    // the board offers them again
    commands.send(
        source.board(),
        new Claim(
            id,
            identity.key(),
            identity.incarnation(),
            identity.instance(),
            source.lane(),
            wanted,
            offersTaken,
            labels));
  }

  private void awaitFree(Duration limit) {
    try {
      freed.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing = true;
    }
  }

  @Override
  public void close() {
    closing = true;
    freed.release();
    ShareConsumer<byte[], byte[]> consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
    if (!prepared) {
      thread.interrupt(); // it may be asking a Kafka that is away
    }
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
