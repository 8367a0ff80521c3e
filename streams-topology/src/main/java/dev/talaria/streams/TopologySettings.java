package dev.talaria.streams;

import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What a topology's instance needs to know.
 *
 * @param bootstrapServers of the cluster
 * @param topics the fleet's topics
 * @param hostId of the host that it runs on
 * @param instance its name on the host; with the host id it must be unique in the fleet and the same at each start
 * @param stateDirectory kept over restarts; losing it costs a restore and up to 10 s, nothing else
 * @param replication of its own topics; -1 leaves it to the brokers
 * @param standbys warm copies of its state on other instances; none on one node
 * @param cacheBytes memory of all its stores together
 * @param writeBufferBytes how much of that may be write buffers
 * @param threadFailures so many stream threads may end within {@code threadFailuresWithin} before it gives up
 * @param threadFailuresWithin see there
 * @param kafka Kafka properties that go on top of everything; prefixed with {@code main.consumer.}, {@code producer.}
 *     and so on they go to one client, as in Streams
 */
public record TopologySettings(
    String bootstrapServers,
    TopicCatalogue topics,
    String hostId,
    String instance,
    Path stateDirectory,
    int replication,
    int standbys,
    long cacheBytes,
    long writeBufferBytes,
    int threadFailures,
    Duration threadFailuresWithin,
    Map<String, String> kafka) {
  private static final long MIB = 1024 * 1024;

  public TopologySettings {
    if (!(hostId + instance).matches("[A-Za-z0-9._-]+") || instance.isEmpty()) {
      throw new IllegalArgumentException(
          "The topology's instance is '%s' on host '%s'; both take letters, digits, '.', '_' and '-' only."
              .formatted(instance, hostId));
    }
    if (replication == 0 || replication < -1 || standbys < 0) {
      throw new IllegalArgumentException(
          "replication is %d and standbys %d; expected 1 or more (or -1 for the brokers' own), and 0 or more."
              .formatted(replication, standbys));
    }
    if (cacheBytes < MIB || writeBufferBytes < MIB / 4 || writeBufferBytes > cacheBytes) {
      throw new IllegalArgumentException(
          "The stores' cache is %d bytes and their write buffers %d; expected at least 1 MiB, and a part of it of at least 256 KiB."
              .formatted(cacheBytes, writeBufferBytes));
    }
    if (threadFailures < 0 || threadFailuresWithin.isNegative()) {
      throw new IllegalArgumentException(
          "%d thread failures within %s; expected no negative values."
              .formatted(threadFailures, threadFailuresWithin));
    }
    kafka = Map.copyOf(kafka);
  }

  /** One node's settings. */
  public static TopologySettings of(
      String bootstrapServers, TopicCatalogue topics, String hostId, Path talariaDirectory) {
    return new TopologySettings(
        bootstrapServers,
        topics,
        hostId,
        "main",
        talariaDirectory.resolve("streams"),
        1,
        0,
        24 * MIB,
        8 * MIB,
        5,
        Duration.ofMinutes(10),
        Map.of());
  }

  public TopologySettings withInstance(String name) {
    return new TopologySettings(
        bootstrapServers,
        topics,
        hostId,
        name,
        stateDirectory,
        replication,
        standbys,
        cacheBytes,
        writeBufferBytes,
        threadFailures,
        threadFailuresWithin,
        kafka);
  }

  /** Elsewhere than in the home. */
  public TopologySettings withStateDirectory(Path directory) {
    return new TopologySettings(
        bootstrapServers,
        topics,
        hostId,
        instance,
        directory,
        replication,
        standbys,
        cacheBytes,
        writeBufferBytes,
        threadFailures,
        threadFailuresWithin,
        kafka);
  }

  /** For a cluster of more than one broker. */
  public TopologySettings withCopies(int topicReplication, int warmStandbys) {
    return new TopologySettings(
        bootstrapServers,
        topics,
        hostId,
        instance,
        stateDirectory,
        topicReplication,
        warmStandbys,
        cacheBytes,
        writeBufferBytes,
        threadFailures,
        threadFailuresWithin,
        kafka);
  }

  public TopologySettings withThreadFailures(int count, Duration within) {
    return new TopologySettings(
        bootstrapServers,
        topics,
        hostId,
        instance,
        stateDirectory,
        replication,
        standbys,
        cacheBytes,
        writeBufferBytes,
        count,
        within,
        kafka);
  }

  public TopologySettings withKafka(Map<String, String> properties) {
    return new TopologySettings(
        bootstrapServers,
        topics,
        hostId,
        instance,
        stateDirectory,
        replication,
        standbys,
        cacheBytes,
        writeBufferBytes,
        threadFailures,
        threadFailuresWithin,
        properties);
  }

  /** The consumer group, and the prefix of the topology's own topics. */
  public String applicationId() {
    return applicationId(topics);
  }

  /** The same for whoever looks at a fleet's topology from outside. */
  public static String applicationId(TopicCatalogue topics) {
    return topics.prefix() + "topology";
  }
}
