package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import org.jspecify.annotations.Nullable;

/**
 * Handing work to a reviewer, which hermes's board has a column but no operation for (contract Q19). Out of review go: the
 * claim of a reviewer, who completes or blocks the task; archive; a direct write of the status, for example back to ready.
 */
public final class Reviews {
  private static final int EVENT_SUMMARY = 400;

  private static final String SUBMIT = """
      UPDATE tasks
         SET status = 'review', claim_lock = NULL, claim_expires = NULL, worker_pid = NULL,
             consecutive_failures = 0, last_failure_error = NULL
       WHERE id = ?
         AND status IN ('running', 'ready')
         AND (? IS NULL OR current_run_id = ?)
      """;

  private Reviews() {}

  /**
   * Moves a running or ready task to review; false when it is in another status or run. The attempt has done its part:
   * its run closes as {@code submitted} with the summary, and failures before it no longer count. The children go on
   * waiting, and do not read it as the task's result.
   *
   * @param runId the caller's run; when given, only that run may submit the task
   */
  public static boolean submit(
      Tx tx,
      String taskId,
      @Nullable String summary,
      @Nullable ObjectNode metadata,
      @Nullable Long runId) {
    if (tx.update(SUBMIT, taskId, runId, runId) == 0) {
      return false;
    }
    Holds.delete(tx, taskId);
    RunClose close = RunClose.as(EventKind.SUBMITTED).withSummary(summary).withMetadata(metadata);
    Long run = Runs.endCurrent(tx, taskId, close);
    boolean said =
        (summary != null && !summary.isEmpty()) || (metadata != null && !metadata.isEmpty());
    if (run == null && said) {
      run = Runs.synthesise(tx, taskId, close);
    }
    ObjectNode payload =
        BoardJson.object().put("summary", HermesText.firstLine(summary, EVENT_SUMMARY));
    Events.append(tx, taskId, run, EventKind.SUBMITTED, payload);
    return true;
  }
}
