package dev.talaria.board.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Row;
import dev.talaria.board.text.BoardJson;
import org.jspecify.annotations.Nullable;

/** One row of {@code task_runs}: one attempt. Open while {@code endedAt} is null. Times are epoch seconds. */
public record Run(
    long id,
    String taskId,
    @Nullable String profile,
    @Nullable String stepKey,
    String status,
    @Nullable String claimLock,
    @Nullable Long claimExpires,
    @Nullable Long workerPid,
    @Nullable Long maxRuntimeSeconds,
    @Nullable Long lastHeartbeatAt,
    @Nullable Long startedAt,
    @Nullable Long endedAt,
    @Nullable String outcome,
    @Nullable String summary,
    @Nullable String metadataText,
    @Nullable String error) {

  /** Reads a row of {@code SELECT * FROM task_runs}. */
  public static Run of(Row row) {
    return new Run(
        row.number("id"),
        row.requireText("task_id"),
        row.text("profile"),
        row.text("step_key"),
        row.requireText("status"),
        row.text("claim_lock"),
        row.seconds("claim_expires"),
        row.numberOrNull("worker_pid"),
        row.numberOrNull("max_runtime_seconds"),
        row.seconds("last_heartbeat_at"),
        row.seconds("started_at"),
        row.seconds("ended_at"),
        row.text("outcome"),
        row.text("summary"),
        row.text("metadata"),
        row.text("error"));
  }

  public boolean isOpen() {
    return endedAt == null;
  }

  /** What the worker handed over; null when nothing, or unreadable. */
  public @Nullable ObjectNode metadata() {
    return BoardJson.parseObject(metadataText);
  }
}
