package dev.talaria.board.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.text.BoardJson;
import org.jspecify.annotations.Nullable;

/** Appends to the event log. Whoever changes a status calls this in the same transaction. */
public final class Events {
  private static final String APPEND =
      "INSERT INTO task_events (task_id, run_id, kind, payload, created_at) VALUES (?, ?, ?, ?, ?)";

  private Events() {}

  /** Appends one event; a null or empty payload is stored as NULL. */
  public static void append(
      Tx tx, String taskId, @Nullable Long runId, String kind, @Nullable ObjectNode payload) {
    tx.update(APPEND, taskId, runId, kind, BoardJson.column(payload), tx.now());
  }

  /** As {@link #append}, and says the event's id. */
  public static long appendForId(
      Tx tx, String taskId, @Nullable Long runId, String kind, @Nullable ObjectNode payload) {
    return tx.insert(APPEND, taskId, runId, kind, BoardJson.column(payload), tx.now());
  }
}
