package dev.talaria.board.transition;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import java.util.List;

/** Hiding tasks. An archived parent holds nothing back. */
public final class Archives {
  private static final String ARCHIVE = """
      UPDATE tasks
         SET status = 'archived', claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
       WHERE id = ?
         AND status <> 'archived'
      """;

  private final Recompute recompute;

  public Archives(Recompute recompute) {
    this.recompute = recompute;
  }

  /**
   * Archives a task in any status, closing its run; false when it is unknown or archived. The worker's process is the
   * caller's to end; its run id no longer changes anything.
   */
  public boolean archive(Tx tx, String taskId) {
    if (tx.update(ARCHIVE, taskId) == 0) {
      return false;
    }
    Holds.forget(tx, taskId);
    Schedules.forget(tx, taskId);
    Long run = Runs.endCurrent(
        tx, taskId, RunClose.as("reclaimed").withSummary("task archived with run still active"));
    Events.append(tx, taskId, run, EventKind.ARCHIVED, null);
    recompute.recomputeChildrenOf(tx, List.of(taskId));
    return true;
  }
}
