package dev.talaria.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every broker that tests may run on must do alike. */
@Timeout(90)
abstract class BrokerContract {
  private Topics topics;
  private RecordReader reader;

  abstract TestBroker broker();

  @BeforeEach
  void connect() {
    topics = new Topics(broker());
    reader = new RecordReader(broker().bootstrapServers());
  }

  @AfterEach
  void disconnect() {
    topics.close();
  }

  @Test
  void shouldShowOnlyCommittedRecords() {
    var topic = topics.create(broker().prefix() + "committed");
    try (var producer = transactional("committed")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "kept"));
      producer.commitTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "dropped"));
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "open"));
      producer.flush();

      assertThat(reader.values(topic)).containsExactly("kept");
      producer.abortTransaction();
    }
  }

  @Test
  void shouldHandRecordsToAShareGroupOneByOne() {
    var topic = topics.create(broker().prefix() + "offers");
    var group = broker().prefix() + "launchers";
    topics.shareGroupFromEarliest(group);
    try (var producer = plain()) {
      for (int i = 0; i < 3; i++) {
        producer.send(new ProducerRecord<>(topic, "offer-" + i));
      }
    }

    var config = new HashMap<>(broker().clientConfig());
    config.putAll(Map.of(
        "group.id",
        group,
        "share.acknowledgement.mode",
        "explicit",
        "share.acquire.mode",
        "record_limit",
        "max.poll.records",
        1));
    var taken = new ArrayList<String>();
    try (var consumer =
        new KafkaShareConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      long deadline = System.nanoTime() + Duration.ofSeconds(45).toNanos();
      while (taken.size() < 3 && System.nanoTime() < deadline) {
        var records = consumer.poll(Duration.ofSeconds(1));
        assertThat(records.count()).isLessThanOrEqualTo(1);
        for (var record : records) {
          taken.add(record.value());
          consumer.acknowledge(record, AcknowledgeType.ACCEPT);
        }
        assertThat(consumer.commitSync(Duration.ofSeconds(5)).values())
            .allSatisfy(failure -> assertThat(failure).isEmpty());
      }
    }
    assertThat(taken).containsExactly("offer-0", "offer-1", "offer-2");
  }

  final KafkaProducer<String, String> plain() {
    return new KafkaProducer<>(
        broker().clientConfig(), new StringSerializer(), new StringSerializer());
  }

  final KafkaProducer<String, String> transactional(String id) {
    var config = new HashMap<>(broker().clientConfig());
    config.put("transactional.id", broker().prefix() + id);
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }
}
