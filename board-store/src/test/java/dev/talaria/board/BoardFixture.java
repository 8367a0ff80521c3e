package dev.talaria.board;

import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Recompute;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** A board in a temporary directory whose time stands still until a test moves it. */
public final class BoardFixture implements AutoCloseable {
  public static final long START = 1_700_000_000L;

  public final Recompute recompute = new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT);
  public final TaskCreation creation = new TaskCreation(Skills.hermesToolsets(), null);
  public final Board board;
  private long now = START;

  public BoardFixture(Path directory) {
    board = Board.openOrCreate(
        directory.resolve("kanban.db"),
        new BoardOptions(() -> Instant.ofEpochSecond(now), TaskIds.random(new Random(7)), 5_000));
  }

  public void pass(long seconds) {
    now += seconds;
  }

  public long now() {
    return now;
  }

  public String create(NewTask task) {
    return board.write(tx -> creation.create(tx, task)).taskId();
  }

  public String ready(String title) {
    return create(NewTask.titled(title).withAssignee("coder"));
  }

  public String childOf(String... parents) {
    return create(NewTask.titled("child").withAssignee("coder").withParents(List.of(parents)));
  }

  public boolean did(Work<Boolean> work) {
    return board.write(work);
  }

  public int counted(Work<Integer> work) {
    return board.write(work);
  }

  /** Claims and says the run. */
  public long claim(String taskId) {
    ClaimResult result = board.write(tx -> Claims.claim(tx, taskId, "host:1", 900));
    return ((ClaimResult.Granted) result).runId();
  }

  public Task task(String taskId) {
    return board.read(tx -> Tasks.find(tx, taskId)).orElseThrow();
  }

  public String status(String taskId) {
    return task(taskId).status();
  }

  /** Kinds of the task's events, oldest first, with the run in brackets where there is one. */
  public List<String> kinds(String taskId) {
    return board.read(tx -> tx.list(
        "SELECT kind, run_id FROM task_events WHERE task_id = ? ORDER BY id",
        row -> row.requireText("kind") + (row.numberOrNull("run_id") == null ? "" : "[r]"),
        taskId));
  }

  /** The payload of the task's newest event of that kind, as stored. */
  public String payload(String taskId, String kind) {
    return board.read(tx -> tx.list(
            "SELECT payload FROM task_events WHERE task_id = ? AND kind = ? ORDER BY id DESC LIMIT 1",
            row -> String.valueOf(row.text("payload")),
            taskId,
            kind)
        .get(0));
  }

  @Override
  public void close() {
    board.close();
  }
}
