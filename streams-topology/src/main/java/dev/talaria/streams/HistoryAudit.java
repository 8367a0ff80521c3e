package dev.talaria.streams;

import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.TaskHistory;
import dev.talaria.protocol.topic.TopicCatalogue;
import org.jspecify.annotations.Nullable;

/**
 * What the store {@link DecisionTopology#TASK_HISTORY} holds and what it should hold, for who checks it from outside: from the
 * topics alone, without an instance of the topology.
 */
public final class HistoryAudit {
  private final TransitionFold fold;
  private final StateSerde<TaskState> states;

  public HistoryAudit(Wire wire) {
    this.fold = new TransitionFold(new PolicyFold(wire));
    this.states = new StateSerde<>(wire.mapper(), TaskState.class);
  }

  /** The topic that the store is written to; keyed by task, partitioned as {@code transitions} is. */
  public static String changelog(TopicCatalogue topics) {
    return TopologySettings.applicationId(topics) + "-" + DecisionTopology.TASK_HISTORY
        + "-changelog";
  }

  /** How long an entry of a closed task stays, in milliseconds. */
  public static long closedKeptMillis() {
    return DecisionProcessor.CLOSED_KEPT.toMillis();
  }

  /**
   * An entry of the store.
   *
   * @param closedAt epoch milliseconds since when the task is closed; null while it is open
   */
  public record Entry(TaskHistory history, @Nullable Long closedAt) {
    /** Whether it says no more than that there were events; such an entry may as well be missing. */
    public boolean isBlank() {
      return state().isBlank();
    }

    private TaskState state() {
      return new TaskState(history, closedAt);
    }

    private static @Nullable Entry of(@Nullable TaskState state) {
      return state == null ? null : new Entry(state.history(), state.closedAt());
    }
  }

  /** Reads a record of the changelog; null for one that takes the entry away or cannot be read. */
  public @Nullable Entry read(byte @Nullable [] value) {
    return value == null ? null : Entry.of(states.deserializer().deserialize("", value));
  }

  /**
   * The entry after a transition. What is known beyond the task is left out: where a decision is asked for, the entry may
   * be another until the board says what was decided.
   */
  public @Nullable Entry advance(@Nullable Entry known, Transition transition) {
    try {
      TransitionFold.Step step = fold.advance(
          known == null ? null : known.state(),
          transition,
          key -> null,
          Circumstances.NONE,
          transition.at() * 1_000);
      return Entry.of(step.task());
    } catch (MalformedMessageException e) {
      return known; // it became a dead letter
    }
  }
}
