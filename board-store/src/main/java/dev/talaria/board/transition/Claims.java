package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import org.jspecify.annotations.Nullable;

/** Taking tasks, and saying that they are still being worked on (contract 3.5, claim and liveness). */
public final class Claims {
  private static final String DEMOTE =
      "UPDATE tasks SET status = 'todo' WHERE id = ? AND status = 'ready'";
  static final String CLAIMABLE = """
      SELECT t.*, (SELECT h.reason FROM talaria_holds h WHERE h.task_id = t.id) AS hold
        FROM tasks t
       WHERE t.id = ?
         AND t.status = ?
         AND t.claim_lock IS NULL
         AND NOT EXISTS (SELECT 1 FROM talaria_holds h WHERE h.task_id = t.id AND h.reason = 'decision')
      """;
  private static final String TAKE = """
      UPDATE tasks
         SET status = 'running', claim_lock = ?, claim_expires = ?, current_run_id = ?,
             started_at = COALESCE(started_at, ?), last_heartbeat_at = COALESCE(?, last_heartbeat_at)
       WHERE id = ?
         AND status = ?
         AND claim_lock IS NULL
      """;
  private static final String EXTEND_TASK =
      "UPDATE tasks SET claim_expires = ? WHERE id = ? AND status = 'running' AND claim_lock = ?";
  private static final String EXTEND_RUN = """
      UPDATE task_runs
         SET claim_expires = ?
       WHERE id = (SELECT current_run_id FROM tasks WHERE id = ?)
         AND ended_at IS NULL
      """;
  private static final String BEAT_TASK =
      "UPDATE tasks SET last_heartbeat_at = ? WHERE id = ? AND status = 'running' AND (? IS NULL OR current_run_id = ?)";
  private static final String BEAT_RUN = """
      UPDATE task_runs
         SET last_heartbeat_at = ?
       WHERE id = (SELECT current_run_id FROM tasks WHERE id = ?)
         AND ended_at IS NULL
      """;
  private static final String PID_TASK = "UPDATE tasks SET worker_pid = ? WHERE id = ?";
  private static final String PID_RUN = """
      UPDATE task_runs
         SET worker_pid = ?
       WHERE id = (SELECT current_run_id FROM tasks WHERE id = ?)
         AND ended_at IS NULL
      """;

  private Claims() {}

  /**
   * Claims a ready task. Decision holds exclude it; a back-off does not, because this is the way of people and of
   * hermes's own verbs.
   *
   * @param ttlSeconds floored at 1
   */
  public static ClaimResult claim(Tx tx, String taskId, String lock, long ttlSeconds) {
    if (demoteIfParentsUnfinished(tx, taskId)) {
      return new ClaimResult.ParentsNotDone();
    }
    return take(tx, taskId, "ready", lock, ttlSeconds);
  }

  /** Claims a task from review; parents are not looked at. */
  public static ClaimResult claimReview(Tx tx, String taskId, String lock, long ttlSeconds) {
    return take(tx, taskId, "review", lock, ttlSeconds);
  }

  /**
   * Whether a parent is unfinished; then a ready task is back in todo, and the refusal is on record. A task that was
   * promoted by force is not held back.
   */
  public static boolean demoteIfParentsUnfinished(Tx tx, String taskId) {
    if (!Tasks.hasUnfinishedParent(tx, taskId) || Promotions.isForced(tx, taskId)) {
      return false;
    }
    tx.update(DEMOTE, taskId);
    Events.append(
        tx,
        taskId,
        null,
        EventKind.CLAIM_REJECTED,
        BoardJson.object().put("reason", "parents_not_done"));
    return true;
  }

  /**
   * A task that may be taken, as it was read in this transaction.
   *
   * @param held whether there is a hold on it, which the claim ends
   */
  public record Claimable(Task task, boolean held) {
    /** Reads a row of all columns of {@code tasks} and {@code hold}, the reason of a hold or null. */
    public static Claimable of(Row row) {
      return new Claimable(Task.of(row), row.text("hold") != null);
    }
  }

