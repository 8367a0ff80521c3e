package dev.talaria.streams;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.TaskHistory;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one transition does to what is known, without any store or clock: the core of {@link DecisionTopology}. The rules
 * themselves are {@link PolicyFold}'s.
 *
 * <p>Thread-safe.
 */
final class TransitionFold {
  /** In {@link Decision#by()}. */
  static final String BY = "topology";

  private static final Set<String> CLOSED = Set.of("done", "archived");

  private final PolicyFold policy;

  TransitionFold(PolicyFold policy) {
    this.policy = policy;
  }

  /**
   * The outcome of a transition.
   *
   * @param task to be kept for the task, or null for nothing
   * @param decision null where nothing is to be decided
   */
  record Step(@Nullable TaskState task, @Nullable Decision decision) {}

  /**
   * Takes in one transition. One that is not newer than the last that changed its task's entry changes nothing; one that is marked
   * {@code backfill} counts and is never answered.
   *
   * @param known of the task, or null
   * @param recent what {@link IncidentFold} knows of equal failures, this one included, by its window key; asked at most
   *     once
   * @param around what else is known beyond the task
   * @param now epoch milliseconds
   * @throws MalformedMessageException when the record cannot be judged
   */
  Step advance(
      @Nullable TaskState known,
      Transition transition,
      Function<String, @Nullable RecentFailures> recent,
      Circumstances around,
      long now) {
    if (known != null && !known.isNewer(transition.lineage(), transition.event())) {
      return new Step(known, null);
    }
    PolicyEvent event = event(transition);
    boolean answered = event.isPending() && !transition.isBackfill();
    PolicyFold.Step step = policy.advance(
        historyBefore(known, transition),
        event,
        answered ? around(transition, event, recent, around) : Circumstances.NONE);
    var task = new TaskState(step.history(), closedAt(known, transition, now));
    if (known != null && known.saysSameAs(task)) {
      task = known; // most events are no concern of the policy: nothing is to be written for them
    }
    return new Step(
        known == null && task.isBlank() ? null : task,
        answered && step.verdict() != null
            ? new Decision(
                run(transition), transition.lineage(), transition.event(), BY, step.verdict(), now)
            : null);
  }

  private static PolicyEvent event(Transition t) {
    return new PolicyEvent(t.lineage(), t.event(), t.run(), t.kind(), t.at(), t.payload());
  }

  /**
   * A new lineage publishes the history again from its beginning. Counted on top of the former one, failures that another
   * writer recorded would count twice.
   */
  private static TaskHistory historyBefore(@Nullable TaskState known, Transition transition) {
    if (known == null
        || transition.isBackfill() && transition.lineage() > known.history().lineage()) {
      return TaskHistory.EMPTY;
    }
    return known.history();
  }

  /** Only the task's own class of failure says anything about other tasks. */
  private Circumstances around(
      Transition transition,
      PolicyEvent event,
      Function<String, @Nullable RecentFailures> recent,
      Circumstances known) {
    FailureClass failure = policy.runEnd(event).failure();
    String key = failure == FailureClass.TASK && policy.policy(event).systemic().tasks() > 0
        ? FailureFacts.windowKey(transition, event, failure)
        : null;
    RecentFailures failures = key == null ? null : recent.apply(key);
    return failures == null
        ? known
        : known
            .withSystemicTasks(failures.tasksUpTo(transition.task(), transition.at()))
            .withIncident(failures.incident(FailureFacts.lane(transition, event)));
  }

  private static @Nullable Long closedAt(
      @Nullable TaskState known, Transition transition, long now) {
    String status = status(transition);
    if (status == null) {
      return known == null ? null : known.closedAt();
    }
    return CLOSED.contains(status) ? Long.valueOf(now) : null;
  }

  /** The image tells how the task stands; without one, what the event makes of it. */
  private static @Nullable String status(Transition transition) {
    JsonNode column =
        transition.image() == null ? null : transition.image().task().get("status");
    return column != null && column.isTextual() ? column.textValue() : transition.status();
  }

  private static RunKey run(Transition transition) {
    Long run = transition.run();
    try {
      if (run != null) {
        return transition.taskKey().run(run);
      }
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(
          "event %d asks for a decision: %s".formatted(transition.event(), e.getMessage()), e);
    }
    throw new MalformedMessageException(
        "event %d asks for a decision without a run".formatted(transition.event()));
  }
}
