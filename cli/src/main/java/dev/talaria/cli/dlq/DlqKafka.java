package dev.talaria.cli.dlq;

import dev.talaria.cli.replay.topic.ScanProgress;
import dev.talaria.cli.replay.topic.Stretch;
import dev.talaria.cli.replay.topic.TopicEnds;
import dev.talaria.cli.replay.topic.TopicReaders;
import dev.talaria.cli.replay.topic.TopicScan;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.kafka.KafkaClients;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;

/** The cluster, as the verbs about dead letters use it. */
final class DlqKafka {
  private final KafkaClients clients;
  private final TopicCatalogue topics;
  private final Wire wire = new Wire();
  private final String host;
  private final TopicReaders readers;

  /** @param config with an address */
  DlqKafka(KafkaConfig config, String host) {
    this.clients = new KafkaClients(config, host);
    this.readers = new TopicReaders(clients, "dlq");
    this.topics = new TopicCatalogue(config.prefix(), config.partitions());
    this.host = host;
  }

  TopicCatalogue topics() {
    return topics;
  }

  String host() {
    return host;
  }

  SourceTopics sources() {
    return new SourceTopics(topics, wire);
  }

  /**
   * All bad records that letters are kept about.
   *
   * @throws dev.talaria.cli.replay.topic.TopicMissingException when the topic is not there
   */
  List<Letter> letters() {
    var letters = new LetterTopic(wire);
    List<Stretch> all;
    try (Consumer<byte[], byte[]> asker = readers.get()) {
      all = new TopicEnds(asker, TopicReaders.PATIENCE).whole(topics.deadLetter());
    }
    new TopicScan(readers, 1, ScanProgress.SILENT).read(all, partition -> letters::take);
    return letters.letters();
  }

  /** The caller closes it. */
  RecordAt records() {
    return new RecordAt(readers, topics.deadLetter(), wire);
  }

  /** The caller closes it. */
  ActWriter acts(String by) {
    var producer =
        new KafkaProducer<byte[], byte[]>(clients.relayProducer(topics.prefix() + "dlq/" + host));
    return new ActWriter(producer, topics.deadLetter(), wire, by, host);
  }
}
