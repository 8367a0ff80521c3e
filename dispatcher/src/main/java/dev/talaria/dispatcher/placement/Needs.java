package dev.talaria.dispatcher.placement;

import dev.talaria.board.Tx;
import dev.talaria.board.task.Requirements;
import dev.talaria.board.task.Task;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a task needs of the launcher that gets it.
 *
 * @param lane its assignee
 * @param requires labels, by key
 * @param workspaceKind {@code scratch}, {@code dir} or {@code worktree}
 * @param workspacePath what the task says of it, or null
 */
public record Needs(
    String lane,
    Map<String, String> requires,
    String workspaceKind,
    @Nullable String workspacePath) {
  public Needs {
    requires = Map.copyOf(requires);
  }

  /** What this task needs. */
  public static Needs of(Tx tx, Task task) {
    String assignee = task.assignee();
    return new Needs(
        assignee == null ? "" : assignee,
        Requirements.of(tx, task.id()),
        task.workspaceKind(),
        task.workspacePath());
  }
}
