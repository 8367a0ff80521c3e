package dev.talaria.cli.incident;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.cli.replay.topic.TopicReaders;
import dev.talaria.cli.replay.topic.WholeTopic;
import dev.talaria.cli.run.ClusterOptions;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.text.Times;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.config.ConfigException;
import dev.talaria.service.config.TalariaConfig;
import dev.talaria.service.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Mixin;

/** One of the verbs about incidents. */
abstract class IncidentMember implements Callable<Integer> {
  final Session session;
  final Wire wire = new Wire();

  @Mixin
  private ClusterOptions cluster = new ClusterOptions();

  IncidentMember(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    try {
      TalariaConfig config = cluster.load(session);
      return run(config);
    } catch (ConfigException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
  }

  abstract int run(TalariaConfig config);

  /** All that the topic has, closed ones of the last day too, the newest first. */
  final List<Incident> incidents(TalariaConfig config) {
    if (config.kafka().embedded()) {
      throw CliFailure.failed(
          "There is no cluster to read from: give one with --kafka HOST:PORT, set kafka.bootstrap, or start 'talaria up' on this host first.");
    }
    var topics = new TopicCatalogue(config.kafka().prefix(), config.kafka().partitions());
    Map<String, Incident> known = new TreeMap<>();
    var readers = new TopicReaders(new KafkaClients(config.kafka(), "cli"), "incidents");
    try (var topic =
        new WholeTopic(readers.get(), topics.incidents(), record -> take(record, known))) {
      topic.readToEnd();
    } catch (KafkaException e) {
      throw CliFailure.failed(
          "Kafka at %s cannot be read: %s. What holds a lane on a board of this host says 'talaria why'."
              .formatted(config.kafka().bootstrap(), e.getMessage()));
    }
    List<Incident> all = new ArrayList<>(known.values());
    all.sort(Comparator.comparing(Incident::isOpen)
        .thenComparingLong(Incident::lastAt)
        .reversed());
    return all;
  }

  private void take(ConsumerRecord<byte[], byte[]> record, Map<String, Incident> known) {
    if (record.key() == null) {
      return;
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    try {
      if (record.value() == null) {
        known.remove(key);
      } else {
        known.put(key, wire.decode(record.value(), Incident.class));
      }
    } catch (MalformedMessageException e) {
      known.remove(key); // not of a topology of ours: the others still tell
    }
  }

  /** Before Kafka is asked; an empty id, of a variable that is not set as a rule, would fit them all. */
  static void refuseBlank(String id) {
    if (id.isBlank()) {
      throw CliFailure.usage(
          "ID is empty; expected an incident's id, such as i_1a2b3c4d, or what it begins with.");
    }
  }

  /** The one that is meant by its id or what it begins with. */
  final Incident find(List<Incident> all, String id) {
    List<Incident> fitting =
        all.stream().filter(incident -> incident.id().startsWith(id)).toList();
    if (fitting.isEmpty()) {
      throw CliFailure.failed(
          "There is no incident '%s', or it was closed more than a day ago. 'talaria incidents list --all' lists them."
              .formatted(id));
    }
    if (fitting.size() > 1) {
      throw CliFailure.failed("'%s' may be any of %s."
          .formatted(id, fitting.stream().map(Incident::id).toList()));
    }
    return fitting.get(0);
  }

  final String stamp(long seconds) {
    return Times.stamp(seconds, session.surroundings().zone());
  }

  final void say(String format, Object... values) {
    session.out().println(values.length == 0 ? format : format.formatted(values));
  }

  final void complain(String message) {
    session.err().println(Printable.message(message));
  }
}
