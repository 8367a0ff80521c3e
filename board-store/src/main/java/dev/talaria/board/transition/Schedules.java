package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Scheduled tasks that wake by themselves, which hermes's do not. A row belongs to one {@code scheduled} event: when
 * hermes, which knows nothing of the row, lets the task go or schedules it again, the row means nothing any more.
 */
public final class Schedules {
  private static final int AT_ONCE = 500;

  static final String DUE =
      "SELECT * FROM talaria_schedules WHERE at <= ? ORDER BY at, task_id LIMIT ?";
  private static final String GET = "SELECT * FROM talaria_schedules WHERE task_id = ?";
  private static final String NEXT =
      "SELECT at AS n FROM talaria_schedules ORDER BY at, task_id LIMIT 1";
  private static final String PUT = """
      INSERT INTO talaria_schedules (task_id, at, author, set_at, event_id)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (task_id) DO UPDATE
        SET at = excluded.at, author = excluded.author, set_at = excluded.set_at, event_id = excluded.event_id
      """;
  private static final String DELETE = "DELETE FROM talaria_schedules WHERE task_id = ?";
  private static final String LAST_SCHEDULED =
      "SELECT max(id) AS n FROM task_events WHERE task_id = ? AND kind = 'scheduled'";

  private Schedules() {}

  /** When a task wakes. Times are epoch seconds. */
  public record Schedule(
      String taskId, long at, @Nullable String author, long setAt, long eventId) {
    static Schedule of(Row row) {
      return new Schedule(
          row.requireText("task_id"),
          row.number("at"),
          row.text("author"),
          row.number("set_at"),
          row.number("event_id"));
    }
  }

  /**
   * Puts a task aside until {@code at}, epoch seconds, or until someone unblocks it. A task that is scheduled already gets
   * the new time. False when the task is in another status or run.
   */
  public static boolean scheduleAt(
      Tx tx,
      String taskId,
      @Nullable String reason,
      @Nullable Long runId,
      long at,
      @Nullable String author) {
    ObjectNode payload = BoardJson.object().put("reason", reason).put("scheduled_at", at);
    Long event = Blocks.schedule(tx, taskId, reason, payload, runId).orElse(null);
    if (event == null) {
      if (runId != null || !isScheduled(tx, taskId)) {
        return false;
      }
      event = Events.appendForId(tx, taskId, null, EventKind.SCHEDULED, payload);
    }
    tx.update(PUT, taskId, at, author, tx.now(), event);
    return true;
  }

  /**
   * Lets go, as an unblock does, what is due; some hundreds at once, the rest at the next call. Says which.
   *
   * <p>To be called at every tick of whoever dispatches the board.
   */
  public static List<String> wakeDue(Tx tx) {
    List<String> woken = new ArrayList<>();
    for (Schedule due : tx.list(DUE, Schedule::of, tx.now(), AT_ONCE)) {
      if (isInForce(tx, due)) {
        ObjectNode payload = BoardJson.object().put("scheduled_at", due.at());
        Blocks.letGo(tx, due.taskId(), payload);
        woken.add(due.taskId());
      } else {
        forget(tx, due.taskId());
      }
    }
    return woken;
  }

  /** The time of a scheduled task; empty when it has none, or is not scheduled any more. */
  public static Optional<Schedule> get(Tx tx, String taskId) {
    return tx.first(GET, Schedule::of, taskId).filter(schedule -> isInForce(tx, schedule));
  }

  /** When {@link #wakeDue} may next have something to do, epoch seconds. */
  public static Optional<Long> next(Tx tx) {
    return tx.first(NEXT, row -> row.number("n"));
  }

  static void forget(Tx tx, String taskId) {
    tx.update(DELETE, taskId);
  }

  private static boolean isInForce(Tx tx, Schedule schedule) {
    return isScheduled(tx, schedule.taskId())
        && tx.number(LAST_SCHEDULED, schedule.taskId()) == schedule.eventId();
  }

  private static boolean isScheduled(Tx tx, String taskId) {
    return Tasks.find(tx, taskId).filter(task -> task.is(TaskStatus.SCHEDULED)).isPresent();
  }
}
