package dev.talaria.board.dispatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.GiveUps;
import dev.talaria.board.transition.Recompute;
import org.jspecify.annotations.Nullable;

/**
 * What a decision about a run's end does to its task. Each act answers false and writes nothing when the decision is no
 * longer awaited: applied before, or overtaken by an operator or another claim. {@code recordDecided} and {@code
 * setModel} keep the hold; {@code release}, {@code backoff}, {@code giveUp} and {@code blockWithReason} end it, so they
 * come last.
 */
public final class Verdicts {
  // todo too: a link to an unfinished parent may have sent a held task back meanwhile
  private static final String AWAITED = """
      SELECT 1 AS n
        FROM talaria_holds h
        JOIN tasks t ON t.id = h.task_id
       WHERE h.task_id = ?
         AND h.run_id = ?
         AND h.reason = 'decision'
         AND t.status IN ('ready', 'review', 'todo')
         AND t.current_run_id IS NULL
      """;
  private static final String OF_RUN =
      "SELECT 1 AS n FROM talaria_holds WHERE task_id = ? AND run_id = ? AND reason = 'decision'";
  private static final String SET_MODEL = "UPDATE tasks SET model_override = ? WHERE id = ?";
  private static final String BLOCK = """
      UPDATE tasks
         SET status = 'blocked', claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
       WHERE id = ?
         AND status IN ('ready', 'review', 'todo')
      """;

  private final Recompute recompute;

  public Verdicts(Recompute recompute) {
    this.recompute = recompute;
  }

  /** Whether a decision about this run's end can still be applied. A hold that was overtaken is removed. */
  public boolean awaits(Tx tx, String taskId, long runId) {
    if (tx.exists(AWAITED, taskId, runId)) {
      return true;
    }
    if (tx.exists(OF_RUN, taskId, runId)) {
      Holds.delete(tx, taskId);
    }
    return false;
  }

  /** Claimable again at once. */
  public boolean release(Tx tx, String taskId, long runId) {
    return awaits(tx, taskId, runId) && Holds.delete(tx, taskId);
  }

  /** Claimable again from {@code until}, epoch seconds. The lock is cleared, so that nothing stays stuck without us. */
  public boolean backoff(Tx tx, String taskId, long runId, long until) {
    if (!awaits(tx, taskId, runId)) {
      return false;
    }
    Holds.delete(tx, taskId);
    Holds.put(tx, taskId, runId, Holds.BACKOFF, until, null);
    return true;
  }

  /** Lets the next attempts use another model. */
  public boolean setModel(
      Tx tx, String taskId, long runId, @Nullable String from, String to, long failures) {
    if (!awaits(tx, taskId, runId)) {
      return false;
    }
    tx.update(SET_MODEL, to, taskId);
    Events.append(
        tx,
        taskId,
        runId,
        EventKind.MODEL_ESCALATED,
        BoardJson.object().put("from", from).put("to", to).put("failures", failures));
    return true;
  }

  /** Blocks the task as given up; one with parents may recover by itself, see {@link Recompute}. */
  public boolean giveUp(Tx tx, String taskId, long runId, ObjectNode payload) {
    if (!block(tx, taskId, runId)) {
      return false;
    }
    GiveUps.append(tx, taskId, runId, payload, recompute);
    return true;
  }

  /** Blocks the task for a person; the payload should say {@code reason}. */
  public boolean blockWithReason(Tx tx, String taskId, long runId, ObjectNode payload) {
    if (!block(tx, taskId, runId)) {
      return false;
    }
    Events.append(tx, taskId, runId, EventKind.BLOCKED, payload);
    return true;
  }

  /** Puts the decision on record; to be called before the act that ends the hold. */
  public boolean recordDecided(Tx tx, String taskId, long runId, ObjectNode payload) {
    if (!awaits(tx, taskId, runId)) {
      return false;
    }
    Events.append(tx, taskId, runId, EventKind.DECIDED, payload);
    return true;
  }

  private boolean block(Tx tx, String taskId, long runId) {
    if (!awaits(tx, taskId, runId) || tx.update(BLOCK, taskId) == 0) {
      return false;
    }
    Holds.delete(tx, taskId);
    return true;
  }
}
