package dev.talaria.board.dispatch;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Task;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.Ladder.Rung;
import dev.talaria.protocol.policy.PolicyEvent;
import java.util.Optional;

/**
 * A task that comes with failures from before, which hermes counted and nobody decided on, climbs one rung of the ladder at
 * its claim (DESIGN 8, contract C1).
 */
public final class ClaimEscalation {
  private final Ladder ladder;

  public ClaimEscalation(Ladder ladder) {
    this.ladder = ladder;
  }

  /**
   * Escalates the model of a task that was just claimed, where its last failure is one that no decision was made about;
   * empty when nothing was written, the run not being current any more included.
   */
  public Optional<Rung> apply(Tx tx, Task task, long run) {
    if (task.consecutiveFailures() <= 0
        || ladder.steps().isEmpty()
        || !lastFailureIsUndecided(tx, task.id())) {
      return Optional.empty();
    }
    return ladder
        .next(task.modelOverride(), null)
        .filter(rung -> Models.escalate(
            tx, task.id(), run, rung.from(), rung.to(), task.consecutiveFailures()));
  }

  private static boolean lastFailureIsUndecided(Tx tx, String taskId) {
    EventRow last = null;
    for (EventRow row : EventLog.ofTask(
        tx,
        taskId,
        EventKind.CRASHED,
        EventKind.TIMED_OUT,
        EventKind.SPAWN_FAILED,
        EventKind.PROTOCOL_VIOLATION)) {
      last = row;
    }
    return last == null
        || (last.payloadObject() == null || !last.payloadObject().has(PolicyEvent.CLASS));
  }
}
