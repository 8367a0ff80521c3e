package dev.talaria.streams;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.testkit.RecordReader;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What relays write and dispatchers read: transitions in, decisions out, on a real broker. */
final class BoardsOnKafka implements AutoCloseable {
  static final int PARTITIONS = 3;
  private static final Duration LONG = Duration.ofSeconds(60);

  final Wire wire = new Wire();
  final TopicCatalogue topics;
  private final TestBroker broker;
  private final RecordReader reader;
  private final KafkaProducer<byte[], byte[]> producer;

  BoardsOnKafka(TestBroker broker) {
    this.broker = broker;
    topics = new TopicCatalogue(broker.prefix(), PARTITIONS);
    reader = new RecordReader(broker.bootstrapServers());
    try (var admin = new Topics(broker)) {
      for (var topic : topics.fixed()) {
        admin.create(topic.name(), topic.partitions(), topic.configs());
      }
    }
    producer = new KafkaProducer<>(
        broker.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  Future<RecordMetadata> send(Transition transition) {
    return producer.send(new ProducerRecord<>(
        topics.transitions(),
        topics.partitionOf(transition.board()),
        transition.taskKey().toString().getBytes(StandardCharsets.UTF_8),
        wire.encode(transition)));
  }

  Future<RecordMetadata> sendBytes(int partition, byte[] value) {
    return producer.send(
        new ProducerRecord<>(topics.transitions(), partition, new byte[] {'?'}, value));
  }

  /** Committed decisions, each partition in its order. */
  List<Decision> decisions() {
    return reader.readAll(topics.decisions()).stream()
        .map(record -> wire.decode(record.value(), Decision.class))
        .toList();
  }

  List<Decision> awaitDecisions(int count) {
    return reader.await(topics.decisions(), count, LONG).stream()
        .map(record -> wire.decode(record.value(), Decision.class))
        .toList();
  }

  /** Waits for a committed decision of the given kind. */
  void awaitDecision(Predicate<Decision> fits, String what, Duration timeout) {
    reader.awaitUntil(
        topics.decisions(),
        records -> records.stream()
            .anyMatch(record -> fits.test(wire.decode(record.value(), Decision.class))),
        what,
        timeout);
  }

  List<DeadLetter> awaitDeadLetters(int count) {
    return reader.await(topics.deadLetter(), count, LONG).stream()
        .map(record -> wire.decode(record.value(), DeadLetter.class))
        .toList();
  }

  /** What a store holds by its changelog: the last value of each key, without those that were dropped. */
  <V> Map<String, V> changelog(String store, Class<V> type) {
    var found = new java.util.TreeMap<String, V>();
    reader.readAll(changelog(store)).forEach(record -> {
      String key = new String(record.key(), StandardCharsets.UTF_8);
      if (record.value() == null) {
        found.remove(key);
      } else {
        found.put(
            key,
            new StateSerde<>(wire.mapper(), type).deserializer().deserialize("", record.value()));
      }
    });
    return found;
  }

  /** Makes a store's changelog, with what a board has in it, before any topology has started. */
  void putChangelog(String store, BoardKey board, Map<String, String> values) {
    try (var admin = new Topics(broker)) {
      admin.create(changelog(store), PARTITIONS, Map.of("cleanup.policy", "compact"));
    }
    values.forEach((key, value) -> producer.send(new ProducerRecord<>(
        changelog(store),
        topics.partitionOf(board),
        key.getBytes(StandardCharsets.UTF_8),
        value.getBytes(StandardCharsets.UTF_8))));
    producer.flush();
  }

  String changelog(String store) {
    return topics.prefix() + "topology-" + store + "-changelog";
  }

  /** The partition of each decision on the topic. */
  Map<String, Integer> partitionOfEachBoard() {
    var found = new java.util.TreeMap<String, Integer>();
    reader
        .readAll(topics.decisions())
        .forEach(record -> found.put(
            wire.decode(record.value(), Decision.class).run().board().toString(),
            record.partition()));
    return found;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
