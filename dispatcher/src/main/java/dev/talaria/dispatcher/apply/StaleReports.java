package dev.talaria.dispatcher.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.protocol.id.RunKey;
import org.jspecify.annotations.Nullable;

/**
 * Puts on the board what the worker of a run asked for that is no longer its task's current one. It changes nothing of the
 * task, but whoever wonders where a worker's result has gone finds it there. At most one event for each run and verb.
 */
final class StaleReports {
  private static final int SUMMARY_LENGTH = 2_000;

  private static final String NOTED = """
      SELECT 1 AS n
        FROM task_events
       WHERE run_id = ?
         AND kind = 'stale_report'
         AND json_extract(payload, '$.what') = ?
      """;

  private StaleReports() {}

  /**
   * Notes a refused report.
   *
   * @param what the verb
   * @param summary what the worker said, cut; null when it said nothing of the kind
   * @return whether it was news
   */
  static boolean note(Tx tx, RunKey run, String what, @Nullable String summary) {
    if (tx.exists(NOTED, run.runId(), what) || Tasks.find(tx, run.taskId()).isEmpty()) {
      return false;
    }
    ObjectNode payload = BoardJson.object().put("run", run.runId()).put("what", what);
    if (summary != null && !summary.isEmpty()) {
      int end = Math.min(summary.length(), SUMMARY_LENGTH);
      payload.put("summary", summary.substring(0, end));
    }
    Events.append(tx, run.taskId(), run.runId(), EventKind.STALE_REPORT, payload);
    return true;
  }
}
