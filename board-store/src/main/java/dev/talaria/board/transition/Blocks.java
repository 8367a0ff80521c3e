package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.Waivers;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stopping a task for a person or for a time, and letting it go again. */
public final class Blocks {
  private static final String BLOCK = """
      UPDATE tasks
         SET status = 'blocked', claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
       WHERE id = ?
         AND status IN ('running', 'ready')
         AND (? IS NULL OR current_run_id = ?)
      """;
  private static final String SCHEDULE = """
      UPDATE tasks
         SET status = 'scheduled', claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
       WHERE id = ?
         AND status IN ('todo', 'ready', 'running', 'blocked')
         AND (? IS NULL OR current_run_id = ?)
      """;
  private static final String UNBLOCK = """
      UPDATE tasks
         SET status = ?, consecutive_failures = 0, last_failure_error = NULL
       WHERE id = ?
         AND status IN ('blocked', 'scheduled')
      """;
  private static final String UNBLOCKABLE =
      "SELECT 1 AS n FROM tasks WHERE id = ? AND status IN ('blocked', 'scheduled')";
  private static final String RELEASE_HELD = """
      UPDATE tasks
         SET status = ?, consecutive_failures = 0, last_failure_error = NULL
       WHERE id = ?
         AND status = 'ready'
         AND EXISTS (SELECT 1 FROM talaria_holds h WHERE h.task_id = tasks.id)
      """;

  private Blocks() {}

  /**
   * Blocks a running or ready task until someone unblocks it; false when it is in another status or run.
   *
   * @param runId the caller's run; when given, only that run may block the task
   */
  public static boolean block(Tx tx, String taskId, @Nullable String reason, @Nullable Long runId) {
    var payload = BoardJson.object().put("reason", reason);
    return stop(tx, BLOCK, EventKind.BLOCKED, taskId, reason, payload, runId).isPresent();
  }

  /** Puts a task aside until someone unblocks it; false when it is in another status or run. */
  public static boolean schedule(
      Tx tx, String taskId, @Nullable String reason, @Nullable Long runId) {
    var payload = BoardJson.object().put("reason", reason);
    return schedule(tx, taskId, reason, payload, runId).isPresent();
  }

  /** As {@link #schedule(Tx, String, String, Long)}, with the event's payload; says the event's id. */
  static Optional<Long> schedule(
      Tx tx, String taskId, @Nullable String reason, ObjectNode payload, @Nullable Long runId) {
    return stop(tx, SCHEDULE, EventKind.SCHEDULED, taskId, reason, payload, runId);
  }

  /**
   * Lets a blocked or scheduled task go, with its failure count at zero: to ready, or to todo while a parent is
   * unfinished. A ready task that is held for a decision or a back-off is let go too. Does not lift a ceiling of runs.
   */
  public static boolean unblock(Tx tx, String taskId) {
    return unblock(tx, taskId, BoardJson.object());
  }

  private static boolean unblock(Tx tx, String taskId, ObjectNode payload) {
    return tx.exists(UNBLOCKABLE, taskId)
        ? letGo(tx, taskId, payload)
        : releaseHeld(tx, taskId, payload);
  }

  /** Lets a blocked or scheduled task go; the payload of the event gains the status where it is not ready. */
  static boolean letGo(Tx tx, String taskId, ObjectNode payload) {
    Runs.closeLeaked(tx, taskId, "invariant recovery on unblock");
    boolean waits = Tasks.hasUnfinishedParent(tx, taskId);
    tx.update(UNBLOCK, waits ? "todo" : "ready", taskId);
    Holds.delete(tx, taskId);
    Schedules.forget(tx, taskId);
    if (waits) {
      payload.put("status", "todo");
    }
    Events.append(tx, taskId, null, EventKind.UNBLOCKED, payload);
    return true;
  }

  /**
   * As {@link #unblock(Tx, String)}, and grants {@code more} runs above the ceiling within the next 24 hours. What the task
   * has spent of its budget is forgotten; the event says so by its {@code more}.
   */
  public static boolean unblockWithMore(Tx tx, String taskId, long more, @Nullable String author) {
    if (!unblock(tx, taskId, BoardJson.object().put("more", more))) {
      return false;
    }
    Waivers.grant(tx, taskId, more, author);
    return true;
  }

  private static boolean releaseHeld(Tx tx, String taskId, ObjectNode payload) {
    // it may have been linked to an unfinished parent while its run was open
    boolean waits = Tasks.hasUnfinishedParent(tx, taskId);
    if (tx.update(RELEASE_HELD, waits ? "todo" : "ready", taskId) == 0) {
      return false;
    }
    Holds.delete(tx, taskId);
    if (waits) {
      payload.put("status", "todo");
    }
    Events.append(tx, taskId, null, EventKind.UNBLOCKED, payload);
    return true;
  }

  private static Optional<Long> stop(
      Tx tx,
      String sql,
      String kind,
      String taskId,
      @Nullable String reason,
      ObjectNode payload,
      @Nullable Long runId) {
    if (tx.update(sql, taskId, runId, runId) == 0) {
      return Optional.empty();
    }
    Holds.delete(tx, taskId);
    RunClose close = RunClose.as(kind).withSummary(reason);
    Long run = Runs.endCurrent(tx, taskId, close);
    if (run == null && reason != null && !reason.isEmpty()) {
      run = Runs.synthesise(tx, taskId, close);
    }
    return Optional.of(Events.appendForId(tx, taskId, run, kind, payload));
  }
}
