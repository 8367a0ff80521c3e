package dev.talaria.board.schema;

import dev.talaria.board.Tx;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** From older forms of the file to the present one (contract 2.3): columns are added and filled, never renamed. */
final class LegacyMigration {
  private static final String COPY_FAILURES =
      "UPDATE tasks SET consecutive_failures = COALESCE(spawn_failures, 0)";
  private static final String COPY_ERROR = "UPDATE tasks SET last_failure_error = last_spawn_error";
  private static final String RUNNING_WITHOUT_RUN =
      "SELECT id FROM tasks WHERE status = 'running' AND current_run_id IS NULL";
  private static final String OPEN_RUN = """
      INSERT INTO task_runs (task_id, profile, step_key, status, claim_lock, claim_expires, worker_pid,
                             max_runtime_seconds, last_heartbeat_at, started_at)
      SELECT id, assignee, current_step_key, 'running', claim_lock, claim_expires, worker_pid,
             max_runtime_seconds, last_heartbeat_at, COALESCE(started_at, ?)
        FROM tasks
       WHERE id = ?
      RETURNING id AS n
      """;
  private static final String SET_POINTER =
      "UPDATE tasks SET current_run_id = ? WHERE id = ? AND current_run_id IS NULL";
  private static final String RENAME_KIND = "UPDATE task_events SET kind = ? WHERE kind = ?";

  private static final String META =
      "SELECT 1 AS n FROM sqlite_master WHERE type = 'table' AND name = 'talaria_meta'";
  private static final String OLD_KIND =
      "SELECT 1 AS n FROM task_events WHERE kind IN ('ready', 'priority', 'spawn_auto_blocked') LIMIT 1";

  private LegacyMigration() {}

  /** Whether a Talaria has brought this file up to date before. */
  static boolean wasHereBefore(Tx tx) {
    return tx.exists(META) && BoardFacts.get(tx, TalariaSchema.VERSION_KEY).isPresent();
  }

  /** Whether events still have names that hermes has given up. Reads the whole log: for the first opening only. */
  static boolean hasOldEventKinds(Tx tx) {
    return tx.exists(OLD_KIND);
  }

  static void addColumns(Tx tx) {
    Set<String> present = Columns.of(tx, "tasks");
    for (Map.Entry<String, String> column : HermesSchema.LATE_TASK_COLUMNS.entrySet()) {
      if (!present.contains(column.getKey())) {
        tx.update("ALTER TABLE tasks ADD COLUMN " + column.getKey() + " " + column.getValue());
      }
    }
    if (!present.contains("consecutive_failures") && present.contains("spawn_failures")) {
      tx.update(COPY_FAILURES);
    }
    if (!present.contains("last_failure_error") && present.contains("last_spawn_error")) {
      tx.update(COPY_ERROR);
    }
    addIfAbsent(tx, "task_events", "run_id", "INTEGER");
    addIfAbsent(tx, "kanban_notify_subs", "notifier_profile", "TEXT");
  }

  /** A running task without a run, from before runs existed, gets the one it is in. */
  static void adoptRunningTasks(Tx tx) {
    List<String> tasks = tx.list(RUNNING_WITHOUT_RUN, row -> row.requireText("id"));
    for (String task : tasks) {
      long run = tx.insert(OPEN_RUN, tx.now(), task);
      tx.update(SET_POINTER, run, task);
    }
  }

  static void renameEventKinds(Tx tx) {
    tx.update(RENAME_KIND, "promoted", "ready");
    tx.update(RENAME_KIND, "reprioritized", "priority");
    tx.update(RENAME_KIND, "gave_up", "spawn_auto_blocked");
  }

  private static void addIfAbsent(Tx tx, String table, String column, String type) {
    if (!Columns.of(tx, table).contains(column)) {
      tx.update("ALTER TABLE " + table + " ADD COLUMN " + column + " " + type);
    }
  }
}
