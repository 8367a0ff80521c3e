package dev.talaria.cli.verb;

import dev.talaria.board.Tx;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.HermesText;
import org.jspecify.annotations.Nullable;

/** Why the board refused a change, found in the same transaction. */
final class WhyNot {
  private WhyNot() {}

  static String unknown(String id) {
    return "Task '%s' is not on this board. 'talaria list' shows the tasks."
        .formatted(HermesText.brief(id));
  }

  /**
   * The reason for a task that did not move.
   *
   * @param attempted as in "complete"
   * @param expected the statuses that it may be in, and what to do about others
   * @param runId the caller's run, if it spoke as a worker
   */
  static String refused(Tx tx, String id, String attempted, String expected, @Nullable Long runId) {
    Task task = Tasks.find(tx, id).orElse(null);
    if (task == null) {
      return unknown(id);
    }
    if (runId != null && !runId.equals(task.currentRunId())) {
      return "Cannot %s task '%s': run %d is no longer its run (%s). This worker's claim was taken back; stop here."
          .formatted(attempted, id, runId, currentRun(task));
    }
    return "Cannot %s task '%s': it is '%s'. %s".formatted(attempted, id, task.status(), expected);
  }

  private static String currentRun(Task task) {
    return task.currentRunId() == null ? "it has none now" : "now " + task.currentRunId();
  }
}
