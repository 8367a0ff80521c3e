package dev.talaria.protocol.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.TaskKey;
import org.jspecify.annotations.Nullable;

/**
 * One row of a board's {@code task_events}, as published on {@code transitions} (key: the task key). Its identity is
 * (board, lineage, event). hermes may write kinds that we do not know, so the kind stays text and the payload a tree.
 *
 * @param board the board
 * @param lineage which life of the board's file the row belongs to
 * @param event {@code task_events.id}
 * @param task the task id on the board
 * @param run the run that the row speaks of, if any
 * @param kind the event kind as stored
 * @param at epoch seconds, as stored
 * @param status what the event makes of the task's status; absent where it leaves it alone or cannot be known
 * @param payload the row's payload, if it has a readable one
 * @param image the task and its open run as they stood when the batch was read; on the last event of the task in its
 *     batch only
 * @param backfill true where history is published anew: it informs, and nothing acts on it
 */
public record Transition(
    BoardKey board,
    long lineage,
    long event,
    String task,
    @Nullable Long run,
    String kind,
    long at,
    @Nullable String status,
    @Nullable ObjectNode payload,
    @Nullable Image image,
    @Nullable Boolean backfill)
    implements Message {

  public TaskKey taskKey() {
    return board.task(task);
  }

  public boolean isBackfill() {
    return Boolean.TRUE.equals(backfill);
  }

  /**
   * A task as it stands.
   *
   * @param task every column of the row, by name
   * @param run every column of the open run, if one is open
   * @param parents ids of its parents
   * @param truncated the whole length, in characters, of each text that was cut
   */
  public record Image(
      ObjectNode task,
      @Nullable ObjectNode run,
      JsonNode parents,
      @Nullable ObjectNode truncated) {}
}
