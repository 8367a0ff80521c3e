package dev.talaria.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.protocol.topic.TopicSpec;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.Topics;
import dev.talaria.testkit.WithKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The settings and the topics against a real broker. */
@WithKafka
@Timeout(60)
class KafkaClientsIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void shouldMakeMissingTopicsOnceAndReturnTheirIds(TestBroker broker) {
    var wanted = List.of(
        new TopicSpec(broker.prefix() + "a", 3, Map.of("retention.ms", "3600000")),
        new TopicSpec(broker.prefix() + "b", 1, Map.of("cleanup.policy", "compact")));
    try (var admin = Admin.create(clients(broker).admin("setup"))) {
      var setup = new TopicSetup(admin, (short) 1, LIMIT);
      assertThat(setup.check(wanted).missing()).hasSize(2);

      var first = setup.ensure(wanted);
      var second = setup.ensure(wanted);

      assertThat(first.created()).hasSize(2);
      assertThat(first.asWanted()).isTrue();
      assertThat(second.created()).isEmpty();
      assertThat(second.topicIds()).hasSize(2).isEqualTo(first.topicIds());
    }
  }

  @Test
  void shouldSayHowTopicsDifferAndLeaveThemAlone(TestBroker broker, Topics topics) {
    var name = topics.create(broker.prefix() + "t", 3, Map.of("retention.ms", "1000"));
    var wanted = List.of(new TopicSpec(name, 6, Map.of("retention.ms", "2000")));
    try (var admin = Admin.create(clients(broker).admin("setup"))) {
      var report = new TopicSetup(admin, (short) 1, LIMIT).ensure(wanted);

      assertThat(report.asWanted()).isFalse();
      assertThat(report.differences()).hasSize(2);
      assertThat(report.differences().get(0))
          .contains("has 3 partitions; expected 6")
          .contains("configure 3, or use another kafka.prefix");
      assertThat(report.differences().get(1)).contains("has retention.ms=1000; expected 2000");
    }
  }

  @Test
  void shouldHaveAnotherIdForATopicThatWasMadeAgain(TestBroker broker, Topics topics) {
    var wanted = List.of(new TopicSpec(broker.prefix() + "again", 1, Map.of()));
    try (var admin = Admin.create(clients(broker).admin("setup"))) {
      var setup = new TopicSetup(admin, (short) 1, LIMIT);
      var before = setup.ensure(wanted).topicIds();
      topics.delete(broker.prefix() + "again");

      assertThat(setup.ensure(wanted).topicIds()).isNotEqualTo(before);
    }
  }

  @Test
  void shouldCommitReadAndNeverJumpInSilence(TestBroker broker, Topics topics) {
    var topic = topics.create(broker.prefix() + "log");
    var partition = new TopicPartition(topic, 0);
    try (var relay =
            new KafkaProducer<byte[], byte[]>(clients(broker).relayProducer(broker.prefix()));
        var consumer = new KafkaConsumer<byte[], byte[]>(clients(broker).consumer("reader"))) {
      relay.initTransactions();
      for (int i = 0; i < 5; i++) {
        relay.beginTransaction();
        relay.send(new ProducerRecord<>(topic, bytes("row " + i)));
        relay.commitTransaction();
      }
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      var read = new ArrayList<String>();
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (read.size() < 5 && System.nanoTime() < deadline) {
        consumer
            .poll(LIMIT)
            .forEach(it -> read.add(new String(it.value(), StandardCharsets.UTF_8)));
      }
      assertThat(read).containsExactly("row 0", "row 1", "row 2", "row 3", "row 4");

      consumer.seek(partition, 5_000);
      assertThatThrownBy(() -> consumer.poll(LIMIT)).isInstanceOf(OffsetOutOfRangeException.class);
    }
  }

  @Test
  void shouldHandOverOffersQuicklyAlthoughIdleFetchesAreLong(TestBroker broker, Topics topics)
      throws Exception {
    var topic = topics.create(broker.prefix() + "ready.coder");
    var group = broker.prefix() + "ready";
    topics.shareGroupFromEarliest(group);
    var clients = clients(broker);
    try (var producer = new KafkaProducer<byte[], byte[]>(clients.producer("offers"));
        var launcher =
            new KafkaShareConsumer<byte[], byte[]>(clients.shareConsumer("launcher", group, 4))) {
      launcher.subscribe(List.of(topic));
      producer.send(new ProducerRecord<>(topic, bytes("first"))).get();
      acceptOne(launcher);

      long begun = System.nanoTime();
      for (int i = 0; i < 10; i++) {
        producer.send(new ProducerRecord<>(topic, bytes("offer " + i))).get();
        acceptOne(launcher);
      }
      var ten = Duration.ofNanos(System.nanoTime() - begun);

      assertThat(ten)
          .as("ten offers, each polled and accepted, with fetch.max.wait.ms of 5 s")
          .isLessThan(Duration.ofSeconds(3));
    }
  }

  private static void acceptOne(KafkaShareConsumer<byte[], byte[]> launcher) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      var records = launcher.poll(Duration.ofSeconds(2));
      records.forEach(it -> launcher.acknowledge(it, AcknowledgeType.ACCEPT));
      launcher.commitSync(Duration.ofSeconds(5));
      if (!records.isEmpty()) {
        return;
      }
    }
    throw new AssertionError("No offer came within " + LIMIT);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static KafkaClients clients(TestBroker broker) {
    return new KafkaClients(
        new KafkaConfig(broker.bootstrapServers(), broker.prefix(), 1, (short) 1, 0, Map.of()),
        "alpha");
  }
}
