package dev.talaria.service.config;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where Kafka is and how its topics are made.
 *
 * @param bootstrap {@code host:port,...}; null runs the embedded broker
 * @param prefix before each topic's name
 * @param partitions of the topics that are partitioned by board; fixed when they are made
 * @param replication copies of each topic; -1 leaves it to the cluster
 * @param embeddedPort of the embedded broker; 0 for any free one, kept over restarts
 * @param properties passed to Kafka's clients as they are; {@code producer.}, {@code consumer.} and {@code admin.} before a
 *     name limit it to that client
 */
public record KafkaConfig(
    @Nullable String bootstrap,
    String prefix,
    int partitions,
    short replication,
    int embeddedPort,
    Map<String, String> properties) {
  public KafkaConfig {
    Check.all(
        () -> checkBootstrap(bootstrap),
        () -> Check.matches(
            "kafka.prefix", prefix, "[A-Za-z0-9._-]{0,100}", "letters, digits, '.', '_' and '-'"),
        () -> Check.between("kafka.partitions", partitions, 1, 1000),
        () -> checkReplication(replication),
        () -> Check.between("kafka.embedded_port", embeddedPort, 0, 65_535));
    properties = Collections.unmodifiableMap(new TreeMap<>(properties));
  }

  private static void checkBootstrap(@Nullable String bootstrap) {
    if (bootstrap != null) {
      Check.matches(
          "kafka.bootstrap",
          bootstrap,
          "[^,\\s]+:[0-9]+(\\s*,\\s*[^,\\s]+:[0-9]+)*",
          "host:port, or several with commas between");
    }
  }

  private static void checkReplication(short replication) {
    if (replication == 0 || replication < -1) {
      throw new ConfigException(
          "kafka.replication is %d; expected 1 or more, or -1 for the cluster's own default."
              .formatted(replication));
    }
  }

  public boolean embedded() {
    return bootstrap == null;
  }

  /** The same with an address, as it is known once the embedded broker runs. */
  public KafkaConfig at(String address) {
    return new KafkaConfig(address, prefix, partitions, replication, embeddedPort, properties);
  }
}
