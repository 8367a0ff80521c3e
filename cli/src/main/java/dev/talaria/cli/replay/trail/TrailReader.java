package dev.talaria.cli.replay.trail;

import dev.talaria.cli.replay.topic.KeyFilter;
import dev.talaria.cli.replay.topic.Stretch;
import dev.talaria.cli.replay.topic.TopicEnds;
import dev.talaria.cli.replay.topic.TopicScan;
import dev.talaria.cli.replay.topic.TopicScan.Taker;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the trails of tasks from {@code transitions} and {@code decisions}: only the partitions of their boards, up to the
 * ends as they stand when it begins; records of other tasks are passed over by the bytes of their keys.
 */
public final class TrailReader {
  /** The end of the topics: nothing is left out. */
  public static final long NOW = Long.MAX_VALUE;

  private static final Taker NOBODY = rec -> {};

  private final TopicEnds ends;
  private final TopicScan scan;
  private final TopicCatalogue topics;
  private final Wire wire;

  public TrailReader(TopicEnds ends, TopicScan scan, TopicCatalogue topics, Wire wire) {
    this.ends = ends;
    this.scan = scan;
    this.topics = topics;
    this.wire = wire;
  }

  /**
   * What a reading came to.
   *
   * @param trails by task, sorted; a task that the topics do not know is not among them
   * @param putAside tasks for whose trails there was no room: to be read again
   */
  public record Trails(Map<TaskKey, TaskTrail> trails, Set<TaskKey> putAside) {}

  /**
   * Reads trails within bounds.
   *
   * @param asOf epoch seconds, or {@link #NOW}; what happened later is left out
   * @param beside takes all records of {@code transitions} of a partition too, before the trails do
   * @param mostEvents are held in memory at once; a single task's trail is, however long it may be
   */
  public Trails read(
      Collection<TaskKey> tasks,
      long asOf,
      Function<TopicPartition, Taker> beside,
      long mostEvents) {
    Map<TopicPartition, Reading> readings = new HashMap<>();
    Set<TaskKey> wanted = new LinkedHashSet<>(tasks);
    KeyFilter filter =
        wanted.size() == 1 ? KeyFilter.task(wanted.iterator().next()) : KeyFilter.tasks(wanted);
    Room room = new Room(wanted, asOf, mostEvents);
    scan.read(stretches(wanted), partition -> {
      boolean events = partition.topic().equals(topics.transitions());
      var reading = new Reading(filter, room, events ? beside.apply(partition) : NOBODY);
      readings.put(partition, reading);
      return events ? reading::takeTransition : reading::takeDecision;
    });
    Map<TaskKey, TaskTrail> trails = new TreeMap<>(Room.BY_KEY);
    Map<BoardKey, Long> lineages = new HashMap<>();
    room.builders().forEach((task, builder) -> {
      long lineage = asOf == NOW
          ? lineages.computeIfAbsent(task.board(), board -> lineage(board, readings.values()))
          : 0;
      builder.build(lineage).ifPresent(trail -> trails.put(task, trail));
    });
    return new Trails(trails, room.putAside());
  }

  private long lineage(BoardKey board, Collection<Reading> readings) {
    return readings.stream()
        .mapToLong(reading -> reading.lineages.of(board, wire))
        .max()
        .orElse(0);
  }

  /** The same for few tasks, all of which are held in memory. */
  public Map<TaskKey, TaskTrail> read(
      Collection<TaskKey> tasks, long asOf, Function<TopicPartition, Taker> beside) {
    return read(tasks, asOf, beside, Long.MAX_VALUE).trails();
  }

  /** The same with nobody beside. */
  public Map<TaskKey, TaskTrail> read(Collection<TaskKey> tasks, long asOf) {
    return read(tasks, asOf, partition -> NOBODY);
  }

  private List<Stretch> stretches(Set<TaskKey> tasks) {
    Set<BoardKey> boards =
        tasks.stream().map(TaskKey::board).collect(Collectors.toCollection(LinkedHashSet::new));
    Map<TopicPartition, Stretch> stretches = new HashMap<>();
    for (String topic : List.of(topics.transitions(), topics.decisions())) {
      for (BoardKey board : boards) {
        ends.ofBoard(topic, board).forEach(it -> stretches.put(it.partition(), it));
      }
    }
    return new ArrayList<>(stretches.values());
  }

  /** Takes the records of one partition; a task's records are all on one partition of each topic. */
  private final class Reading {
    private final KeyFilter filter;
    private final Room room;
    private final Taker beside;
    private final BoardLineages lineages = new BoardLineages();

    Reading(KeyFilter filter, Room room, Taker beside) {
      this.filter = filter;
      this.room = room;
      this.beside = beside;
    }

    void takeTransition(ConsumerRecord<byte[], byte[]> rec) {
      beside.take(rec);
      if (rec.key() != null && rec.value() != null) {
        lineages.see(rec.key(), rec.value());
      }
      take(rec, Transition.class, (builder, event) -> builder.add(event, rec.timestamp()));
    }

    void takeDecision(ConsumerRecord<byte[], byte[]> rec) {
      take(rec, Decision.class, TrailBuilder::add);
    }

    private <T extends Message> void take(
        ConsumerRecord<byte[], byte[]> rec, Class<T> type, BiConsumer<TrailBuilder, T> add) {
      if (!filter.wants(rec.key())) {
        return;
      }
      TaskKey task = TaskKey.parse(new String(rec.key(), StandardCharsets.UTF_8));
      synchronized (room) { // decisions are read by another thread
        room.of(task).ifPresent(builder -> {
          try {
            add.accept(builder, wire.decode(rec.value(), type));
            room.grew();
          } catch (MalformedMessageException e) {
            builder.unreadable(where(rec, e));
          }
        });
      }
    }
  }

  private static String where(ConsumerRecord<byte[], byte[]> rec, MalformedMessageException e) {
    return "%s-%d@%d: %s".formatted(rec.topic(), rec.partition(), rec.offset(), e.getMessage());
  }

  /** Hands every transition of a board, whatever its task, to a taker; says where those are that cannot be read. */
  public void readBoard(BoardKey board, Consumer<Published> taker, Consumer<String> unreadable) {
    KeyFilter filter = KeyFilter.board(board);
    scan.read(ends.ofBoard(topics.transitions(), board), partition -> rec -> {
      if (!filter.wants(rec.key())) {
        return;
      }
      try {
        taker.accept(new Published(wire.decode(rec.value(), Transition.class), rec.timestamp()));
      } catch (MalformedMessageException e) {
        unreadable.accept(where(rec, e));
      }
    });
  }

  /**
   * A transition as it stands on the topic.
   *
   * @param at the record's time, epoch milliseconds
   */
  public record Published(Transition transition, long at) {}
}
