package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.FormerWorkers;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Taking claims back. Whether a worker lives is the caller's to find out, between reading the expired claims and acting
 * on each; the act repeats the condition, so a claim that was renewed in between stays. Never counts as a failure.
 */
public final class Reclaims {
  static final String EXPIRED = """
      SELECT *
        FROM tasks INDEXED BY idx_tasks_status
       WHERE status = 'running'
         AND claim_expires < ?
       ORDER BY claim_expires
      """;
  private static final String EXTEND = """
      UPDATE tasks
         SET claim_expires = ?
       WHERE id = ?
         AND status = 'running'
         AND claim_lock IS ?
         AND claim_expires < ?
      """;
  private static final String EXTEND_RUN =
      "UPDATE task_runs SET claim_expires = ? WHERE id = ? AND ended_at IS NULL";
  private static final String TAKE_BACK = """
      UPDATE tasks
         SET status = ?, claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
       WHERE id = ?
         AND status = 'running'
         AND claim_lock IS ?
         AND claim_expires < ?
      """;
  private static final String RECLAIM = """
      UPDATE tasks
         SET status = ?, claim_lock = NULL, claim_expires = NULL, worker_pid = NULL,
             consecutive_failures = 0, last_failure_error = NULL
       WHERE id = ?
         AND status IN ('running', 'ready', 'blocked')
         AND claim_lock IS ?
      """;

  private Reclaims() {}

  /** Running tasks whose claim has expired, strictly before now. */
  public static List<ExpiredClaim> expired(Tx tx) {
    return tx.list(EXPIRED, ExpiredClaim::of, tx.now());
  }

  /** Renews the claim of a worker that lives; false when the claim is not the expired one any longer. */
  public static boolean extend(Tx tx, ExpiredClaim claim, long ttlSeconds) {
    long expires = tx.now() + ttlSeconds;
    if (tx.update(EXTEND, expires, claim.taskId(), claim.claimLock(), tx.now()) == 0) {
      return false;
    }
    tx.update(EXTEND_RUN, expires, claim.runId());
    Events.append(
        tx,
        claim.taskId(),
        claim.runId(),
        EventKind.CLAIM_EXTENDED,
        BoardJson.object()
            .put("reason", "pid_alive")
            .put("worker_pid", claim.workerPid())
            .put("claim_lock", claim.claimLock())
            .put("claim_expires_was", claim.claimExpires())
            .put("claim_expires_now", expires)
            .put("last_heartbeat_at", claim.lastHeartbeatAt()));
    return true;
  }

  /** Takes an expired claim back; the task returns to where it was claimed from. */
  public static boolean reclaimExpired(Tx tx, ExpiredClaim claim, Termination termination) {
    String status = claim.runId() == null ? "ready" : Runs.sourceStatus(tx, claim.runId());
    if (tx.update(TAKE_BACK, status, claim.taskId(), claim.claimLock(), tx.now()) == 0) {
      return false;
    }
    Long run = Runs.endCurrent(
        tx,
        claim.taskId(),
        RunClose.as("reclaimed")
            .withError("stale_lock=" + spelled(claim.claimLock()))
            .withMetadata(termination.info()));
    ObjectNode payload = BoardJson.object()
        .put("stale_lock", claim.claimLock())
        .put("worker_pid", claim.workerPid())
        .put("claim_expires", claim.claimExpires())
        .put("last_heartbeat_at", claim.lastHeartbeatAt())
        .put("now", tx.now());
    addSource(termination.addTo(payload), status);
    Events.append(tx, claim.taskId(), run, EventKind.RECLAIMED, payload);
    return true;
  }

  /**
   * An operator takes a task back, with its failure count at zero; false when it is neither running nor locked, or not
   * in a status that can be taken back.
   */
  public static boolean reclaim(
      Tx tx, String taskId, @Nullable String reason, Termination termination) {
    Task task = Tasks.find(tx, taskId).filter(Reclaims::isReclaimable).orElse(null);
    if (task == null) {
      return false;
    }
    Long open = task.currentRunId();
    String status = open == null ? "ready" : Runs.sourceStatus(tx, open);
    if (tx.update(RECLAIM, status, taskId, task.claimLock()) == 0) {
      return false;
    }
    Holds.delete(tx, taskId);
    String error = reason == null || reason.isEmpty()
        ? "manual_reclaim lock=" + spelled(task.claimLock())
        : "manual_reclaim: " + reason;
    Long run = Runs.endCurrent(
        tx, taskId, RunClose.as("reclaimed").withError(error).withMetadata(termination.info()));
    ObjectNode payload = BoardJson.object()
        .put("manual", true)
        .put("reason", reason)
        .put("prev_lock", task.claimLock());
    addSource(termination.addTo(payload), status);
    Events.append(tx, taskId, run, EventKind.RECLAIMED, payload);
    FormerWorkers.holdBack(tx, taskId);
    return true;
  }

  /** Whether somebody has it, or it is held for a decision. */
  static boolean isReclaimable(Task task) {
    return task.is(TaskStatus.RUNNING) || task.claimLock() != null;
  }

  /** A lock that is not there, as hermes spells it. */
  private static String spelled(@Nullable String lock) {
    return lock == null ? "None" : lock;
  }

  private static void addSource(ObjectNode payload, String status) {
    if (!status.equals("ready")) {
      payload.put("source_status", status);
    }
  }
}
