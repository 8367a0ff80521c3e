package dev.talaria.board.dispatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.HermesText;
import dev.talaria.board.transition.RunClose;
import dev.talaria.board.transition.Runs;
import org.jspecify.annotations.Nullable;

/** Closing a run that ended without its worker closing it. */
public final class RunEnds {
  private static final int ERROR_LENGTH = 500;

  private static final String RELEASE = """
      UPDATE tasks
         SET status = ?, claim_lock = ?, claim_expires = NULL, worker_pid = NULL
       WHERE id = ?
         AND status = 'running'
         AND current_run_id = ?
      """;
  private static final String IS_CURRENT =
      "SELECT 1 AS n FROM tasks WHERE id = ? AND status = 'running' AND current_run_id = ?";
  private static final String COUNT = """
      UPDATE tasks
         SET consecutive_failures = consecutive_failures + 1, last_failure_error = ?
       WHERE id = ?
      """;

  private RunEnds() {}

  /** Whether this run still owns the task; a report of any other run is stale. */
  public static boolean isCurrent(Tx tx, String taskId, long runId) {
    return tx.exists(IS_CURRENT, taskId, runId);
  }

  /** Closes the run and returns the task, held back if the end says so; false when the run is stale. */
  public static boolean closeRun(Tx tx, String taskId, long runId, RunEnd end) {
    if (!isCurrent(tx, taskId, runId)) {
      return false;
    }
    String status = end.sourceStatus() != null ? end.sourceStatus() : Runs.sourceStatus(tx, runId);
    RunEnd.AwaitDecision wait =
        end.hold() instanceof RunEnd.AwaitDecision decision ? decision : null;
    String lock = wait == null ? null : Holds.LOCK_PREFIX + runId;
    if (tx.update(RELEASE, status, lock, taskId, runId) == 0) {
      return false;
    }
    Runs.endCurrent(
        tx, taskId, RunClose.as(end.outcome()).withError(end.error()).withMetadata(end.payload()));
    if (end.countsInColumn()) {
      tx.update(COUNT, capped(end.error()), taskId);
    }
    if (wait != null) {
      Holds.put(tx, taskId, runId, Holds.DECISION, wait.until(), wait.policyJson());
    }
    Events.append(tx, taskId, runId, end.kind(), withSource(end.payload(), status));
    return true;
  }

  /** Readers take the status after the event from its payload when it is not the usual ready. */
  private static ObjectNode withSource(ObjectNode payload, String status) {
    return status.equals("ready") ? payload : payload.deepCopy().put("source_status", status);
  }

  private static @Nullable String capped(@Nullable String error) {
    return error == null ? null : HermesText.cap(error, ERROR_LENGTH);
  }
}
