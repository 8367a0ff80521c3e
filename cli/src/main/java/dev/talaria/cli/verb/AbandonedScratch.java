package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.LauncherRuns;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.Session;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The scratch workspace of a task that a person completes, which nobody needs any more: no worker's process may be in it,
 * whose launcher removes it, and no artifact may lie in it that is still to be fetched.
 */
final class AbandonedScratch {
  private AbandonedScratch() {}

  /**
   * Its path, to be asked before the task is completed.
   *
   * @param metadata what is handed over
   */
  static Optional<String> of(Tx tx, String id, @Nullable ObjectNode metadata) {
    if (metadata != null && metadata.has("artifacts")) {
      return Optional.empty();
    }
    return Tasks.find(tx, id)
        .filter(task -> task.workspaceKind().equals("scratch") && task.workerPid() == null)
        .filter(task -> {
          Long open = task.currentRunId();
          return open == null || LauncherRuns.get(tx, open).isEmpty();
        })
        .map(Task::workspacePath);
  }

  /** Removes it, where a dispatcher does not do so itself; empty, or what went wrong. */
  static Optional<String> remove(Session session, String workspace) {
    if (session.isServed()) {
      return Optional.empty();
    }
    try {
      ScratchRemoval.of(session.home()).remove(Path.of(workspace));
      return Optional.empty();
    } catch (UncheckedIOException | InvalidPathException e) {
      return Optional.of("Workspace '%s' is of no use any more, and could not be removed: %s"
          .formatted(workspace, e.getMessage()));
    }
  }
}
