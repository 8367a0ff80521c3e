package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changing what a task says without moving it. */
public final class Edits {
  private static final int EVENT_SUMMARY = 400;

  private static final String SET_RESULT =
      "UPDATE tasks SET result = ? WHERE id = ? AND status = 'done'";
  private static final String NEWEST_COMPLETED = """
      SELECT id AS n
        FROM task_runs
       WHERE task_id = ?
         AND outcome = 'completed'
       ORDER BY id DESC
       LIMIT 1
      """;
  private static final String SET_SUMMARY = "UPDATE task_runs SET summary = ? WHERE id = ?";
  private static final String SET_METADATA = "UPDATE task_runs SET metadata = ? WHERE id = ?";
  private static final String SET_PRIORITY = "UPDATE tasks SET priority = ? WHERE id = ?";
  private static final String SET_TEXT = "UPDATE tasks SET title = ?, body = ? WHERE id = ?";

  private Edits() {}

  /**
   * Corrects what a finished task handed over. The newest completed run keeps its summary and metadata unless others are
   * given; without such a run one is recorded.
   *
   * @return false when the task is unknown or not done
   */
  public static boolean result(
      Tx tx,
      String taskId,
      String result,
      @Nullable String summary,
      @Nullable ObjectNode metadata) {
    if (tx.update(SET_RESULT, result, taskId) == 0) {
      return false;
    }
    ArrayNode fields = BoardJson.array(List.of("result"));
    long run = tx.number(NEWEST_COMPLETED, taskId);
    if (run == 0) {
      String recorded = summary == null ? result : summary;
      run = Runs.synthesise(
          tx, taskId, new RunClose("completed", "completed", recorded, null, metadata));
      fields.add("summary");
    } else if (summary != null) {
      tx.update(SET_SUMMARY, summary, run);
      fields.add("summary");
    }
    if (metadata != null) {
      tx.update(SET_METADATA, BoardJson.column(metadata), run);
      fields.add("metadata");
    }
    ObjectNode payload = BoardJson.object();
    payload.set("fields", fields);
    payload.put("result_len", HermesText.length(result));
    payload.put("summary", HermesText.firstLine(summary == null ? result : summary, EVENT_SUMMARY));
    Events.append(tx, taskId, run, EventKind.EDITED, payload);
    return true;
  }

  /** Moves a task up or down in its queue; false when it is unknown. */
  public static boolean priority(Tx tx, String taskId, long priority) {
    if (tx.update(SET_PRIORITY, priority, taskId) == 0) {
      return false;
    }
    ObjectNode payload = BoardJson.object().put("priority", priority);
    Events.append(tx, taskId, null, EventKind.REPRIORITIZED, payload);
    return true;
  }

  /**
   * Changes title and body; null leaves one as it is.
   *
   * @return false when the task is unknown
   * @throws InvalidRequestException for a blank title
   */
  public static boolean text(Tx tx, String taskId, @Nullable String title, @Nullable String body) {
    if (title != null && HermesText.isBlank(title)) {
      throw new InvalidRequestException("The title is blank; give the task a title.");
    }
    Task task = Tasks.find(tx, taskId).orElse(null);
    if (task == null) {
      return false;
    }
    tx.update(
        SET_TEXT,
        title == null ? task.title() : HermesText.strip(title),
        body == null ? task.body() : body,
        taskId);
    Events.append(tx, taskId, null, EventKind.EDITED, null);
    return true;
  }
}
