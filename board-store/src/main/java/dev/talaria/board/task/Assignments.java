package dev.talaria.board.task;

import dev.talaria.board.ConflictException;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.FormerWorkers;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import dev.talaria.board.transition.Reclaims;
import dev.talaria.board.transition.Termination;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who is to do a task, and where. */
public final class Assignments {
  private static final String ASSIGN = "UPDATE tasks SET assignee = ? WHERE id = ?";
  private static final String ASSIGN_OTHER =
      "UPDATE tasks SET assignee = ?, consecutive_failures = 0, last_failure_error = NULL WHERE id = ?";
  private static final String SET_WORKSPACE = "UPDATE tasks SET workspace_path = ? WHERE id = ?";
  private static final String SET_MAX_RUNTIME =
      "UPDATE tasks SET max_runtime_seconds = ? WHERE id = ?";

  private Assignments() {}

  /**
   * Assigns a task, or nobody when null. Another profile starts with a failure count of zero. A hold for a decision ends.
   *
   * @return false when the task is unknown
   * @throws ConflictException when the task is running under a claim
   */
  public static boolean assign(Tx tx, String taskId, @Nullable String profile) {
    String assignee = Assignees.canonical(profile);
    Task task = Tasks.find(tx, taskId).orElse(null);
    if (task == null) {
      return false;
    }
    if (task.is(TaskStatus.RUNNING) && task.claimLock() != null) {
      throw new ConflictException(
          "Cannot assign task '%s': it is running, claimed by '%s'. Reclaim it first."
              .formatted(taskId, task.claimLock()));
    }
    boolean same = Objects.equals(task.assignee(), assignee);
    tx.update(same ? ASSIGN : ASSIGN_OTHER, assignee, taskId);
    Holds.delete(tx, taskId);
    Events.append(
        tx, taskId, null, EventKind.ASSIGNED, BoardJson.object().put("assignee", assignee));
    return true;
  }

  /**
   * As {@link #assign}, after taking the task back from whoever has it where that is wanted; nothing to take back is no
   * reason to stop.
   *
   * @param reclaim what is known of the worker that was ended; null leaves a running task to its worker
   * @return false when the task is unknown, or running under a claim
   */
  public static boolean reassign(
      Tx tx,
      String taskId,
      @Nullable String profile,
      @Nullable String reason,
      @Nullable Termination reclaim) {
    String assignee = Assignees.canonical(profile);
    if (reclaim != null) {
      Reclaims.reclaim(tx, taskId, HermesText.isBlank(reason) ? "reassign" : reason, reclaim);
    }
    try {
      boolean assigned = assign(tx, taskId, assignee);
      if (assigned && reclaim != null) {
        FormerWorkers.holdBack(tx, taskId); // naming somebody ends every hold
      }
      return assigned;
    } catch (ConflictException e) {
      return false;
    }
  }

  /** Keeps the resolved workspace, which retries use again; no event. */
  public static boolean setWorkspacePath(Tx tx, String taskId, String path) {
    return tx.update(SET_WORKSPACE, path, taskId) == 1;
  }

  /** Limits the run time of each attempt, or lifts the limit when null; no event. */
  public static boolean setMaxRuntime(Tx tx, String taskId, @Nullable Long seconds) {
    return tx.update(SET_MAX_RUNTIME, seconds, taskId) == 1;
  }
}
