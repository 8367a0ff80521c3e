package dev.talaria.streams;

import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds transitions to {@link TransitionFold} and writes down what comes of them. It reads bytes itself, so that a record
 * that cannot be read becomes a dead letter within the same transaction that moves past it.
 */
final class DecisionProcessor implements Processor<byte[], byte[], String, Message> {
  /** An entry of a closed task is kept so long for the events that may still come, or come again. */
  static final Duration CLOSED_KEPT = Duration.ofHours(24);

  static final Duration SWEEP = Duration.ofMinutes(10);

  /** Bounds one sweep's transaction; the next sweep takes the rest. */
  private static final int SWEPT_AT_ONCE = 10_000;

  private static final Logger log = LoggerFactory.getLogger(DecisionProcessor.class);

  private final Wire wire;
  private final TransitionFold fold;
  private final DecisionListener listener;
  private final CommitPace commits = new CommitPace();
  private ProcessorContext<String, Message> context;
  private KeyValueStore<String, TaskState> tasks;
  private KeyValueStore<String, RecentFailures> failures;

  @SuppressWarnings("NullAway.Init") // Streams calls init before anything else
  DecisionProcessor(Wire wire, DecisionListener listener) {
    this.wire = wire;
    this.fold = new TransitionFold(wire);
    this.listener = listener;
  }

  @Override
  public void init(ProcessorContext<String, Message> started) {
    context = started;
    tasks = started.getStateStore(DecisionTopology.TASK_HISTORY);
    failures = started.getStateStore(DecisionTopology.RECENT_FAILURES);
    started.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, this::sweep);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      advance(wire.decode(record.value(), Transition.class));
    } catch (MalformedMessageException e) {
      bury(record, String.valueOf(e.getMessage()));
    }
  }

  private void advance(Transition transition) {
    long now = context.currentSystemTimeMs();
    String key = taskKey(transition);
    TaskState known = tasks.get(key);
    TransitionFold.Step step = fold.advance(known, transition, failures::get, now);
    if (step.task() != null && !step.task().equals(known)) {
      tasks.put(key, step.task());
    }
    if (step.failuresKey() != null) {
      failures.put(step.failuresKey(), step.failures());
    }
    Decision decision = step.decision();
    if (decision != null) {
      context.forward(new Record<>(key, decision, now), DecisionTopology.DECISIONS_SINK);
      listener.decided(decision);
      if (commits.isDue(now)) {
        context.commit();
      }
    }
  }

  private static String taskKey(Transition transition) {
    try {
      return transition.taskKey().toString();
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(String.valueOf(e.getMessage()), e);
    }
  }

  private void bury(Record<byte[], byte[]> record, String reason) {
    long now = context.currentSystemTimeMs();
    String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
    var source = context.recordMetadata();
    var letter = DeadLetter.of(
        source.map(at -> at.topic()).orElse(""),
        source.map(at -> at.partition()).orElse(-1),
        source.map(at -> at.offset()).orElse(-1L),
        reason,
        key,
        record.value(),
        now);
    log.warn(
        "Record {} of {}-{} is put on the dead-letter topic: {}",
        letter.offset(),
        letter.topic(),
        letter.partition(),
        reason);
    context.forward(new Record<>(key, letter, now), DecisionTopology.DEAD_LETTER_SINK);
    listener.malformed(letter);
  }

  private void sweep(long now) {
    long before = now - CLOSED_KEPT.toMillis();
    int dropped = drop(tasks, state -> isBefore(state.closedAt(), before))
        + drop(failures, recent -> recent.keptUntil() < now);
    log.debug("Dropped {} entries of closed tasks and past failures", dropped);
  }

  private static boolean isBefore(@Nullable Long closedAt, long time) {
    return closedAt != null && closedAt < time;
  }

  private static <V> int drop(KeyValueStore<String, V> store, Predicate<V> past) {
    int dropped = 0;
    try (var entries = store.all()) {
      while (entries.hasNext() && dropped < SWEPT_AT_ONCE) {
        KeyValue<String, V> entry = entries.next();
        if (entry.value != null && past.test(entry.value)) {
          store.delete(entry.key);
          dropped++;
        }
      }
    }
    return dropped;
  }
}
