package dev.talaria.streams;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.FleetTable.OfBoard;
import dev.talaria.protocol.message.Transition;
import dev.talaria.streams.fleet.BoardBase;
import dev.talaria.streams.fleet.FleetCount;
import dev.talaria.streams.fleet.FleetTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds transitions to {@link FleetCount}, keeps the entries that it asks to keep, and writes the tables that have changed,
 * once a second.
 *
 * <p>The sums are in memory only. They are the sum of the entries, which are written in the transaction that moves past the
 * event; so after a crash, or on another instance, they are made again from the stores and can say nothing else.
 */
final class FleetProcessor implements Processor<String, Received, String, OfBoard> {
  static final Duration PUBLISH = Duration.ofSeconds(1);

  /** How often a part of the entries is looked through for those that can go. */
  static final Duration SWEEP = Duration.ofSeconds(10);

  /** So many at once hold the stream thread up for some hundredths of a second. */
  private static final int SWEPT_AT_ONCE = 2_000;

  private static final Logger log = LoggerFactory.getLogger(FleetProcessor.class);

  private final Duration closedKept;
  private final TaskStores stores;
  private final DecisionListener listener;
  private FleetCount count;
  private ProcessorContext<String, OfBoard> context;
  private KeptStore<FleetTask> tasks;
  private KeptStore<BoardBase> boards;
  private @Nullable String swept;
  private long nextRound;

  @SuppressWarnings("NullAway.Init") // Streams calls init before anything else
  FleetProcessor(Duration closedKept, TaskStores stores, DecisionListener listener) {
    this.closedKept = closedKept;
    this.stores = stores;
    this.listener = listener;
  }

  @Override
  public void init(ProcessorContext<String, OfBoard> started) {
    context = started;
    tasks = stores.open(started, DecisionTopology.FLEET_TASKS);
    boards = stores.open(started, DecisionTopology.FLEET_BOARDS);
    count = new FleetCount(closedKept);
    swept = null;
    nextRound = 0;
    load();
    started.schedule(PUBLISH, PunctuationType.WALL_CLOCK_TIME, this::publish);
    started.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, this::sweep);
  }

  private void load() {
    long began = System.nanoTime();
    int loaded = 0;
    try (var kept = boards.all()) {
      while (kept.hasNext()) {
        KeyValue<String, BoardBase> entry = kept.next();
        if (entry.value != null) {
          count.load(BoardKey.parse(entry.key), entry.value);
        }
      }
    }
    try (var kept = tasks.all()) {
      while (kept.hasNext()) {
        KeyValue<String, FleetTask> entry = kept.next();
        if (entry.value != null) {
          TaskKey key = TaskKey.parse(entry.key);
          count.load(key.board(), key.taskId(), entry.value);
          loaded++;
        }
      }
    }
    if (loaded > 0) {
      log.info(
          "Topology {} counts {} tasks of {} boards; they were read in {} ms",
          context.taskId(),
          loaded,
          count.boards().size(),
          (System.nanoTime() - began) / 1_000_000);
    }
  }

  @Override
  public void process(Record<String, Received> record) {
    Transition transition = record.value().transition();
    FleetCount.Step step =
        count.take(tasks.get(record.key()), transition, context.currentSystemTimeMs());
    if (step.base() != null) {
      boards.put(transition.board().toString(), step.base());
    }
    if (step.task() != null) {
      tasks.put(record.key(), step.task());
    }
  }

  private void publish(long now) {
    List<OfBoard> changes = count.changes(now);
    for (OfBoard table : changes) {
      context.forward(new Record<>(table.key(), table, now));
      listener.counted(table);
    }
  }

  /** Goes on where the last call ended. Entries are few enough and kept so long that a round an hour will do. */
  private void sweep(long now) {
    if (now < nextRound) {
      return;
    }
    List<Map.Entry<String, FleetTask>> past = new ArrayList<>();
    String last = null;
    int seen = 0;
    try (KeyValueIterator<String, FleetTask> entries = tasks.range(swept, null)) {
      while (entries.hasNext() && seen < SWEPT_AT_ONCE) {
        KeyValue<String, FleetTask> entry = entries.next();
        last = entry.key;
        seen++;
        if (entry.value != null && isPast(entry.key, entry.value, now)) {
          past.add(Map.entry(entry.key, entry.value));
        }
      }
    }
    past.forEach(entry -> drop(entry.getKey(), entry.getValue(), now));
    boolean ended = seen < SWEPT_AT_ONCE;
    swept = ended ? null : last;
    nextRound = ended ? now + closedKept.dividedBy(24).toMillis() : now;
  }

  private boolean isPast(String key, FleetTask task, long now) {
    return count.isPast(TaskKey.parse(key).board(), task, now);
  }

  private void drop(String key, FleetTask task, long now) {
    BoardKey board = TaskKey.parse(key).board();
    BoardBase base = count.drop(board, task, now);
    if (base != null) {
      boards.put(board.toString(), base);
    }
    tasks.delete(key);
  }

  @Override
  public void close() {
    // counted on by whoever has the partition now
    count.boards().forEach(listener::released);
  }
}
