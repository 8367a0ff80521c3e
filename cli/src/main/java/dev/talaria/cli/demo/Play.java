package dev.talaria.cli.demo;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.TaskList;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Blocks;
import java.time.Duration;
import java.util.List;

/**
 * The demo from the first task to the last: follows the board, and acts as its operator, who helps the quiet worker once.
 * One thread.
 */
final class Play {
  private static final Duration PAUSE = Duration.ofMillis(40);
  private static final int BATCH = 500;
  private static final String OPERATOR = "operator";

  private final Board board;
  private final Cast cast;
  private final LiveView view;
  private long cursor;
  private boolean helped;

  Play(Board board, Cast cast, LiveView view) {
    this.board = board;
    this.cast = cast;
    this.view = view;
  }

  /**
   * Puts the tasks on the board and follows them.
   *
   * @param until {@link System#nanoTime()} at which it is over in any case
   * @return whether nothing was left to do
   */
  boolean run(long until) throws InterruptedException {
    board.change(cast::enter);
    while (System.nanoTime() < until) {
      long version = board.dataVersion();
      if (follow() && isOver()) {
        return true;
      }
      do {
        Thread.sleep(PAUSE.toMillis());
      } while (board.dataVersion() == version && System.nanoTime() < until);
    }
    return false;
  }

  /** Shows what is new; false when the operator acted on it, so that there is more to come. */
  private boolean follow() {
    boolean acted = false;
    while (true) {
      List<EventRow> events = board.read(tx -> EventLog.eventsAfter(tx, cursor, BATCH));
      if (events.isEmpty()) {
        return !acted;
      }
      for (EventRow event : events) {
        cursor = event.id();
        Task task = board.read(tx -> Tasks.find(tx, event.taskId())).orElseThrow();
        view.show(task, event);
        if (!helped
            && event.kind().equals(EventKind.BLOCKED)
            && Cast.QUIET.equals(task.assignee())) {
          helped = true;
          acted = true;
          board.change(tx -> help(tx, task.id()));
        }
      }
    }
  }

  private void help(Tx tx, String task) {
    Comments.add(tx, task, OPERATOR, "The code is " + Cast.CODE + ". Turn it slowly.");
    if (!cast.workerApi()) {
      Assignments.assign(tx, task, Cast.HEARD);
    }
    Blocks.unblock(tx, task);
  }

  /** Nothing is left to do, and nothing happened that was not shown. */
  private boolean isOver() {
    return board.read(tx -> {
      List<Task> tasks = TaskList.list(tx, TaskFilter.all());
      return EventLog.maxIds(tx).events() == cursor
          && tasks.size() >= cast.size()
          && tasks.stream()
              .allMatch(task -> task.is(TaskStatus.DONE) || task.is(TaskStatus.BLOCKED));
    });
  }
}
