package dev.talaria.board.transition;

import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.task.Tasks;
import java.util.List;

/**
 * Removing tasks with all that belongs to them. Nothing tells of it afterwards, events least of all; a worker that is still
 * at it speaks of a task that the board does not know.
 */
public final class Deletions {
  private static final String IS_ARCHIVED =
      "SELECT 1 AS n FROM tasks WHERE id = ? AND status = 'archived'";
  private static final String LINKS = "DELETE FROM task_links WHERE parent_id = ? OR child_id = ?";
  private static final List<String> BELONGINGS = List.of(
      "DELETE FROM task_comments WHERE task_id = ?",
      "DELETE FROM task_events WHERE task_id = ?",
      "DELETE FROM task_runs WHERE task_id = ?",
      "DELETE FROM kanban_notify_subs WHERE task_id = ?");
  private static final String TASK = "DELETE FROM tasks WHERE id = ?";
  // whatever tables of our own there are: a row that names a task, or a run of it, must not outlive
  // it
  private static final String OWN_TABLES = """
      SELECT '"' || replace(m.name, '"', '""') || '"' AS name, min(c.name = 'run_id') AS by_run
        FROM sqlite_master m
        JOIN pragma_table_info(m.name) c ON c.name IN ('task_id', 'run_id')
       WHERE m.type = 'table'
         AND m.name GLOB 'talaria_[a-z]*'
       GROUP BY m.name
       ORDER BY m.name
      """;

  private record Own(String table, boolean byRun) {
    static Own of(Row row) {
      return new Own(row.requireText("name"), row.number("by_run") == 1);
    }

    String condition() {
      return byRun
          ? " WHERE run_id IN (SELECT id FROM task_runs WHERE task_id = ?)"
          : " WHERE task_id = ?";
    }
  }

  private final Recompute recompute;

  public Deletions(Recompute recompute) {
    this.recompute = recompute;
  }

  /** Removes a task that is archived; false when it is unknown or in another status. */
  public boolean deleteArchived(Tx tx, String taskId) {
    return tx.exists(IS_ARCHIVED, taskId) && delete(tx, taskId);
  }

  /** Removes a task in any status and lets its children go; false when it is unknown. */
  public boolean delete(Tx tx, String taskId) {
    List<String> children = Tasks.children(tx, taskId);
    if (tx.update(TASK, taskId) == 0) {
      return false;
    }
    tx.update(LINKS, taskId, taskId);
    for (Own own : tx.list(OWN_TABLES, Own::of)) {
      tx.update("DELETE FROM " + own.table() + own.condition(), taskId);
    }
    BELONGINGS.forEach(sql -> tx.update(sql, taskId));
    children.forEach(child -> recompute.recomputeTask(tx, child));
    return true;
  }
}
