package dev.talaria.dispatcher.grant;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Models;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Task;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.PolicyEvent;

/**
 * A task that comes with failures from before, which hermes counted and nobody decided on, climbs one rung of the ladder at
 * its claim (DESIGN 8, contract C1).
 */
final class ClaimEscalation {
  private final Ladder ladder;

  ClaimEscalation(Ladder ladder) {
    this.ladder = ladder;
  }

  /** Escalates the model of a task that was just claimed, where its last failure is one that we did not judge. */
  void apply(Tx tx, Task task, long run) {
    if (task.consecutiveFailures() <= 0
        || ladder.steps().isEmpty()
        || !lastFailureIsForeign(tx, task.id())) {
      return;
    }
    ladder
        .next(task.modelOverride(), null)
        .ifPresent(rung -> Models.escalate(
            tx, task.id(), run, rung.from(), rung.to(), task.consecutiveFailures()));
  }

  private static boolean lastFailureIsForeign(Tx tx, String taskId) {
    EventRow last = null;
    for (EventRow row :
        EventLog.ofTask(tx, taskId, "crashed", "timed_out", "spawn_failed", "protocol_violation")) {
      last = row;
    }
    return last != null
        && (last.payloadObject() == null || !last.payloadObject().has(PolicyEvent.CLASS));
  }
}
