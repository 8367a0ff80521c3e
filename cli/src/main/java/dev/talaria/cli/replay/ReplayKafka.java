package dev.talaria.cli.replay;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.cli.replay.topic.TopicEnds;
import dev.talaria.cli.replay.topic.TopicReaders;
import dev.talaria.cli.replay.topic.TopicScan;
import dev.talaria.cli.replay.trail.TrailReader;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.config.TalariaConfig;
import dev.talaria.service.kafka.KafkaClients;
import java.time.Duration;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;

/** What replay needs of the cluster: readers, and what there is to read. */
final class ReplayKafka implements AutoCloseable {
  private static final int MOST_READERS = 4;

  private final Session session;
  private final TopicCatalogue topics;
  private final TopicReaders readers;
  private final Consumer<byte[], byte[]> asker;

  private ReplayKafka(Session session, TopicCatalogue topics, TopicReaders readers) {
    this.session = session;
    this.topics = topics;
    this.readers = readers;
    this.asker = readers.get();
  }

  /** The cluster of a configuration; refuses where there is none. */
  static ReplayKafka of(Session session, TalariaConfig config) {
    if (config.kafka().embedded()) {
      throw CliFailure.failed(
          "There is no cluster to read from: give one with --kafka HOST:PORT, set kafka.bootstrap, or start 'talaria up' on this host first.");
    }
    return new ReplayKafka(
        session,
        new TopicCatalogue(config.kafka().prefix(), config.kafka().partitions()),
        new TopicReaders(new KafkaClients(config.kafka(), "cli"), "replay"));
  }

  TopicCatalogue topics() {
    return topics;
  }

  TopicEnds ends() {
    return new TopicEnds(asker, TopicReaders.PATIENCE);
  }

  /** A scan whose progress is shown under this name. */
  TopicScan scan(String what) {
    return new TopicScan(readers, readers(), ProgressBar.of(session, what));
  }

  TrailReader trails(String what) {
    return new TrailReader(ends(), scan(what), topics, new Wire());
  }

  private static int readers() {
    return Math.max(1, Math.min(MOST_READERS, Runtime.getRuntime().availableProcessors()));
  }

  @Override
  public void close() {
    asker.close(CloseOptions.timeout(Duration.ZERO)); // a fetch under way may wait for seconds
  }
}
