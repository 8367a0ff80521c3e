package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;
import org.jspecify.annotations.Nullable;

/** The event of a tripped breaker, with the companion that makes hermes respect it when it is final. */
public final class GiveUps {
  private static final String DEFAULT_REASON = "gave up after repeated failures";

  private GiveUps() {}

  /** Appends {@code gave_up} for a task that was just blocked. */
  public static void append(
      Tx tx, String taskId, @Nullable Long runId, ObjectNode payload, Recompute recompute) {
    Events.append(tx, taskId, runId, EventKind.GAVE_UP, payload);
    if (recompute.isFinal(tx, taskId)) {
      Events.append(tx, taskId, runId, EventKind.BLOCKED, companion(payload));
    }
  }

  private static ObjectNode companion(ObjectNode gaveUp) {
    String reason = gaveUp.hasNonNull("reason")
        ? gaveUp.path("reason").asText()
        : gaveUp.path("error").asText(DEFAULT_REASON);
    return BoardJson.object().put("reason", reason).put(Gate.COMPANION_OF, EventKind.GAVE_UP);
  }
}
