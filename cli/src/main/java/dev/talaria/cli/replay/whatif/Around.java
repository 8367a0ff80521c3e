package dev.talaria.cli.replay.whatif;

import dev.talaria.cli.replay.topic.Needle;
import dev.talaria.cli.replay.topic.TopicScan.Taker;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Budget;
import dev.talaria.protocol.policy.Burn;
import dev.talaria.protocol.policy.BurnWindow;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.FailureWindow;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import dev.talaria.protocol.policy.RunEnd;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Gathers, while a topic is read, what the end of a wanted task's run has to be judged by beyond the task itself: how many
 * tasks of its board had failed in the same way, and what its lane had spent. Counted as the topology counts, but by the other
 * policy's windows and prices; the other tasks' runs are taken as they really were. What is older than a window is forgotten.
 */
public final class Around {
  private static final int LOOK_AFTER = 1_000;

  private final Wire wire;
  private final PolicyFold fold;
  private final Set<String> wanted = new HashSet<>();
  private final UnaryOperator<RetryPolicy> other;
  private final Map<String, Circumstances> found = new ConcurrentHashMap<>();
  private final Needle judged = new Needle("\"" + PolicyEvent.POLICY + "\":{");

  /**
   * For some tasks.
   *
   * @param tasks whose ends are wanted
   * @param other the other policy, for one that was in force
   */
  public Around(Wire wire, Collection<TaskKey> tasks, UnaryOperator<RetryPolicy> other) {
    this.wire = wire;
    this.fold = new PolicyFold(wire);
    this.other = other;
    tasks.forEach(task -> wanted.add(task.toString()));
  }

  /** What takes all records of one partition of {@code transitions}, in their order. */
  public Taker taker() {
    return new Partition();
  }

  /** What was known at this event; nothing where it did not come by. */
  public Circumstances at(Transition end) {
    return found.getOrDefault(name(end), Circumstances.NONE);
  }

  private static String name(Transition end) {
    return end.taskKey() + "#" + end.event();
  }

  /** What a lane of a board has spent in one lineage. */
  private record Spent(long lineage, BurnWindow window) {}

  private final class Partition implements Taker {
    private final Map<String, FailureWindow> failures = new HashMap<>();
    private final Map<String, Spent> lanes = new HashMap<>();
    private int taken;

    @Override
    public void take(ConsumerRecord<byte[], byte[]> rec) {
      byte[] value = rec.value();
      if (value == null || !judged.isIn(value)) {
        return;
      }
      try {
        Transition t = wire.decode(value, Transition.class);
        PolicyEvent event = WhatIf.event(t, t.payload());
        RunEnd end = fold.judgedEnd(event).orElse(null);
        if (end != null) {
          take(t, end, other.apply(fold.policy(event)).forLane(end.lane()));
        }
      } catch (MalformedMessageException | IllegalArgumentException e) {
        // whoever consumes the topic has put it into dead-letter; no policy judges by it
      }
    }

    private void take(Transition t, RunEnd end, RetryPolicy policy) {
      int alike = alike(t, end, policy.systemic());
      Burn burn = spent(t, end, policy.budget());
      if (wanted.contains(t.taskKey().toString())) {
        Circumstances here = Circumstances.NONE.withSystemicTasks(alike).withLaneBurn(burn);
        // of history that comes once more the first count is the true one
        found.merge(name(t), here, (before, again) -> t.isBackfill() ? before : again);
      }
    }

    private int alike(Transition t, RunEnd end, Systemic systemic) {
      String print =
          t.payload() == null ? "" : t.payload().path(PolicyEvent.FINGERPRINT).asText("");
      if (systemic.tasks() == 0
          || t.isBackfill()
          || end.failure() != FailureClass.TASK
          || print.isBlank()) {
        return 0;
      }
      if (++taken % LOOK_AFTER == 0) {
        failures.values().removeIf(it -> it.newest() < t.at() - systemic.windowSeconds());
      }
      FailureWindow window = failures
          .getOrDefault(t.board() + "|" + print, FailureWindow.EMPTY)
          .with(t.task(), t.at(), systemic.windowSeconds());
      failures.put(t.board() + "|" + print, window);
      return window.tasks();
    }

    private Burn spent(Transition t, RunEnd end, @Nullable Budget budget) {
      if (budget == null || budget.lane() == null || end.lane() == null) {
        return Burn.NONE;
      }
      String key = t.board() + "|" + end.lane();
      Spent before = lanes.get(key);
      BurnWindow window =
          before == null || t.lineage() > before.lineage() ? BurnWindow.EMPTY : before.window();
      BurnWindow after = window.with(t.at(), end.model(), Burn.of(end, budget));
      lanes.put(key, new Spent(t.lineage(), after));
      return after.within(t.at(), budget.lane().windowSeconds());
    }
  }
}
