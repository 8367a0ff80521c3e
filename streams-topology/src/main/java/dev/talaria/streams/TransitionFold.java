package dev.talaria.streams;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.FailureWindow;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
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

  /** A fingerprint is 200 characters and a kind; one that is longer was not made by us. */
  private static final int FINGERPRINT_CHARS = 300;

  private static final long LONGEST_WINDOW_SECONDS = 7 * 86_400;

  private final PolicyFold policy;

  TransitionFold(Wire wire) {
    this.policy = new PolicyFold(wire);
  }

  /**
   * The outcome of a transition.
   *
   * @param task to be kept for the task, or null for nothing
   * @param failures to be kept under {@code failuresKey}; null where they do not change
   * @param failuresKey board and fingerprint
   * @param decision null where nothing is to be decided
   */
  record Step(
      @Nullable TaskState task,
      @Nullable RecentFailures failures,
      @Nullable String failuresKey,
      @Nullable Decision decision) {}

  /**
   * Takes in one transition. One that is not newer than the last of its task changes nothing; one that is marked
   * {@code backfill} counts and is never answered.
   *
   * @param known of the task, or null
   * @param recent what is known under a key of {@link Step#failuresKey()}; asked at most once
   * @param now epoch milliseconds
   * @throws MalformedMessageException when the record cannot be judged
   */
  Step advance(
      @Nullable TaskState known,
      Transition transition,
      Function<String, @Nullable RecentFailures> recent,
      long now) {
    if (known != null && !known.isNewer(transition.lineage(), transition.event())) {
      return new Step(known, null, null, null);
    }
    PolicyEvent event = event(transition);
    boolean answered = isPending(event) && !transition.isBackfill();
    String failuresKey = answered ? failuresKey(transition, event) : null;
    RecentFailures failures = failuresKey == null
        ? null
        : with(recent.apply(failuresKey), transition, systemic(event), now);
    PolicyFold.Step step = policy.advance(
        historyBefore(known, transition),
        event,
        Circumstances.NONE.withSystemicTasks(
            failures == null ? 0 : failures.window().tasks()));
    var task = new TaskState(step.history(), closedAt(known, transition, now));
    return new Step(
        known == null && task.isBlank() ? null : task,
        failures,
        failuresKey,
        answered && step.verdict() != null
            ? new Decision(
                run(transition), transition.lineage(), transition.event(), BY, step.verdict(), now)
            : null);
  }

  private static PolicyEvent event(Transition t) {
    return new PolicyEvent(t.lineage(), t.event(), t.run(), t.kind(), t.at(), t.payload());
  }

  private static boolean isPending(PolicyEvent event) {
    return event.payload() != null
        && event.payload().path(PolicyEvent.DECISION_PENDING).asBoolean(false);
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

  /** Null for a failure that says nothing about other tasks. Only the task's own class of failure does. */
  private @Nullable String failuresKey(Transition transition, PolicyEvent event) {
    JsonNode fingerprint =
        event.payload() == null ? null : event.payload().get(PolicyEvent.FINGERPRINT);
    if (fingerprint == null
        || !fingerprint.isTextual()
        || fingerprint.textValue().isBlank()
        || policy.runEnd(event).failure() != FailureClass.TASK
        || systemic(event).tasks() == 0) {
      return null;
    }
    String text = fingerprint.textValue();
    String kept = text.length() <= FINGERPRINT_CHARS ? text : text.substring(0, FINGERPRINT_CHARS);
    return transition.board() + "|" + kept;
  }

  private Systemic systemic(PolicyEvent event) {
    return policy.policy(event).systemic();
  }

  private static RecentFailures with(
      @Nullable RecentFailures recent, Transition transition, Systemic systemic, long now) {
    FailureWindow window = recent == null ? FailureWindow.EMPTY : recent.window();
    long until = now + Math.min(systemic.windowSeconds(), LONGEST_WINDOW_SECONDS) * 1_000;
    return new RecentFailures(
        window.with(transition.task(), transition.at(), systemic.windowSeconds()),
        recent == null ? until : Math.max(until, recent.keptUntil()));
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
