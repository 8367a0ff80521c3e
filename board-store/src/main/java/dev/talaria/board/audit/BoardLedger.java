package dev.talaria.board.audit;

import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventRow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All of a board, row by row, for who compares it with what others know of it. Takes no memory. */
public final class BoardLedger {
  private static final String EVENTS = "SELECT * FROM task_events WHERE id <= ? ORDER BY id";
  private static final String TASKS =
      "SELECT id, status, assignee, model_override FROM tasks ORDER BY id";

  private BoardLedger() {}

  /** How a task stands, as far as others act on it. */
  public record Standing(
      String id,
      String status,
      @Nullable String assignee,
      @Nullable String modelOverride) {
    static Standing of(Row row) {
      return new Standing(
          row.requireText("id"),
          row.requireText("status"),
          row.text("assignee"),
          row.text("model_override"));
    }

    /** Whether old events of it may be collected. */
    public boolean isFinished() {
      return status.equals("done") || status.equals("archived");
    }
  }

  /** Every task. */
  public static void tasks(Tx tx, Consumer<Standing> each) {
    tx.each(TASKS, row -> {
      each.accept(Standing.of(row));
      return true;
    });
  }

  /** Every event up to an id, ascending. */
  public static void events(Tx tx, long upTo, Consumer<EventRow> each) {
    tx.each(
        EVENTS,
        row -> {
          each.accept(EventRow.of(row));
          return true;
        },
        upTo);
  }
}
