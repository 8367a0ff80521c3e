package dev.talaria.testkit;

import dev.talaria.broker.BrokerSettings;
import dev.talaria.broker.EmbeddedBroker;
import dev.talaria.broker.EmbeddedBrokerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** The broker that all tests of a JVM share: started at its first use, closed with JUnit's root store. */
public final class SharedBroker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SharedBroker.class);
  private static final String IMAGE = "apache/kafka:4.3.1";

  private final String bootstrapServers;
  private final Runnable onClose;

  private SharedBroker(String bootstrapServers, Runnable onClose) {
    this.bootstrapServers = bootstrapServers;
    this.onClose = onClose;
  }

  public static SharedBroker start(BrokerMode mode, DockerEngine docker) {
    return switch (mode) {
      case EMBEDDED -> embedded();
      case DOCKER -> container();
      case AUTO -> docker.isRunning() ? containerOrElseEmbedded() : embedded();
    };
  }

  private static SharedBroker embedded() {
    try {
      var directory = Files.createTempDirectory("talaria-broker-");
      var broker = new EmbeddedBroker(EmbeddedBrokerConfig.in(directory.resolve("kafka")));
      broker.start();
      return new SharedBroker(broker.bootstrapServers(), () -> {
        broker.close();
        Trees.delete(directory);
      });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With the embedded broker's settings, so that tests see the same limits and timings on both. */
  private static SharedBroker container() {
    var image = System.getProperty("talaria.test.kafka.image", IMAGE);
    var container =
        new KafkaContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("apache/kafka"));
    BrokerSettings.DEFAULTS.forEach((key, value) ->
        container.withEnv("KAFKA_" + key.replace('.', '_').toUpperCase(Locale.ROOT), value));
    try {
      container.start();
    } catch (RuntimeException e) {
      container.close();
      throw e;
    }
    return new SharedBroker(container.getBootstrapServers(), container::close);
  }

  private static SharedBroker containerOrElseEmbedded() {
    try {
      return container();
    } catch (RuntimeException e) {
      log.warn(
          "Docker answers, but Kafka's container did not start ({}); tests use the embedded broker",
          e.getMessage());
      return embedded();
    }
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Part of it as one test sees it. */
  TestBroker forTest(String prefix) {
    return new View(bootstrapServers, prefix);
  }

  @Override
  public void close() {
    onClose.run();
  }

  private record View(String bootstrapServers, String prefix) implements TestBroker {}
}
