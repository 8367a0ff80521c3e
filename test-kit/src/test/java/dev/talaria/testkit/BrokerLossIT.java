package dev.talaria.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a broker that stopped, was killed, or was wiped. */
@WithKafka
@Timeout(120)
class BrokerLossIT {
  @Test
  void shouldKeepDataAndAddressOverARestart(OwnBroker broker) throws Exception {
    broker.start();
    var before = broker.bootstrapServers();
    try (var topics = new Topics(broker)) {
      topics.create("kept");
    }
    commit(broker, "kept", "one");

    broker.restart();

    assertThat(broker.bootstrapServers()).isEqualTo(before);
    assertThat(new RecordReader(before).values("kept")).containsExactly("one");
  }

  @Test
  void shouldBeAnEmptyClusterAtTheSameAddressAfterAWipe(OwnBroker broker) {
    broker.start();
    var before = broker.bootstrapServers();
    try (var topics = new Topics(broker)) {
      topics.create("gone");
    }

    broker.wipe().start();

    assertThat(broker.bootstrapServers()).isEqualTo(before);
    try (var topics = new Topics(broker)) {
      assertThat(topics.names()).isEmpty();
    }
  }

  @Test
  void shouldLetAConnectedProducerGoOnAfterARestart(OwnBroker broker) throws Exception {
    broker.start();
    try (var topics = new Topics(broker)) {
      topics.create("going-on");
    }
    try (var producer = new KafkaProducer<>(
        broker.clientConfig(), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("going-on", "before")).get();
      broker.stop();
      // on a thread of its own: a producer that has seen the broker go blocks in send until it is
      // back
      var pending = CompletableFuture.supplyAsync(
          () -> producer.send(new ProducerRecord<>("going-on", "while away")));
      broker.start();
      pending.get().get();
    }

    assertThat(new RecordReader(broker.bootstrapServers()).values("going-on"))
        .containsExactly("before", "while away");
  }

  @Test
  void shouldKeepCommittedRecordsWhenTheBrokerIsKilled(JavaProcesses processes, @TempDir Path home)
      throws Exception {
    var broker = new BrokerProcess(processes, home.resolve("kafka")).start();
    var before = broker.bootstrapServers();
    try (var topics = new Topics(broker)) {
      topics.create("killed");
    }
    commit(broker, "killed", "one");
    var unfinished = producer(broker);
    unfinished.initTransactions();
    unfinished.beginTransaction();
    unfinished.send(new ProducerRecord<>("killed", "never committed"));
    unfinished.flush();

    broker.kill();
    long begun = System.nanoTime();
    broker.start();
    var back = Duration.ofNanos(System.nanoTime() - begun);

    unfinished.close(Duration.ZERO);
    assertThat(broker.bootstrapServers()).isEqualTo(before);
    commit(broker, "killed", "two");
    assertThat(new RecordReader(before).await("killed", 2, Duration.ofSeconds(20)))
        .extracting(RecordReader::text)
        .containsExactly("one", "two");
    assertThat(back)
        .as("a killed broker's session (18 s) must not delay its successor")
        .isLessThan(Duration.ofSeconds(15));
    broker.stop();
  }

  private static void commit(TestBroker broker, String topic, String value) throws Exception {
    try (var producer = producer(broker)) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, value));
      producer.commitTransaction();
    }
  }

  private static KafkaProducer<String, String> producer(TestBroker broker) {
    var config = new HashMap<>(broker.clientConfig());
    config.put("transactional.id", "test");
    config.put("transaction.timeout.ms", 3000);
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }
}
