package dev.talaria.board.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Row;
import dev.talaria.board.text.BoardJson;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code task_events}.
 *
 * @param payload the column as stored; see {@link #payloadObject()}
 * @param createdAt epoch seconds
 */
public record EventRow(
    long id,
    String taskId,
    @Nullable Long runId,
    String kind,
    @Nullable String payload,
    long createdAt) {

  /** Reads a row of {@code SELECT * FROM task_events}. */
  public static EventRow of(Row row) {
    Long createdAt = row.seconds("created_at");
    return new EventRow(
        row.number("id"),
        row.requireText("task_id"),
        row.numberOrNull("run_id"),
        row.requireText("kind"),
        row.text("payload"),
        createdAt == null ? 0 : createdAt);
  }

  /** The payload; null when there is none or it is not a JSON object. */
  public @Nullable ObjectNode payloadObject() {
    return BoardJson.parseObject(payload);
  }
}
