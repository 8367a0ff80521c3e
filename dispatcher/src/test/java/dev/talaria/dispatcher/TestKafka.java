package dev.talaria.dispatcher;

import dev.talaria.dispatcher.inbox.ControlReader.TopicFacts;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.protocol.topic.TopicSpec;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.kafka.KafkaClients;
import dev.talaria.service.kafka.TopicSetup;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/** The clients of a dispatcher on a real broker, with the settings that every process has. */
final class TestKafka implements DispatcherKafka, AutoCloseable {
  private final KafkaClients clients;
  private final TopicCatalogue topics;
  private final Admin admin;

  TestKafka(String bootstrap, TopicCatalogue topics) {
    this.topics = topics;
    this.clients = new KafkaClients(
        new KafkaConfig(bootstrap, topics.prefix(), topics.partitions(), (short) 1, 0, Map.of()),
        "test");
    this.admin = Admin.create(clients.admin("admin"));
  }

  @Override
  public Producer<byte[], byte[]> relayProducer(BoardKey board) {
    return new KafkaProducer<>(clients.relayProducer(topics.prefix() + "relay/" + board));
  }

  @Override
  public Producer<byte[], byte[]> producer() {
    return new KafkaProducer<>(clients.producer("producer"));
  }

  @Override
  public Consumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(clients.consumer("reader"));
  }

  @Override
  public Consumer<byte[], byte[]> uncommittedConsumer() {
    return new KafkaConsumer<>(clients.uncommittedConsumer("uncommitted-reader"));
  }

  @Override
  public Map<String, TopicFacts> topics() {
    Map<String, Integer> partitions = new HashMap<>();
    topics.fixed().forEach(topic -> partitions.put(topic.name(), topic.partitions()));
    Map<String, TopicFacts> facts = new HashMap<>();
    new TopicSetup(admin, (short) 1, Duration.ofSeconds(20))
        .ensure(topics.fixed())
        .topicIds()
        .forEach((name, id) ->
            facts.put(name, new TopicFacts(id.toString(), partitions.getOrDefault(name, 1))));
    return facts;
  }

  @Override
  public boolean isThere(String topic) {
    try {
      return admin.listTopics().names().get(20, TimeUnit.SECONDS).contains(topic);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new KafkaException("Kafka does not answer", e);
    }
  }

  void prepare(TopicSpec topic) {
    new TopicSetup(admin, (short) 1, Duration.ofSeconds(20)).ensure(java.util.List.of(topic));
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(3));
  }
}
