package dev.talaria.cli.mcp.port;

import dev.talaria.board.Tx;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.HermesText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a board refused an agent's call, in words that tell it what to do next. */
final class WhyRefused {
  private static final int SHOWN = 80;

  private WhyRefused() {}

  static String unknown(String id) {
    return "task '%s' is not on this board. Copy ids from what the tools answered; do not guess them."
        .formatted(cut(id));
  }

  /**
   * A task that did not move, looked at in the same transaction.
   *
   * @param attempted as in "complete"
   * @param expected what would have been possible
   */
  static String of(Tx tx, String id, String attempted, String expected, @Nullable Long run) {
    Task task = Tasks.find(tx, id).orElse(null);
    if (task == null) {
      return unknown(id);
    }
    if (run != null && !run.equals(task.currentRunId())) {
      return "could not %s task '%s': %s".formatted(attempted, id, superseded(tx, task, run));
    }
    return "could not %s task '%s': it is '%s'. %s"
        .formatted(attempted, id, task.status(), expected);
  }

  static String beat(Tx tx, String id, @Nullable Long run, @Nullable String lock) {
    Task task = Tasks.find(tx, id).orElse(null);
    if (task == null) {
      return unknown(id);
    }
    if (run != null && !run.equals(task.currentRunId())) {
      return "could not heartbeat task '%s': %s".formatted(id, superseded(tx, task, run));
    }
    if (!task.status().equals("running")) {
      return "could not heartbeat task '%s': it is '%s', not running. Stop working on it."
          .formatted(id, task.status());
    }
    return "could not heartbeat task '%s': its claim is held by '%s', not by '%s'. The task was given to another worker; stop working on it."
        .formatted(id, task.claimLock(), lock);
  }

  static String phantoms(String id, List<String> phantoms) {
    return ("these created_cards do not exist, or were not created by you: %s. Task '%s' is unchanged and still yours:"
            + " call kanban_complete again with only the ids that kanban_create answered, or without created_cards.")
        .formatted(cut(String.join(", ", phantoms), 20 * SHOWN), id);
  }

  private static String superseded(Tx tx, Task task, long run) {
    String outcome = Tasks.run(tx, run)
        .filter(mine -> mine.taskId().equals(task.id()))
        .map(Run::outcome)
        .orElse("");
    if (outcome.equals("completed") || outcome.equals("blocked")) {
      return "your run %d has %s it already. There is nothing more to do; end here."
          .formatted(run, outcome);
    }
    String now = task.currentRunId() == null
        ? "it has none now and is '%s'".formatted(task.status())
        : "that is %d now".formatted(task.currentRunId());
    return "run %d is not its run any more (%s). The claim was taken back; stop working on it, nothing you say about it counts."
        .formatted(run, now);
  }

  private static String cut(String text) {
    return cut(text, SHOWN);
  }

  private static String cut(String text, int limit) {
    return HermesText.length(text) > limit ? HermesText.cap(text, limit) + "…" : text;
  }
}
