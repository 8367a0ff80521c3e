package dev.talaria.board.task;

import dev.talaria.board.Tx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Listing tasks. The text of a query is put together from constants; values are always bound. */
public final class TaskList {
  private TaskList() {}

  /**
   * The tasks that a filter names, archived ones only when asked for.
   *
   * @throws dev.talaria.board.InvalidRequestException for an unknown status or sort key
   */
  public static List<Task> list(Tx tx, TaskFilter filter) {
    StringBuilder sql = new StringBuilder("SELECT * FROM tasks WHERE 1 = 1");
    List<@Nullable Object> values = new ArrayList<>();
    String status = filter.status();
    if (status != null) {
      TaskStatus.require(status);
    }
    add(sql, values, "assignee", Assignees.canonical(filter.assignee()));
    add(sql, values, "status", status);
    add(sql, values, "tenant", filter.tenant());
    add(sql, values, "session_id", filter.sessionId());
    add(sql, values, "workflow_template_id", filter.workflowTemplateId());
    add(sql, values, "current_step_key", filter.currentStepKey());
    if (!filter.includeArchived() && status == null) {
      sql.append(" AND status <> 'archived'");
    }
    sql.append(" ORDER BY ").append(TaskSort.of(filter.sort()).orderBy());
    if (filter.limit() > 0) {
      sql.append(" LIMIT ?");
      values.add(filter.limit());
    }
    return tx.list(sql.toString(), Task::of, values.toArray());
  }

  private static void add(
      StringBuilder sql, List<@Nullable Object> values, String column, @Nullable String value) {
    if (value != null) {
      sql.append(" AND ").append(column).append(" = ?");
      values.add(value);
    }
  }
}
