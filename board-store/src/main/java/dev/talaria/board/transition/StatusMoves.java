package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Moving a task as a person who drags its card does (contract 10.2): by the operation for it, else by a direct write. */
public final class StatusMoves {
  private static final String WRITE = """
      UPDATE tasks
         SET status = ?, claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
       WHERE id = ?
      """;
  private static final String UNFINISHED_PARENTS = """
      SELECT p.id || ' ''' || p.title || ''' (' || p.status || ')' AS parent
        FROM task_links l
        JOIN tasks p ON p.id = l.parent_id
       WHERE l.child_id = ?
         AND p.status NOT IN ('done', 'archived')
       ORDER BY p.id
       LIMIT 20
      """;
  private static final String READY_CHILDREN = """
      SELECT t.id
        FROM task_links l
        JOIN tasks t ON t.id = l.child_id
       WHERE l.parent_id = ?
         AND t.status = 'ready'
       ORDER BY t.id
      """;
  private static final String HOLD_BACK =
      "UPDATE tasks SET status = 'todo' WHERE id = ? AND status = 'ready'";

  private final Completions completions;
  private final Archives archives;

  public StatusMoves(Recompute recompute) {
    completions = new Completions(recompute);
    archives = new Archives(recompute);
  }

  /**
   * Moves the task; says why not when it was refused, and then nothing changed. A task that waits for parents may land in
   * todo instead of ready.
   *
   * @param reason of a block or schedule
   * @param completion what a task that is done hands over; its run fence is not looked at
   * @throws InvalidRequestException for a status that tasks are not moved to by hand
   */
  public Optional<String> move(
      Tx tx, String taskId, String status, @Nullable String reason, Completion completion) {
    TaskStatus wanted = TaskStatus.require(status);
    if (wanted == TaskStatus.RUNNING || wanted == TaskStatus.REVIEW) {
      throw new InvalidRequestException("Tasks are not moved to '%s' by hand: %s."
          .formatted(status, wanted == TaskStatus.RUNNING ? "claim them" : "submit them"));
    }
    Task task = Tasks.find(tx, taskId).orElse(null);
    if (task == null) {
      return Optional.of(Tasks.unknown(taskId));
    }
    boolean stopped = task.is(TaskStatus.BLOCKED) || task.is(TaskStatus.SCHEDULED);
    if (wanted == TaskStatus.READY && !stopped) {
      List<String> waitsFor = tx.list(UNFINISHED_PARENTS, row -> row.requireText("parent"), taskId);
      if (!waitsFor.isEmpty()) {
        return Optional.of("Cannot move task '%s' to ready: it waits for %s."
            .formatted(taskId, String.join(", ", waitsFor)));
      }
    }
    boolean moved = switch (wanted) {
      case DONE -> completions.complete(tx, taskId, completion.withRun(null)).completed();
      case BLOCKED -> Blocks.block(tx, taskId, reason, null);
      case SCHEDULED -> Blocks.schedule(tx, taskId, reason, null);
      case ARCHIVED -> archives.archive(tx, taskId);
      default ->
        wanted == TaskStatus.READY && stopped
            ? Blocks.unblock(tx, taskId)
            : write(tx, task, wanted);
    };
    return moved
        ? Optional.empty()
        : Optional.of(
            "Cannot move task '%s' to '%s': it is '%s'.".formatted(taskId, status, task.status()));
  }

  /** Result, counters and times stay as they are. */
  private static boolean write(Tx tx, Task task, TaskStatus wanted) {
    String id = task.id();
    tx.update(WRITE, wanted.wire(), id);
    Holds.forget(tx, id);
    Schedules.forget(tx, id);
    String said = "status changed to %s (dashboard/direct)".formatted(wanted);
    Long run = Runs.endCurrent(tx, id, RunClose.as("reclaimed").withSummary(said));
    Events.append(tx, id, run, EventKind.STATUS, BoardJson.object().put("status", wanted.wire()));
    if (TaskStatus.satisfies(task.status())) {
      holdChildrenBack(tx, id);
    }
    return true;
  }

  private static void holdChildrenBack(Tx tx, String parent) {
    for (String child : tx.list(READY_CHILDREN, row -> row.requireText("id"), parent)) {
      tx.update(HOLD_BACK, child);
      ObjectNode payload = BoardJson.object()
          .put("status", TaskStatus.TODO.wire())
          .put("reason", "parent_reopened")
          .put("parent", parent);
      Events.append(tx, child, null, EventKind.STATUS, payload);
    }
  }
}
