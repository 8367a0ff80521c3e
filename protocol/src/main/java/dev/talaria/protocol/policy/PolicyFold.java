package dev.talaria.protocol.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Folds a task's events into its {@link TaskHistory}, and judges those that ask for a decision. The topology folds
 * records, the fall-back folds rows of the board, replay folds what it read: the outcome is the same.
 *
 * <p>Pure and thread-safe; the {@link Wire} only reads payloads.
 */
public final class PolicyFold {
  private final Wire wire;

  public PolicyFold(Wire wire) {
    this.wire = wire;
  }

  /**
   * The history after an event, and the verdict where the event asks for one.
   *
   * @param history what is known now
   * @param verdict null where nothing is to be decided
   */
  public record Step(TaskHistory history, @Nullable Verdict verdict) {}

  /**
   * Takes in one event. An event that is not newer than the last one changes nothing. The first of a new lineage starts
   * from nothing: the file's whole history comes again, and what the former lineage knew would count twice.
   *
   * @param around what is known beyond the task
   * @throws MalformedMessageException when the event asks for a decision, or tells of one, and its record cannot be read
   */
  public Step advance(TaskHistory history, PolicyEvent event, Circumstances around) {
    if (!history.isBefore(event.lineage(), event.id())) {
      return new Step(history, null);
    }
    TaskHistory known = history.lineage() == event.lineage() ? history : TaskHistory.EMPTY;
    TaskHistory seen = known.seen(event.lineage(), event.id());
    if (event.isPending()) {
      Verdict verdict = RetryRules.judge(seen, runEnd(event), policy(event), around);
      return new Step(verdict.history(), verdict);
    }
    return new Step(fold(seen, event), null);
  }

  /** How the run ended, as a record that asks for a decision tells it. */
  public RunEnd runEnd(PolicyEvent event) {
    Long run = event.run();
    JsonNode failure = event.payload() == null ? null : event.payload().get(PolicyEvent.CLASS);
    if (run == null || failure == null) {
      throw new MalformedMessageException(
          "event %d (%s) asks for a decision without a run or a class"
              .formatted(event.id(), event.kind()));
    }
    return new RunEnd(
        run,
        event.at(),
        event.kind(),
        wire.view(failure, FailureClass.class),
        event.text(PolicyEvent.ERROR),
        event.text(PolicyEvent.OVERRIDE),
        event.text(PolicyEvent.MODEL));
  }

  /** The policy that a record which asks for a decision carries. */
  public RetryPolicy policy(PolicyEvent event) {
    JsonNode policy = event.payload() == null ? null : event.payload().get(PolicyEvent.POLICY);
    if (policy == null) {
      throw new MalformedMessageException("event %d (%s) asks for a decision and carries no policy"
          .formatted(event.id(), event.kind()));
    }
    return wire.view(policy, RetryPolicy.class);
  }

  private TaskHistory fold(TaskHistory now, PolicyEvent event) {
    return switch (event.kind()) {
      case "completed", "submitted", "unblocked" -> now.reset();
      // hermes or we took a given-up task up again when its parents were done
      case "promoted" -> now.gaveUp() ? now.reset() : now;
      case "decided" -> decided(now, event);
      case "crashed", "timed_out", "spawn_failed" -> isOurs(event) ? now : now.failed();
      case "protocol_violation" -> isOurs(event) ? now : now.silent();
      case "gave_up" -> gaveUp(now, event);
      default -> now;
    };
  }

  /** The board's word on what was decided, whoever decided it. */
  private TaskHistory decided(TaskHistory now, PolicyEvent event) {
    JsonNode history = event.payload() == null ? null : event.payload().get("history");
    return history == null
        ? now
        : wire.view(history, TaskHistory.class).seen(event.lineage(), event.id());
  }

  private static TaskHistory gaveUp(TaskHistory now, PolicyEvent event) {
    int counted = event.payload() == null ? 0 : event.payload().path("failures").asInt(0);
    return now.atLeast(counted).givenUp();
  }

  /** Our own closing records carry a class; hermes's do not, and count as it counts them. */
  private static boolean isOurs(PolicyEvent event) {
    return event.payload() != null && event.payload().has(PolicyEvent.CLASS);
  }
}
