package dev.talaria.cli.remote;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.remote.Sightings.Wanted;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.CallerKey;
import dev.talaria.protocol.message.BoardCommand.Verb;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.PartAssembler;
import dev.talaria.protocol.message.Presence;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Reply.VerbDone;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Questions to a board with their answers, and the events that it publishes. A question ends when the asker's patience
 * does. One thread.
 */
final class RemoteBus implements AutoCloseable {
  /** Dispatchers beat every two seconds; who restarts is back within this. */
  private static final Duration A_BEAT_COMES = Duration.ofSeconds(5);

  private static final Duration RECENT = Duration.ofSeconds(15);
  private static final Duration AGAIN = Duration.ofSeconds(3);
  private static final Duration GLANCE = Duration.ofMillis(200);
  private static final int FETCH_WAITS_MILLIS = 500;
  private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);

  private final KafkaConfig config;
  private final CallerKey asker;
  private final @Nullable BoardKey followed;
  private final Wire wire = new Wire();
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Sightings sightings = new Sightings();
  private final PartAssembler parts = new PartAssembler(wire);
  private final @Nullable BoardFeed feed;
  private long deadline;
  private @Nullable TopicCatalogue topics;
  private @Nullable VerbDone answered;

  /**
   * A connection of its own; nothing is sent yet.
   *
   * @param followed the board whose events are wanted; null for nobody's
   * @param patience for finding the board's dispatcher
   */
  RemoteBus(KafkaConfig config, CallerKey asker, @Nullable BoardKey followed, Duration patience) {
    this.config = config;
    this.asker = asker;
    this.followed = followed;
    this.feed = followed == null ? null : new BoardFeed(followed, System.nanoTime());
    this.deadline = System.nanoTime() + patience.toNanos();
    var clients = new KafkaClients(config, asker.host());
    Map<String, Object> reading = clients.consumer("cli-reader");
    reading.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAITS_MILLIS);
    this.consumer = new KafkaConsumer<>(reading);
    Map<String, Object> settings = clients.producer("cli-producer");
    settings.put(
        ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.max(1, Math.min(10_000, patience.toMillis())));
    this.producer = new KafkaProducer<>(settings);
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
  }

  private boolean isOver() {
    return System.nanoTime() - deadline >= 0;
  }

  /**
   * Looks whether a dispatcher serves the board, by presence, and from where on answers and events are to be read.
   *
   * @return the board that is served
   * @throws CliFailure when none is: it says which boards there are, and since when their hosts are silent
   */
  BoardKey requireDispatcher(Wanted wanted, long nowMillis, ZoneId zone) {
    try {
      TopicCatalogue found = findTopics();
      topics = found;
      var presence = new TopicPartition(found.presence(), 0);
      List<TopicPartition> all = new ArrayList<>(List.of(
          presence, new TopicPartition(found.replies(), found.partitionOfAsker(asker.toString()))));
      if (followed != null) {
        all.add(new TopicPartition(found.transitions(), found.partitionOf(followed)));
      }
      // all from the start: another assignment would wait for the fetch that is under way
      consumer.assign(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all, left());
      OffsetAndTimestamp recent = consumer
          .offsetsForTimes(Map.of(presence, nowMillis - RECENT.toMillis()), left())
          .get(presence);
      ends.forEach(consumer::seek);
      long end = ends.getOrDefault(presence, 0L);
      consumer.seek(presence, recent == null ? end : recent.offset());
      return find(wanted, presence, end, nowMillis, zone);
    } catch (TimeoutException e) {
      throw CliFailure.failed(
          "Kafka at %s does not answer; nothing was sent. Is kafka.bootstrap right, and the cluster up? --timeout waits longer."
              .formatted(config.bootstrap()));
    }
  }

  private BoardKey find(
      Wanted wanted, TopicPartition presence, long end, long nowMillis, ZoneId zone) {
    long waitedEnough = System.nanoTime() + A_BEAT_COMES.toNanos();
    Optional<BoardKey> served = sightings.served(wanted);
    while (served.isEmpty()) {
      boolean all = consumer.position(presence, left()) >= end;
      if (isOver() || all && System.nanoTime() - waitedEnough >= 0) {
        return findSilent(wanted, presence, end, nowMillis, zone);
      }
      glance();
      served = sightings.served(wanted);
    }
    return served.get();
  }

  /** The board as it was known once, where that is enough. */
  private BoardKey findSilent(
      Wanted wanted, TopicPartition presence, long end, long nowMillis, ZoneId zone) {
    consumer.seekToBeginning(List.of(presence));
    while (!isOver() && consumer.position(presence, left()) < end) {
      glance();
    }
    return sightings
        .known(wanted)
        .filter(board -> wanted.orSilent())
        .orElseThrow(() -> CliFailure.failed(sightings.whyNot(wanted, nowMillis, zone)));
  }

  private void glance() {
    Duration left = left();
    poll(left.compareTo(GLANCE) < 0 ? left : GLANCE);
  }

  /** The number of partitions is the cluster's own, whatever is configured here. */
  private TopicCatalogue findTopics() {
    var named = new TopicCatalogue(config.prefix(), 1);
    List<PartitionInfo> partitions = consumer.partitionsFor(named.commands(), left());
    if (partitions == null || partitions.isEmpty()) {
      throw CliFailure.failed(
          "There is no topic '%s' at %s; nothing was sent. Does the fleet use another kafka.prefix?"
              .formatted(named.commands(), config.bootstrap()));
    }
    return new TopicCatalogue(config.prefix(), partitions.size());
  }

  private TopicCatalogue topics() {
    return Objects.requireNonNull(topics, "a dispatcher was looked for");
  }

  /**
   * Sends the verb, again and again until it is answered.
   *
   * @param patience from now on
   * @param sent called before the first time
   * @return null when there was no answer in time
   */
  @Nullable
  VerbDone ask(BoardKey board, Verb verb, Duration patience, Runnable sent) {
    byte[] value = wire.encode(verb);
    if (value.length > TopicCatalogue.MAX_MESSAGE_BYTES) {
      throw CliFailure.failed(
          "The arguments are %d bytes long, and a message takes %d; nothing was sent. Give long texts on the board's own host."
              .formatted(value.length, TopicCatalogue.MAX_MESSAGE_BYTES));
    }
    sent.run();
    deadline = System.nanoTime() + patience.toNanos();
    long again = System.nanoTime();
    while (!isOver()) {
      if (System.nanoTime() - again >= 0) {
        send(board, value);
        again = System.nanoTime() + AGAIN.toNanos();
      }
      Duration untilThen = Duration.ofNanos(Math.max(1_000_000, again - System.nanoTime()));
      poll(untilThen.compareTo(left()) < 0 ? untilThen : left());
      VerbDone answer = answered;
      if (answer != null && answer.commandId().equals(verb.commandId())) {
        return answer;
      }
    }
    return null;
  }

  private void send(BoardKey board, byte[] value) {
    try {
      producer.send(new ProducerRecord<>(
          topics().commands(),
          topics().partitionOf(board),
          board.toString().getBytes(StandardCharsets.UTF_8),
          value));
    } catch (TimeoutException e) {
      // it is sent again
    }
  }

  /** Waits a moment for what the followed board publishes. */
  BoardFeed listen() {
    poll(GLANCE);
    return Objects.requireNonNull(feed, "a board is followed");
  }

  private void poll(Duration longest) {
    for (ConsumerRecord<byte[], byte[]> rec : consumer.poll(longest)) {
      if (rec.key() != null && rec.value() != null) {
        try {
          take(rec, new String(rec.key(), StandardCharsets.UTF_8));
        } catch (MalformedMessageException e) {
          // its own reader puts it aside
        }
      }
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> rec, String key) {
    if (rec.topic().equals(topics().presence())) {
      Presence beat = wire.decode(rec.value(), Presence.class);
      sightings.saw(beat, rec.timestamp());
      if (feed != null) {
        feed.heard(beat, System.nanoTime());
      }
    } else if (rec.topic().equals(topics().replies())) {
      if (key.equals(asker.toString())) {
        parts
            .take(wire.decode(rec.value(), Reply.class))
            .filter(VerbDone.class::isInstance)
            .ifPresent(reply -> answered = (VerbDone) reply);
      }
    } else if (feed != null && key.startsWith(followed + "#")) {
      feed.read(wire.decode(rec.value(), Transition.class));
    }
  }

  /** What to say when Kafka refuses; its innermost reason is the telling one. */
  static CliFailure unusable(KafkaConfig config, KafkaException e, String words) {
    Throwable at = e;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return CliFailure.failed(
        "Kafka at %s cannot be used: %s. %s".formatted(config.bootstrap(), at.getMessage(), words));
  }

  /** As {@link #unusable(KafkaConfig, KafkaException, String)}, of this bus. */
  CliFailure unusable(KafkaException e, String words) {
    return unusable(config, e, words);
  }

  @Override
  public void close() {
    consumer.close(AT_ONCE);
    producer.close(Duration.ZERO);
  }
}
