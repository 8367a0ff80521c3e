package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.task.StrandedWork;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.protocol.waiting.Downstream;
import org.jspecify.annotations.Nullable;

/** What a blocked task holds up, for people and for programs. */
final class StrandedText {
  private StrandedText() {}

  /** What waits for a task that is blocked; null where it is not, or nothing waits. */
  static @Nullable Downstream below(Tx tx, Task task) {
    if (!task.is(TaskStatus.BLOCKED)) {
      return null;
    }
    Downstream found = StrandedWork.below(tx, task.id());
    return found.waiting().isEmpty() ? null : found;
  }

  /** {@code 12 tasks wait for it, up to 3 deep}. */
  static String words(Downstream below) {
    int tasks = below.waiting().size();
    return "%s%d %s for it, up to %d deep"
        .formatted(
            below.more() ? "at least " : "",
            tasks,
            tasks == 1 ? "task waits" : "tasks wait",
            below.depth());
  }

  static void json(Downstream below, ObjectNode into) {
    into.put("tasks", below.waiting().size())
        .put("depth", below.depth())
        .put("at_least", below.more());
  }
}
