package dev.talaria.cli.remote;

import dev.talaria.cli.CliFailure;
import dev.talaria.protocol.id.Asker;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.BoardCommand.Verb;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.PartAssembler;
import dev.talaria.protocol.message.Presence;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Reply.VerbDone;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
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
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One question to a board, and its answer. Everything ends when the asker's patience does. One thread. */
final class RemoteBus implements AutoCloseable {
  /** Dispatchers beat every two seconds; who restarts is back within this. */
  private static final Duration A_BEAT_COMES = Duration.ofSeconds(5);

  private static final Duration RECENT = Duration.ofSeconds(15);
  private static final Duration AGAIN = Duration.ofSeconds(3);
  private static final Duration GLANCE = Duration.ofMillis(200);
  private static final int FETCH_WAITS_MILLIS = 500;
  private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);

  private final KafkaConfig config;
  private final Asker asker;
  private final long deadline;
  private final Wire wire = new Wire();
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private @Nullable TopicCatalogue topics;

  RemoteBus(KafkaConfig config, String host, Asker asker, Duration patience) {
    this.config = config;
    this.asker = asker;
    this.deadline = System.nanoTime() + patience.toNanos();
    var clients = new KafkaClients(config, host);
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
   * Looks whether a dispatcher serves the board, by presence, and from where on the answer is to be read.
   *
   * @throws CliFailure when none does: it says which boards there are, and since when their hosts are silent
   */
  void requireDispatcher(BoardKey board, long nowMillis, ZoneId zone) {
    try {
      TopicCatalogue found = findTopics();
      var own = new TopicPartition(found.replies(), found.partitionOfAsker(asker.toString()));
      var presence = new TopicPartition(found.presence(), 0);
      // both from the start: another assignment would wait for the fetch that is under way
      consumer.assign(List.of(own, presence));
      Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(own, presence), left());
      long end = ends.getOrDefault(presence, 0L);
      OffsetAndTimestamp recent = consumer
          .offsetsForTimes(Map.of(presence, nowMillis - RECENT.toMillis()), left())
          .get(presence);
      consumer.seek(own, ends.getOrDefault(own, 0L));
      consumer.seek(presence, recent == null ? end : recent.offset());
      requireServed(board, presence, end, nowMillis, zone);
      topics = found;
    } catch (TimeoutException e) {
      throw CliFailure.failed(
          "Kafka at %s does not answer; nothing was sent. Is kafka.bootstrap right, and the cluster up? --timeout waits longer."
              .formatted(config.bootstrap()));
    }
  }

  private void requireServed(
      BoardKey board, TopicPartition presence, long end, long nowMillis, ZoneId zone) {
    var sightings = new Sightings();
    long waitedEnough = System.nanoTime() + A_BEAT_COMES.toNanos();
    while (!sightings.isServed(board)) {
      boolean all = consumer.position(presence, left()) >= end;
      if (isOver() || all && System.nanoTime() - waitedEnough >= 0) {
        throw refused(board, presence, end, sightings, nowMillis, zone);
      }
      look(sightings);
    }
  }

  private void look(Sightings sightings) {
    Duration left = left();
    for (ConsumerRecord<byte[], byte[]> rec :
        consumer.poll(left.compareTo(GLANCE) < 0 ? left : GLANCE)) {
      if (rec.value() != null) {
        try {
          sightings.saw(wire.decode(rec.value(), Presence.class), rec.timestamp());
        } catch (MalformedMessageException e) {
          // its own reader puts it aside
        }
      }
    }
  }

  private CliFailure refused(
      BoardKey board,
      TopicPartition presence,
      long end,
      Sightings sightings,
      long nowMillis,
      ZoneId zone) {
    consumer.seekToBeginning(List.of(presence));
    while (!isOver() && consumer.position(presence, left()) < end) {
      look(sightings);
    }
    return CliFailure.failed(sightings.whyNot(board, nowMillis, zone));
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

  /**
   * Sends the verb, again and again until it is answered.
   *
   * @param sent called before the first time
   * @return null when there was no answer in time
   */
  @Nullable
  VerbDone ask(BoardKey board, Verb verb, Runnable sent) {
    var parts = new PartAssembler(wire);
    byte[] value = wire.encode(verb);
    if (value.length > TopicCatalogue.MAX_MESSAGE_BYTES) {
      throw CliFailure.failed(
          "The arguments are %d bytes long, and a message takes %d; nothing was sent. Give long texts on the board's own host."
              .formatted(value.length, TopicCatalogue.MAX_MESSAGE_BYTES));
    }
    sent.run();
    long again = System.nanoTime();
    while (!isOver()) {
      if (System.nanoTime() - again >= 0) {
        send(board, value);
        again = System.nanoTime() + AGAIN.toNanos();
      }
      Duration untilThen = Duration.ofNanos(Math.max(1_000_000, again - System.nanoTime()));
      Optional<VerbDone> answer =
          poll(untilThen.compareTo(left()) < 0 ? untilThen : left(), verb, parts);
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    return null;
  }

  private void send(BoardKey board, byte[] value) {
    TopicCatalogue to = Objects.requireNonNull(topics, "a dispatcher was found");
    try {
      producer.send(new ProducerRecord<>(
          to.commands(),
          to.partitionOf(board),
          board.toString().getBytes(StandardCharsets.UTF_8),
          value));
    } catch (TimeoutException e) {
      // it is sent again
    }
  }

  private Optional<VerbDone> poll(Duration longest, Verb verb, PartAssembler parts) {
    Optional<VerbDone> answer = Optional.empty();
    for (ConsumerRecord<byte[], byte[]> rec : consumer.poll(longest)) {
      if (rec.key() == null
          || !new String(rec.key(), StandardCharsets.UTF_8).equals(asker.toString())) {
        continue;
      }
      Optional<Reply> reply = parts.take(wire.decode(rec.value(), Reply.class));
      if (reply.isPresent()
          && reply.get() instanceof VerbDone done
          && done.commandId().equals(verb.commandId())) {
        answer = Optional.of(done);
      }
    }
    return answer;
  }

  @Override
  public void close() {
    consumer.close(AT_ONCE);
    producer.close(Duration.ZERO);
  }
}
