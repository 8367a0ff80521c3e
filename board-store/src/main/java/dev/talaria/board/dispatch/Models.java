package dev.talaria.board.dispatch;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;

/** Which model a task's next attempts use. */
public final class Models {
  private static final String SET =
      "UPDATE tasks SET model_override = ? WHERE id = ? AND current_run_id = ?";

  private Models() {}

  /** Escalates the model of a task in the run that was just opened for it; false when that run is not current. */
  public static boolean escalate(
      Tx tx, String taskId, long runId, String from, String to, long failures) {
    if (tx.update(SET, to, taskId, runId) == 0) {
      return false;
    }
    Events.append(
        tx,
        taskId,
        runId,
        EventKind.MODEL_ESCALATED,
        BoardJson.object().put("from", from).put("to", to).put("failures", failures));
    return true;
  }
}
