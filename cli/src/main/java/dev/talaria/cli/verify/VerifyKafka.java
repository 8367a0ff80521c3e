package dev.talaria.cli.verify;

import dev.talaria.cli.replay.topic.KeyFilter;
import dev.talaria.cli.replay.topic.ScanProgress;
import dev.talaria.cli.replay.topic.Stretch;
import dev.talaria.cli.replay.topic.TopicEnds;
import dev.talaria.cli.replay.topic.TopicReaders;
import dev.talaria.cli.replay.topic.TopicScan;
import dev.talaria.cli.replay.topic.TopicScan.Taker;
import dev.talaria.dispatcher.relay.CursorReader;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.RelayCursor;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.kafka.KafkaClients;
import dev.talaria.streams.HistoryAudit;
import dev.talaria.streams.HistoryAudit.Entry;
import dev.talaria.streams.TopologySettings;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** What is read of the cluster to verify a board. Nothing on it is changed. One thread. */
final class VerifyKafka implements AutoCloseable {
  private static final Pattern TOO_LARGE = Pattern.compile("event ([0-9]{1,18}) is .*");

  private final TopicCatalogue topics;
  private final Wire wire = new Wire();
  private final HistoryAudit audit = new HistoryAudit(wire);
  private final TopicReaders readers;
  private final Consumer<byte[], byte[]> asker;
  private final Admin admin;

  /** @param config with an address */
  VerifyKafka(KafkaConfig config, String host) {
    var clients = new KafkaClients(config, host);
    this.topics = new TopicCatalogue(config.prefix(), config.partitions());
    this.readers = new TopicReaders(clients, "verify");
    this.asker = readers.get();
    this.admin = Admin.create(clients.admin("verify-admin"));
  }

  Wire wire() {
    return wire;
  }

  /** How far the board is published. */
  Optional<RelayCursor> cursor(BoardKey board) {
    return new CursorReader(readers, topics, wire).newest(board);
  }

  /** The board's partition of {@code transitions}, as it is now. */
  Stretch transitions(BoardKey board) {
    return ends().ofBoard(topics.transitions(), board).get(0);
  }

  /** Reads a stretch to its end. */
  void read(Stretch stretch, Taker taker) {
    scan().read(List.of(stretch), partition -> taker);
  }

  /** The first event of a lineage that a partition has of a board; {@code Long.MAX_VALUE} for none. */
  long firstEvent(Stretch stretch, BoardKey board, long lineage) {
    KeyFilter filter = KeyFilter.board(board);
    long[] first = {Long.MAX_VALUE};
    read(stretch, rec -> {
      if (first[0] == Long.MAX_VALUE && filter.wants(rec.key())) {
        try {
          Transition t = wire.decode(rec.value(), Transition.class);
          first[0] = t.lineage() == lineage ? t.event() : first[0];
        } catch (MalformedMessageException e) {
          return; // a dead letter for everybody
        }
      }
    });
    return first[0];
  }

  /** The next offset of {@code transitions} that the topology has not committed; empty when it never ran. */
  Optional<Long> committed(TopicPartition partition) {
    String group = TopologySettings.applicationId(topics);
    try {
      OffsetAndMetadata offset = admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get(TopicReaders.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .get(partition);
      return Optional.ofNullable(offset).map(OffsetAndMetadata::offset);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Optional.empty();
      }
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("the cluster did not answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  /**
   * The topology's entries of a board's tasks, as they are on its changelog.
   *
   * @throws dev.talaria.cli.replay.topic.TopicMissingException when the topology never ran
   */
  Map<String, Entry> store(BoardKey board) {
    KeyFilter filter = KeyFilter.board(board);
    int prefix = board.toString().length() + 1;
    Map<String, Entry> entries = new HashMap<>();
    read(ends().ofBoard(HistoryAudit.changelog(topics), board).get(0), rec -> {
      if (filter.wants(rec.key())) {
        String task = new String(rec.key(), StandardCharsets.UTF_8).substring(prefix);
        Entry entry = audit.read(rec.value());
        if (entry == null) {
          entries.remove(task);
        } else {
          entries.put(task, entry);
        }
      }
    });
    return entries;
  }

  /** Events of a board that were never sent because they are too large, by task; as long as their letters are kept. */
  Map<String, Set<Long>> tooLarge(BoardKey board) {
    KeyFilter filter = KeyFilter.board(board);
    int prefix = board.toString().length() + 1;
    Map<String, Set<Long>> events = new HashMap<>();
    for (Stretch stretch : ends().whole(topics.deadLetter())) {
      read(stretch, rec -> {
        if (!filter.wants(rec.key())) {
          return;
        }
        try {
          DeadLetter letter = wire.decode(rec.value(), DeadLetter.class);
          Matcher reason = TOO_LARGE.matcher(letter.reason());
          if (letter.offset() < 0
              && letter.topic().equals(topics.transitions())
              && reason.matches()) {
            String task = new String(rec.key(), StandardCharsets.UTF_8).substring(prefix);
            events
                .computeIfAbsent(task, id -> new HashSet<>())
                .add(Long.parseLong(reason.group(1)));
          }
        } catch (MalformedMessageException e) {
          return; // an act, or nobody's letter
        }
      });
    }
    return events;
  }

  private TopicEnds ends() {
    return new TopicEnds(asker, TopicReaders.PATIENCE);
  }

  private TopicScan scan() {
    return new TopicScan(readers, 1, ScanProgress.SILENT);
  }

  @Override
  public void close() {
    asker.close(CloseOptions.timeout(java.time.Duration.ZERO));
    admin.close(java.time.Duration.ofSeconds(1));
  }
}
