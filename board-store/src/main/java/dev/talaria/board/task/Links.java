package dev.talaria.board.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import dev.talaria.board.transition.Recompute;

/** Which task waits for which. Links never form a cycle. */
public final class Links {
  private static final String INSERT =
      "INSERT OR IGNORE INTO task_links (parent_id, child_id) VALUES (?, ?)";
  private static final String DELETE =
      "DELETE FROM task_links WHERE parent_id = ? AND child_id = ?";
  private static final String REACHES = """
      WITH RECURSIVE below(id) AS (
        SELECT ?
        UNION
        SELECT l.child_id FROM task_links l JOIN below b ON l.parent_id = b.id
      )
      SELECT 1 AS n FROM below WHERE id = ? LIMIT 1
      """;
  private static final String HOLD_BACK = """
      UPDATE tasks
         SET status = 'todo'
       WHERE id = ?
         AND status = 'ready'
         AND EXISTS (SELECT 1 FROM tasks p WHERE p.id = ? AND p.status NOT IN ('done', 'archived'))
      """;

  private final Recompute recompute;

  public Links(Recompute recompute) {
    this.recompute = recompute;
  }

  /**
   * Makes the child wait for the parent. A ready child goes back to todo while the parent is unfinished; a child in any
   * other status stays where it is.
   *
   * @throws InvalidRequestException for unknown ids, a task and itself, or a cycle
   */
  public void link(Tx tx, String parent, String child) {
    if (parent.equals(child)) {
      throw new InvalidRequestException(
          "Task '%s' cannot wait for itself.".formatted(HermesText.brief(child)));
    }
    require(tx, parent);
    require(tx, child);
    if (tx.exists(REACHES, child, parent)) {
      throw new InvalidRequestException(
          "Cannot make '%s' wait for '%s': '%s' already waits for '%s', directly or through others."
              .formatted(child, parent, parent, child));
    }
    tx.update(INSERT, parent, child);
    tx.update(HOLD_BACK, child, parent);
    Events.append(tx, child, null, EventKind.LINKED, payload(parent, child));
  }

  /** Removes a link and lets the child go if nothing else holds it; false when there was none. */
  public boolean unlink(Tx tx, String parent, String child) {
    if (tx.update(DELETE, parent, child) == 0) {
      return false;
    }
    Events.append(tx, child, null, EventKind.UNLINKED, payload(parent, child));
    recompute.recomputeTask(tx, child);
    return true;
  }

  private static void require(Tx tx, String taskId) {
    if (!Tasks.exists(tx, taskId)) {
      throw new InvalidRequestException(Tasks.unknown(taskId));
    }
  }

  private static ObjectNode payload(String parent, String child) {
    return BoardJson.object().put("parent", parent).put("child", child);
  }
}
