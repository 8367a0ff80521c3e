package dev.talaria.cli.replay.whatif;

import dev.talaria.cli.replay.topic.Needle;
import dev.talaria.cli.replay.topic.TopicScan.Taker;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.FailureWindow;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Counts, while a topic is read, how many tasks of a board had failed in the same way when a run of a wanted task ended: as the
 * topology counted, but by the other policy's window. What is older than a window is forgotten.
 */
public final class Alike {
  private static final int LOOK_AFTER = 1_000;

  private final Wire wire;
  private final PolicyFold fold;
  private final Set<String> wanted = new HashSet<>();
  private final UnaryOperator<RetryPolicy> other;
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();
  private final Needle pending = new Needle("\"" + PolicyEvent.DECISION_PENDING + "\":true");
  private final Needle fingerprint = new Needle("\"" + PolicyEvent.FINGERPRINT + "\"");

  /**
   * A count.
   *
   * @param tasks whose ends are wanted
   * @param other the other policy, for one that was in force
   */
  public Alike(Wire wire, Collection<TaskKey> tasks, UnaryOperator<RetryPolicy> other) {
    this.wire = wire;
    this.fold = new PolicyFold(wire);
    this.other = other;
    tasks.forEach(task -> wanted.add(task.toString()));
  }

  /** What takes all records of one partition of {@code transitions}, in their order. */
  public Taker taker() {
    return new Partition();
  }

  /** How many tasks had failed in the way of this event's run, its own included; 0 where that was not counted. */
  public int at(Transition end) {
    return counts.getOrDefault(name(end), 0);
  }

  private static String name(Transition end) {
    return end.taskKey() + "#" + end.event();
  }

  private final class Partition implements Taker {
    private final Map<String, FailureWindow> windows = new HashMap<>();
    private int taken;

    @Override
    public void take(ConsumerRecord<byte[], byte[]> rec) {
      byte[] value = rec.value();
      if (value != null && pending.isIn(value) && fingerprint.isIn(value)) {
        failure(value).ifPresent(this::count);
      }
    }

    private void count(Transition end) {
      Systemic systemic = systemic(end);
      if (systemic == null || systemic.tasks() == 0) {
        return;
      }
      if (++taken % LOOK_AFTER == 0) {
        windows.values().removeIf(it -> it.newest() < end.at() - systemic.windowSeconds());
      }
      String key = end.board() + "|" + print(end);
      FailureWindow window = windows
          .getOrDefault(key, FailureWindow.EMPTY)
          .with(end.task(), end.at(), systemic.windowSeconds());
      windows.put(key, window);
      if (wanted.contains(end.taskKey().toString())) {
        counts.put(name(end), window.tasks());
      }
    }
  }

  private static String print(Transition end) {
    return end.payload() == null
        ? ""
        : end.payload().path(PolicyEvent.FINGERPRINT).asText();
  }

  private Optional<Transition> failure(byte[] value) {
    try {
      Transition t = wire.decode(value, Transition.class);
      boolean counts = !t.isBackfill()
          && t.payload() != null
          && fold.judgedEnd(event(t))
              .filter(it -> it.failure() == FailureClass.TASK)
              .isPresent();
      return counts ? Optional.of(t) : Optional.empty();
    } catch (MalformedMessageException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private @Nullable Systemic systemic(Transition t) {
    try {
      return other.apply(fold.policy(event(t))).systemic();
    } catch (MalformedMessageException e) {
      return null;
    }
  }

  private static PolicyEvent event(Transition t) {
    return new PolicyEvent(t.lineage(), t.event(), t.run(), t.kind(), t.at(), t.payload());
  }
}
