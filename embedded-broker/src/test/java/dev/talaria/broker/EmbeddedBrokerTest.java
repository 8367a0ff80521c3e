package dev.talaria.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import kafka.server.KafkaConfig;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedBrokerTest {
  @TempDir
  Path home;

  @Test
  void shouldKnowEverySettingOfTheTable() {
    var unknown = new HashSet<>(BrokerSettings.DEFAULTS.keySet());
    unknown.removeAll(KafkaConfig.configDef().names());

    assertThat(unknown).as("settings that this Kafka does not have").isEmpty();
  }

  @Test
  void shouldKeepRecordsAddressAndClusterIdOverARestart() throws Exception {
    String firstAddress;
    String firstCluster;
    try (var broker = new EmbeddedBroker(EmbeddedBrokerConfig.in(home))) {
      broker.start();
      broker.start();
      firstAddress = broker.bootstrapServers();
      firstCluster = clusterId(firstAddress);
      createTopic(firstAddress, "kept");
      write(firstAddress, "kept", "one");
    }

    try (var broker = new EmbeddedBroker(EmbeddedBrokerConfig.in(home))) {
      broker.start();

      assertThat(broker.bootstrapServers()).isEqualTo(firstAddress);
      assertThat(clusterId(broker.bootstrapServers())).isEqualTo(firstCluster);
      assertThat(read(broker.bootstrapServers(), "kept")).containsExactly("one");
      assertThat(broker.failure()).isEmpty();
    }
  }

  @Test
  void shouldListenOnLoopbackOnly() {
    try (var broker = new EmbeddedBroker(EmbeddedBrokerConfig.in(home))) {
      broker.start();

      assertThat(broker.bootstrapServers()).startsWith("127.0.0.1:");
    }
  }

  @Test
  void shouldSayWhoHoldsADirectoryThatIsInUse() {
    try (var first = new EmbeddedBroker(EmbeddedBrokerConfig.in(home));
        var second = new EmbeddedBroker(EmbeddedBrokerConfig.in(home))) {
      first.start();

      assertThatThrownBy(second::start)
          .isInstanceOf(EmbeddedBrokerException.class)
          .hasMessageContaining("is in use by another broker")
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void shouldRefuseADirectoryThatIsNotABrokers() throws IOException {
    Files.writeString(home.resolve("thesis.txt"), "do not lose me");

    try (var broker = new EmbeddedBroker(EmbeddedBrokerConfig.in(home))) {
      assertThatThrownBy(broker::start)
          .isInstanceOf(EmbeddedBrokerException.class)
          .hasMessageContaining("'thesis.txt'")
          .hasMessageContaining("Choose an empty or a new directory");
    }
    assertThat(home).isDirectoryNotContaining("glob:**broker*");
  }

  @Test
  void shouldRefuseAPortThatWasAskedForAndIsTaken() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        var broker =
            new EmbeddedBroker(EmbeddedBrokerConfig.in(home).withPort(other.getLocalPort()))) {
      assertThatThrownBy(broker::start)
          .isInstanceOf(EmbeddedBrokerException.class)
          .hasMessageContaining("port " + other.getLocalPort())
          .hasMessageContaining("is taken");
    }
  }

  @Test
  void shouldMoveToAnotherPortWhenTheRememberedOneIsTaken() throws IOException {
    int remembered;
    try (var directory = DataDirectory.open(home);
        var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      remembered = other.getLocalPort();
      directory.remember(remembered, 1);
    }

    try (var other = new ServerSocket(remembered, 1, InetAddress.getByName("127.0.0.1"));
        var broker = new EmbeddedBroker(EmbeddedBrokerConfig.in(home))) {
      broker.start();

      assertThat(broker.bootstrapServers()).isNotEqualTo("127.0.0.1:" + other.getLocalPort());
    }
  }

  @Test
  void shouldReleaseTheDirectoryWhenTheStartFails() throws Exception {
    try (var broker = new EmbeddedBroker(
        EmbeddedBrokerConfig.in(home).withSettings(Map.of("num.io.threads", "none")))) {
      assertThatThrownBy(broker::start)
          .isInstanceOf(EmbeddedBrokerException.class)
          .hasMessageContaining("num.io.threads");
    }

    try (var broker = new EmbeddedBroker(EmbeddedBrokerConfig.in(home))) {
      broker.start();
    }
  }

  @Test
  void shouldRefuseSettingsThatItMakesItself() {
    assertThatThrownBy(
            () -> EmbeddedBrokerConfig.in(home).withSettings(Map.of("listeners", "PLAINTEXT://:1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[listeners]");
  }

  @Test
  void shouldReportKafkasExitInsteadOfEndingTheJvm() throws Exception {
    var heard = new AtomicReference<Throwable>();
    var told = new CountDownLatch(1);
    try (var broker = new EmbeddedBroker(EmbeddedBrokerConfig.in(home).withOnFailure(failure -> {
      heard.set(failure);
      told.countDown();
    }))) {
      broker.start();

      assertThatThrownBy(() -> Exit.halt(1, "disk full"))
          .isInstanceOf(EmbeddedBrokerException.class);

      assertThat(told.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(heard.get()).hasMessageContaining("disk full");
      assertThat(broker.failure()).contains(heard.get());
    }
  }

  @Test
  void shouldCloseWithinItsTimeEvenIfKafkaHangs() {
    var broker =
        new EmbeddedBroker(EmbeddedBrokerConfig.in(home).withCloseTimeout(Duration.ofMillis(1)));
    broker.start();
    long begun = System.nanoTime();

    broker.close();
    broker.close();

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    joinWhatWasLeftBehind();
  }

  /** The directory is about to be removed; Kafka would complain about each file. */
  private static void joinWhatWasLeftBehind() {
    for (var thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("talaria-broker-stop")) {
        assertThatCode(() -> thread.join(10_000)).doesNotThrowAnyException();
      }
    }
  }

  private static void createTopic(String bootstrap, String name) throws Exception {
    try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
    }
  }

  private static String clusterId(String bootstrap) throws Exception {
    try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrap))) {
      return admin.describeCluster().clusterId().get();
    }
  }

  private static void write(String bootstrap, String topic, String value) throws Exception {
    try (var producer = new KafkaProducer<>(
        Map.<String, Object>of("bootstrap.servers", bootstrap),
        new StringSerializer(),
        new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, value)).get();
    }
  }

  private static List<String> read(String bootstrap, String topic) {
    var partition = new TopicPartition(topic, 0);
    try (var consumer = new KafkaConsumer<>(
        Map.<String, Object>of("bootstrap.servers", bootstrap),
        new StringDeserializer(),
        new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return consumer.poll(Duration.ofSeconds(10)).records(partition).stream()
          .map(record -> record.value())
          .toList();
    }
  }
}
