package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Making a waiting task ready by hand (contract 3.5, promote). */
public final class Promotions {
  private static final String PROMOTE = """
      UPDATE tasks
         SET status = 'ready', consecutive_failures = 0, last_failure_error = NULL
       WHERE id = ?
         AND status IN ('todo', 'blocked')
      """;
  private static final String UNFINISHED_PARENTS = """
      SELECT p.id || ' (' || p.status || ')' AS parent
        FROM task_links l
        JOIN tasks p ON p.id = l.parent_id
       WHERE l.child_id = ?
         AND p.status NOT IN ('done', 'archived')
       ORDER BY p.id
       LIMIT 20
      """;
  // every way into ready or out of it is followed by one of these before the next claim
  private static final String LAST_TURN = """
      SELECT kind, payload
        FROM task_events
       WHERE task_id = ?
         AND kind IN ('claimed', 'promoted', 'promoted_manual', 'status', 'unblocked')
       ORDER BY id DESC
       LIMIT 1
      """;

  private Promotions() {}

  /**
   * What became of a promotion.
   *
   * @param refusal why not; null when it was made, or would be
   */
  public record Result(boolean promoted, @Nullable String refusal) {}

  /**
   * Who wants it, and how.
   *
   * @param force passes over unfinished parents, until the task has been claimed once: an attempt that fails goes back to
   *     todo when the next claim finds the parents still unfinished. A dispatcher of hermes does not know of it and sends
   *     the task back at its own claim
   * @param dryRun writes nothing
   */
  public record Request(String actor, @Nullable String reason, boolean force, boolean dryRun) {}

  /**
   * Makes a task ready that is in todo or blocked, with its failures forgotten and its block lifted; a hold for a decision
   * or a back-off ends. Does not lift a ceiling of runs.
   */
  public static Result promote(Tx tx, String taskId, Request request) {
    Task task = Tasks.find(tx, taskId).orElse(null);
    if (task == null) {
      return refused(Tasks.unknown(taskId));
    }
    if (!task.is(TaskStatus.TODO) && !task.is(TaskStatus.BLOCKED)) {
      return refused("Cannot promote task '%s': it is '%s'. Only a todo or blocked task can be."
          .formatted(taskId, task.status()));
    }
    List<String> waitsFor = tx.list(UNFINISHED_PARENTS, row -> row.requireText("parent"), taskId);
    if (!request.force() && !waitsFor.isEmpty()) {
      return refused("Cannot promote task '%s': it waits for %s. Force it, or finish them first."
          .formatted(taskId, String.join(", ", waitsFor)));
    }
    if (!request.dryRun()) {
      apply(tx, task, request);
    }
    return new Result(true, null);
  }

  /** Whether the task was made ready by force, and not claimed since. */
  static boolean isForced(Tx tx, String taskId) {
    return tx.first(
            LAST_TURN,
            row -> {
              ObjectNode payload = BoardJson.parseObject(row.text("payload"));
              return row.requireText("kind").equals(EventKind.PROMOTED_MANUAL)
                  && payload != null
                  && payload.path("forced").asBoolean(false);
            },
            taskId)
        .orElse(false);
  }

  private static void apply(Tx tx, Task task, Request request) {
    Runs.closeLeaked(tx, task.id(), "invariant recovery on promote");
    tx.update(PROMOTE, task.id());
    boolean held = Holds.delete(tx, task.id());
    // whoever counts failures, or asks whether a block is sticky, looks for this event
    if (held || task.is(TaskStatus.BLOCKED) || task.consecutiveFailures() > 0) {
      Events.append(tx, task.id(), null, EventKind.UNBLOCKED, null);
    }
    ObjectNode payload = BoardJson.object()
        .put("actor", request.actor())
        .put("reason", request.reason())
        .put("forced", request.force());
    Events.append(tx, task.id(), null, EventKind.PROMOTED_MANUAL, payload);
  }

  private static Result refused(String reason) {
    return new Result(false, reason);
  }
}
