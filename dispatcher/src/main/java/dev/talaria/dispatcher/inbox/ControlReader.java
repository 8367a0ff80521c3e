package dev.talaria.dispatcher.inbox;

import dev.talaria.dispatcher.inbox.BoardInput.Command;
import dev.talaria.dispatcher.inbox.BoardInput.Content;
import dev.talaria.dispatcher.inbox.BoardInput.Passed;
import dev.talaria.dispatcher.inbox.BoardInput.Source;
import dev.talaria.dispatcher.incident.IncidentView;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Presence;
import dev.talaria.protocol.message.Unrecognizable;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one consumer of a host: commands, decisions and incidents of its boards, and everybody's presence. Offsets are the boards' own;
 * a partition starts at the smallest of them, and a record is for a board if the key says so and the offset is not below
 * the board's own (DESIGN 6.4, REVIEW R12). What cannot be read goes to {@code dead-letter}.
 *
 * <p>One thread. When a topic was made again, {@link #startOver()} makes it ask everything anew.
 */
public final class ControlReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ControlReader.class);
  /** An orderly good-bye waits for a fetch that is under way, and nothing may come for {@code fetch.max.wait.ms}. */
  private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final long LAG_EVERY_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long PASS_EVERY_NANOS = Duration.ofSeconds(60).toNanos();

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Supplier<Map<String, TopicFacts>> topicFacts;
  private final TopicCatalogue topics;
  private final Wire wire;
  private final ControlRecords forms;
  private final List<BoardInbox> boards;
  private final ControlListener listener;
  private final BooleanSupplier speaks;
  private final Thread thread = new Thread(this::run, "control-reader");
  private final java.util.concurrent.CountDownLatch closed =
      new java.util.concurrent.CountDownLatch(1);
  private volatile boolean closing;
  private volatile boolean startOver;
  private volatile boolean caughtUp;
  private volatile @Nullable Consumer<byte[], byte[]> current;

  /**
   * A reader.
   *
   * @param consumers makes consumers with {@code auto.offset.reset=none}
   * @param topicFacts asks the broker for the ids and partition counts of the topics, by name
   * @param speaks whether this host's boards are ours to answer for; until then only presence and incidents are read
   */
  public ControlReader(
      Supplier<Consumer<byte[], byte[]>> consumers,
      Supplier<Map<String, TopicFacts>> topicFacts,
      TopicCatalogue topics,
      Wire wire,
      List<? extends BoardInbox> boards,
      ControlListener listener,
      BooleanSupplier speaks) {
    this.speaks = speaks;
    this.consumers = consumers;
    this.topicFacts = topicFacts;
    this.topics = topics;
    this.wire = wire;
    this.forms = new ControlRecords(topics, wire);
    this.boards = List.copyOf(boards);
    this.listener = listener;
    thread.setDaemon(true);
  }

  /** What the broker says of a topic. */
  public record TopicFacts(String id, int partitions) {}

  /** What the reader has to tell; called on its thread, must be quick. */
  public interface ControlListener {
    /**
     * A sign of life.
     *
     * @param offset where it stands on the topic; presence is read from its beginning at each start of reading
     */
    void presence(Presence presence, long offset);

    void malformed(ConsumerRecord<byte[], byte[]> rec, String reason);

    void unknownKind(String kind);

    /** A partition is read from its earliest record because the board's offset means nothing there. */
    void readFromEarliest(String topic, int partition, String why);

    /** So many records of a board's partition of a topic are not read yet; told about once a second. */
    void lag(BoardKey board, String topic, long records);
  }

  public void start() {
    thread.start();
  }

  /** Whether all that was there when reading began has been read and passed to the boards. */
  public boolean hasCaughtUp() {
    return caughtUp;
  }

  /** A topic may have been made again. */
  public void startOver() {
    startOver = true;
    wakeup();
  }

  private void run() {
    while (!closing) {
      try {
        startOver = false;
        readUntilInterrupted();
      } catch (WakeupException e) {
        log.debug("control reader woken");
      } catch (
          RuntimeException e) { // also a board that could not say its offset: nothing else reads
        log.warn(
            "Reading commands and decisions starts again in {} s: {}",
            PAUSE.toSeconds(),
            e.toString());
        pause();
      }
    }
  }

  private void readUntilInterrupted() {
    Consumer<byte[], byte[]> consumer = consumers.get();
    try {
      current = consumer;
      read(consumer);
    } finally {
      current = null;
      consumer.close(AT_ONCE);
    }
  }

  private void read(Consumer<byte[], byte[]> consumer) {
    Map<TopicPartition, Source> sources = assign(consumer);
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    var incidents = new IncidentView(wire);
    boolean told = false;
    boolean held = !speaks.getAsBoolean();
    if (held) {
      consumer.pause(sources.keySet());
    }
    long lastPass = System.nanoTime();
    long lastLag = lastPass - LAG_EVERY_NANOS;
    while (!closing && !startOver) {
      if (held && speaks.getAsBoolean()) {
        held = false;
        consumer.resume(sources.keySet());
      }
      if (!told && !held) {
        told = ends.entrySet().stream()
            .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        if (told) {
          // all at once, so that a board does not take the first for all there are
          boards.forEach(board -> board.incidents(incidents.of(board.key())));
          caughtUp = true;
        }
      }
      try {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        if (!records.isEmpty()) {
          route(records, sources, incidents);
        }
        if (told) {
          tell(incidents);
        }
      } catch (InvalidOffsetException e) {
        for (TopicPartition partition : e.partitions()) {
          listener.readFromEarliest(
              partition.topic(), partition.partition(), "the offset is out of range");
        }
        consumer.seekToBeginning(e.partitions());
      }
      if (System.nanoTime() - lastLag > LAG_EVERY_NANOS) {
        lastLag = System.nanoTime();
        tellLag(consumer, sources);
      }
      if (System.nanoTime() - lastPass > PASS_EVERY_NANOS) {
        lastPass = System.nanoTime();
        passOn(consumer, sources);
      }
    }
    if (!startOver) {
      passOn(consumer, sources);
    }
  }

  private void tellLag(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Source> sources) {
    sources.forEach((partition, source) -> consumer
        .currentLag(partition)
        .ifPresent(records -> boardsOn(source.partition())
            .forEach(board -> listener.lag(board.key(), source.topic(), records))));
  }

  private Map<TopicPartition, Source> assign(Consumer<byte[], byte[]> consumer) {
    Map<String, TopicFacts> facts = topicFacts.get();
    Map<TopicPartition, Source> sources = new LinkedHashMap<>();
    for (String topic : List.of(topics.commands(), topics.decisions())) {
      TopicFacts fact = require(facts, topic);
      for (int number : partitionsOfBoards()) {
        sources.put(
            new TopicPartition(topic, number),
            new Source(topic, number, fact.id(), fact.partitions()));
      }
    }
    List<TopicPartition> fromTheBeginning = new ArrayList<>();
    fromTheBeginning.add(new TopicPartition(topics.presence(), 0));
    if (facts.containsKey(topics.incidents())) {
      partitionsOfBoards()
          .forEach(it -> fromTheBeginning.add(new TopicPartition(topics.incidents(), it)));
    } else {
      log.warn(
          "Topic '{}' does not exist: no incident is known; 'talaria topics init' makes it.",
          topics.incidents());
    }
    List<TopicPartition> all = new ArrayList<>(sources.keySet());
    all.addAll(fromTheBeginning);
    consumer.assign(all);
    consumer.seekToBeginning(fromTheBeginning);
    sources.forEach((partition, source) -> seek(consumer, partition, source));
    return sources;
  }

  private void seek(Consumer<byte[], byte[]> consumer, TopicPartition partition, Source source) {
    long smallest = Long.MAX_VALUE;
    for (BoardInbox board : boardsOn(source.partition())) {
      OptionalLong next = board.nextOffset(source);
      if (next.isEmpty()) {
        listener.readFromEarliest(
            source.topic(),
            source.partition(),
            "board '" + board.key() + "' has not read this topic before");
      }
      smallest = Math.min(smallest, next.orElse(-1));
    }
    if (smallest < 0 || smallest == Long.MAX_VALUE) {
      consumer.seekToBeginning(List.of(partition));
    } else {
      consumer.seek(partition, smallest);
    }
  }

  private void route(
      ConsumerRecords<byte[], byte[]> records,
      Map<TopicPartition, Source> sources,
      IncidentView incidents) {
    Map<BoardKey, List<BoardInput>> inputs = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> rec : records) {
      try {
        if (rec.topic().equals(topics.presence())) {
          readPresence(rec);
        } else if (rec.topic().equals(topics.incidents())) {
          incidents.take(rec);
        } else {
          BoardKey board = forms.boardOf(rec.topic(), rec.key());
          Source source = sources.get(new TopicPartition(rec.topic(), rec.partition()));
          if (source != null && isOurs(board)) {
            Content content = contentOf(rec, board);
            inputs
                .computeIfAbsent(board, key -> new ArrayList<>())
                .add(new BoardInput(source, rec.offset(), content));
          }
        }
      } catch (MalformedMessageException | IllegalArgumentException e) {
        listener.malformed(rec, String.valueOf(e.getMessage()));
      }
    }
    for (BoardInbox board : boards) {
      List<BoardInput> own = inputs.get(board.key());
      if (own != null) {
        board.deliver(own);
      }
    }
  }

  private void tell(IncidentView incidents) {
    Set<BoardKey> changed = incidents.changed();
    boards.stream()
        .filter(board -> changed.contains(board.key()))
        .forEach(board -> board.incidents(incidents.of(board.key())));
  }

  private void readPresence(ConsumerRecord<byte[], byte[]> rec) {
    if (rec.value() == null) {
      return; // a tombstone: its sender was taken off the list
    }
    Presence presence = wire.decode(rec.value(), Presence.class);
    if (presence instanceof Unrecognizable unknown) {
      listener.unknownKind(unknown.kind());
    } else {
      listener.presence(presence, rec.offset());
    }
  }

  private Content contentOf(ConsumerRecord<byte[], byte[]> rec, BoardKey board) {
    Content content = forms.contentOf(rec.topic(), board, rec.value());
    if (content instanceof Command it && it.command() instanceof Unrecognizable unknown) {
      listener.unknownKind(unknown.kind());
    }
    return content;
  }

  /** Moves the offsets of boards that had nothing of their own on a busy partition. */
  private void passOn(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Source> sources) {
    sources.forEach((partition, source) -> {
      long position = consumer.position(partition);
      for (BoardInbox board : boardsOn(source.partition())) {
        if (position > 0) {
          board.deliver(List.of(new BoardInput(source, position - 1, new Passed())));
        }
      }
    });
  }

  private Set<Integer> partitionsOfBoards() {
    Set<Integer> numbers = new TreeSet<>();
    boards.forEach(board -> numbers.add(topics.partitionOf(board.key())));
    return numbers;
  }

  private List<BoardInbox> boardsOn(int partition) {
    return boards.stream()
        .filter(board -> topics.partitionOf(board.key()) == partition)
        .toList();
  }

  private boolean isOurs(BoardKey key) {
    return boards.stream().anyMatch(board -> board.key().equals(key));
  }

  private static TopicFacts require(Map<String, TopicFacts> facts, String topic) {
    TopicFacts fact = facts.get(topic);
    if (fact == null) {
      throw new IllegalStateException(
          "topic '" + topic + "' does not exist; 'talaria topics init' makes it");
    }
    return fact;
  }

  private void pause() {
    try {
      closed.await(PAUSE.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing = true;
    }
  }

  private void wakeup() {
    Consumer<byte[], byte[]> consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  /** Stops reading; within 5 s. */
  @Override
  public void close() {
    closing = true;
    closed.countDown();
    wakeup();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
