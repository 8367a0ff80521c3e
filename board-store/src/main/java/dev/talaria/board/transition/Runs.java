package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.text.BoardJson;
import org.jspecify.annotations.Nullable;

/**
 * Opening and closing runs (contract 3.4). Keeps the invariant that a task points at a run exactly while it has an open
 * one. A closed run never changes.
 */
public final class Runs {
  private static final String OPEN = """
      INSERT INTO task_runs (task_id, profile, step_key, status, claim_lock, claim_expires, max_runtime_seconds,
                             last_heartbeat_at, started_at)
      SELECT id, assignee, current_step_key, 'running', ?, ?, max_runtime_seconds, ?, ?
        FROM tasks
       WHERE id = ?
      """;
  private static final String POINT = "UPDATE tasks SET current_run_id = ? WHERE id = ?";
  private static final String POINTER =
      "SELECT current_run_id AS n FROM tasks WHERE id = ? AND current_run_id IS NOT NULL";
  private static final String CLOSE = """
      UPDATE task_runs
         SET status = ?, outcome = ?, summary = ?, error = ?, metadata = ?, ended_at = ?,
             claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
       WHERE id = ?
         AND ended_at IS NULL
      """;
  private static final String CLOSE_LEAKED = """
      UPDATE task_runs
         SET status = 'reclaimed', outcome = 'reclaimed', summary = COALESCE(summary, ?), ended_at = ?,
             claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
       WHERE id = ?
         AND ended_at IS NULL
      """;
  private static final String SYNTHESISE = """
      INSERT INTO task_runs (task_id, profile, step_key, status, outcome, summary, error, metadata, started_at, ended_at)
      SELECT id, assignee, current_step_key, ?, ?, ?, ?, ?, ?, ?
        FROM tasks
       WHERE id = ?
      """;
  private static final String CLAIMED_PAYLOAD =
      "SELECT payload FROM task_events WHERE run_id = ? AND kind = 'claimed' ORDER BY id DESC LIMIT 1";

  private static final String LANE =
      "SELECT COALESCE(profile, '') AS profile FROM task_runs WHERE id = ?";

  private Runs() {}

  /** The task's assignee when the run was claimed; empty when there was none. */
  public static String lane(Tx tx, long runId) {
    return tx.first(LANE, row -> row.requireText("profile"), runId).orElse("");
  }

  /** Opens a run and says its id; the claim that follows in the same transaction points the task at it. */
  static long open(Tx tx, String taskId, String lock, long expires, @Nullable Long firstHeartbeat) {
    return tx.insert(OPEN, lock, expires, firstHeartbeat, tx.now(), taskId);
  }

  /** Closes the task's current run, if it has one, and says which. */
  public static @Nullable Long endCurrent(Tx tx, String taskId, RunClose close) {
    Long run = current(tx, taskId);
    if (run == null) {
      return null;
    }
    end(tx, run, close);
    tx.update(POINT, null, taskId);
    return run;
  }

  /** Closes a run; the caller takes it from its task in the same transaction. */
  static void end(Tx tx, long run, RunClose close) {
    tx.update(
        CLOSE,
        close.status(),
        close.outcome(),
        close.summary(),
        close.error(),
        BoardJson.column(close.metadata()),
        tx.now(),
        run);
  }

  /** Closes a run that a task which is not running still points at. */
  public static void closeLeaked(Tx tx, String taskId, String note) {
    Long run = current(tx, taskId);
    if (run != null) {
      tx.update(CLOSE_LEAKED, note, tx.now(), run);
      tx.update(POINT, null, taskId);
    }
  }

  /** Records an end without a beginning: a run that starts and ends now. */
  public static long synthesise(Tx tx, String taskId, RunClose close) {
    return tx.insert(
        SYNTHESISE,
        close.status(),
        close.outcome(),
        close.summary(),
        close.error(),
        BoardJson.column(close.metadata()),
        tx.now(),
        tx.now(),
        taskId);
  }

  public static @Nullable Long current(Tx tx, String taskId) {
    return tx.first(POINTER, row -> row.number("n"), taskId).orElse(null);
  }

  /** The status that the run was claimed from, {@code ready} or {@code review}, to which a failed run returns. */
  public static String sourceStatus(Tx tx, long runId) {
    ObjectNode payload = tx.first(
            CLAIMED_PAYLOAD, row -> String.valueOf(row.text("payload")), runId)
        .map(BoardJson::parseObject)
        .orElse(null);
    boolean review = payload != null && payload.path("source_status").asText().equals("review");
    return review ? "review" : "ready";
  }
}
