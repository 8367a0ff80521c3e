package dev.talaria.board.dispatch;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Assignees;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives ready tasks that nobody was named for to the profile of {@code kanban.default_assignee}. They are taken in the order
 * of the index of ready tasks: by priority, then tenant, then age. The order decides only who is named first, not what
 * runs first: that is {@link ReadyWork}'s.
 */
public final class DefaultAssignee {
  static final String UNASSIGNED = """
      SELECT id
        FROM tasks INDEXED BY talaria_ready
       WHERE status = 'ready'
         AND assignee IS NULL
         AND claim_lock IS NULL
       ORDER BY priority DESC, tenant, created_at, workspace_kind, rowid
       LIMIT ?
      """;
  static final String BLANK = """
      SELECT id
        FROM tasks INDEXED BY talaria_ready
       WHERE status = 'ready'
         AND assignee = ''
         AND claim_lock IS NULL
       ORDER BY priority DESC, tenant, created_at, workspace_kind, rowid
       LIMIT ?
      """;
  private static final String ASSIGN = """
      UPDATE tasks
         SET assignee = ?
       WHERE id = ?
         AND (assignee IS NULL OR assignee = '')
         AND status = 'ready'
      """;

  private DefaultAssignee() {}

  /** The configured name in the spelling of the board; empty when none is configured. */
  public static Optional<String> canonical(String configured) {
    return HermesText.isBlank(configured)
        ? Optional.empty()
        : Optional.ofNullable(Assignees.canonical(configured));
  }

  /** Ready tasks that nobody is named for, best first; after them those whose name was left blank. */
  public static List<String> unassigned(Tx tx, int limit) {
    List<String> found = new ArrayList<>(tx.list(UNASSIGNED, row -> row.requireText("id"), limit));
    if (found.size() < limit) {
      found.addAll(tx.list(BLANK, row -> row.requireText("id"), limit - found.size()));
    }
    return found;
  }

  /** Names the profile for a task; false when somebody did so in between. */
  public static boolean assign(Tx tx, String taskId, String profile) {
    if (tx.update(ASSIGN, profile, taskId) == 0) {
      return false;
    }
    Events.append(
        tx,
        taskId,
        null,
        EventKind.ASSIGNED,
        BoardJson.object().put("assignee", profile).put("source", "kanban.default_assignee"));
    return true;
  }
}