  private static ClaimResult take(
      Tx tx, String taskId, String sourceStatus, String lock, long ttlSeconds) {
    return tx.first(CLAIMABLE, Claimable::of, taskId, sourceStatus)
        .<ClaimResult>map(found -> take(tx, found, lock, ttlSeconds, null))
        .orElseGet(ClaimResult.Lost::new);
  }

  /**
   * The compare-and-swap itself, for callers that have looked at parents and holds of their own.
   *
   * @param found read in this transaction, in a status that can be claimed, without a lock
   * @param firstHeartbeat seeds the task's heartbeat; null keeps what is there
   */
  public static ClaimResult.Granted take(
      Tx tx, Claimable found, String lock, long ttlSeconds, @Nullable Long firstHeartbeat) {
    String taskId = found.task().id();
    String sourceStatus = found.task().status();
    if (found.task().currentRunId() != null) {
      Runs.closeLeaked(tx, taskId, "invariant recovery on re-claim");
    }
    long expires = tx.now() + Math.max(1, ttlSeconds);
    long run = Runs.open(tx, taskId, lock, expires, firstHeartbeat);
    if (tx.update(TAKE, lock, expires, run, tx.now(), firstHeartbeat, taskId, sourceStatus) == 0) {
      throw new IllegalStateException(
          "Task '%s' changed inside a write transaction; was this one opened for reading?"
              .formatted(taskId));
    }
    if (found.held()) {
      Holds.forget(tx, taskId);
    }
    ObjectNode payload =
        BoardJson.object().put("lock", lock).put("expires", expires).put("run_id", run);
    if (!sourceStatus.equals("ready")) {
      payload.put("source_status", sourceStatus);
    }
    Events.append(tx, taskId, run, EventKind.CLAIMED, payload);
    return new ClaimResult.Granted(
        found.task().claimed(run, lock, expires, tx.now(), firstHeartbeat), run);
  }

  /** Moves a claim's expiry to now + ttl; false when the lock is not the caller's. */
  public static boolean heartbeatClaim(Tx tx, String taskId, String lock, long ttlSeconds) {
    long expires = tx.now() + Math.max(1, ttlSeconds);
    if (tx.update(EXTEND_TASK, expires, taskId, lock) == 0) {
      return false;
    }
    tx.update(EXTEND_RUN, expires, taskId);
    return true;
  }

  /** Notes that the worker is alive; false when the task is not running, or not in that run. */
  public static boolean heartbeatWorker(
      Tx tx, String taskId, @Nullable String note, @Nullable Long runId) {
    if (tx.update(BEAT_TASK, tx.now(), taskId, runId, runId) == 0) {
      return false;
    }
    tx.update(BEAT_RUN, tx.now(), taskId);
    ObjectNode payload =
        note == null || note.isEmpty() ? null : BoardJson.object().put("note", note);
    Events.append(tx, taskId, Runs.current(tx, taskId), EventKind.HEARTBEAT, payload);
    return true;
  }

  /** Records the worker's process id on the task and its run, whatever its status. */
  public static void setWorkerPid(Tx tx, String taskId, long pid) {
    setWorkerPid(tx, taskId, pid, null);
  }

  /**
   * The same for a run that a launcher has.
   *
   * @param launcher its key, which the claim does not tell; null for a worker of this host's own dispatch
   */
  public static void setWorkerPid(Tx tx, String taskId, long pid, @Nullable String launcher) {
    tx.update(PID_TASK, pid, taskId);
    tx.update(PID_RUN, pid, taskId);
    ObjectNode payload = BoardJson.object().put("pid", pid);
    if (launcher != null) {
      payload.put("launcher", launcher);
    }
    Events.append(tx, taskId, Runs.current(tx, taskId), EventKind.SPAWNED, payload);
  }
}
