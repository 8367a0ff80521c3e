package dev.talaria.board.transition;

import dev.talaria.board.Tx;
import dev.talaria.board.text.BoardJson;
import java.util.List;

/**
 * What the event log says about a blocked task: whether a person blocked it, and whether its breaker tripped.
 *
 * @param sticky the newest of blocked and unblocked is blocked, companions of a give-up left out
 * @param gaveUp there is a give-up that no unblock followed
 * @param giveUps how many, since the last completion or unblock
 */
record Gate(boolean sticky, boolean gaveUp, int giveUps) {
  /** Marks a blocked event that only makes hermes respect a give-up. */
  static final String COMPANION_OF = "companion_of";

  // the condition on kind is that of the partial index talaria_stops, word for word
  private static final String NEWEST_FIRST = """
      SELECT id, kind, payload
        FROM task_events
       WHERE task_id = ?
         AND kind IN ('blocked', 'gave_up', 'unblocked')
       ORDER BY id DESC
      """;
  // only asked about tasks that gave up
  static final String LAST_COMPLETED =
      "SELECT max(id) AS n FROM task_events WHERE task_id = ? AND kind = 'completed'";

  private record Mark(long id, String kind, boolean companion) {
    boolean isGiveUp() {
      return kind.equals("gave_up");
    }
  }

  static Gate of(Tx tx, String taskId) {
    List<Mark> marks = tx.list(
        NEWEST_FIRST,
        row -> {
          var payload = BoardJson.parseObject(row.text("payload"));
          return new Mark(
              row.number("id"),
              row.requireText("kind"),
              payload != null && payload.has(COMPANION_OF));
        },
        taskId);
    boolean stickyKnown = false;
    boolean sticky = false;
    boolean unblocked = false;
    boolean gaveUp = false;
    boolean counting = true;
    int giveUps = 0;
    long completed =
        marks.stream().anyMatch(Mark::isGiveUp) ? tx.number(LAST_COMPLETED, taskId) : 0;
    for (Mark mark : marks) {
      switch (mark.kind()) {
        case "blocked" -> {
          sticky |= !stickyKnown && !mark.companion();
          stickyKnown |= !mark.companion();
        }
        case "unblocked" -> {
          stickyKnown = true;
          unblocked = true;
          counting = false;
        }
        case "gave_up" -> {
          gaveUp |= !unblocked;
          giveUps += counting && mark.id() > completed ? 1 : 0;
        }
        default -> throw new IllegalStateException(mark.kind());
      }
    }
    return new Gate(sticky, gaveUp, giveUps);
  }

  /** Whether a recompute may take the task out of blocked once its parents are finished. */
  boolean opens(boolean hasParents, int autoRecoverLimit) {
    return !sticky && (!gaveUp || recovers(hasParents, autoRecoverLimit));
  }

  /** Whether a task that gave up still has a recovery of its own left. */
  boolean recovers(boolean hasParents, int autoRecoverLimit) {
    return hasParents && giveUps <= autoRecoverLimit;
  }
}
