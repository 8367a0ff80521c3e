package dev.talaria.cli.fleet;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.TaskList;
import dev.talaria.board.task.Tasks;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** A host's board, with what each task that was put on it is to end as. */
final class FleetBoard {
  private final Path db;
  private final String key;
  private final BoardOptions options =
      new BoardOptions(InstantSource.system(), TaskIds.random(new Random()));
  private final TaskCreation creation = new TaskCreation(Skills.hermesToolsets(), null);
  private final Map<String, Expected> expected = new LinkedHashMap<>();

  /**
   * What a task is to end as.
   *
   * @param outcomes of its runs, in order; those that were lost with their host left out
   */
  record Expected(String title, String status, List<String> outcomes) {}

  FleetBoard(String host, Path home) {
    this.key = host + "/default";
    this.db = home.resolve("kanban.db");
    try (Board board = Board.openOrCreate(db, options)) {
      board.write(tx -> true);
    }
  }

  String key() {
    return key;
  }

  Map<String, Expected> expected() {
    return expected;
  }

  /** Tasks to be created together. */
  final class Batch {
    private final List<Function<List<String>, NewTask>> tasks = new ArrayList<>();
    private final List<Expected> ends = new ArrayList<>();

    Batch add(NewTask task, String status, String... outcomes) {
      return addChild(made -> task, status, outcomes);
    }

    /** A task that is a child of the one before it. */
    Batch then(NewTask task, String status, String... outcomes) {
      return addChild(
          made -> task.withParents(List.of(made.get(made.size() - 1))), status, outcomes);
    }

    private Batch addChild(
        Function<List<String>, NewTask> task, String status, String... outcomes) {
      tasks.add(task);
      ends.add(new Expected("", status, List.of(outcomes)));
      return this;
    }

    /** Creates them in one transaction; their ids. */
    List<String> create() {
      List<String> ids = new ArrayList<>();
      try (Board board = Board.openOrCreate(db, options)) {
        board.write(tx -> {
          for (int i = 0; i < tasks.size(); i++) {
            NewTask task = tasks.get(i).apply(ids).withCreatedBy("test");
            String id = creation.create(tx, task).taskId();
            ids.add(id);
            Expected end = ends.get(i);
            expected.put(id, new Expected(task.title(), end.status(), end.outcomes()));
          }
          return true;
        });
      }
      return ids;
    }
  }

  Batch batch() {
    return new Batch();
  }

  <T> T read(Function<Tx, T> work) {
    try (Board board = Board.openReadOnly(db, options)) {
      return board.read(work::apply);
    }
  }

  List<Task> tasks() {
    return read(tx -> TaskList.list(tx, TaskFilter.all()));
  }

  List<Run> runs(String task) {
    return read(tx -> Tasks.runs(tx, task));
  }

  List<EventRow> events(String task) {
    return read(tx -> EventLog.ofTask(tx, task));
  }

  /** Granted runs whose worker's end the board has not heard of, in words. */
  List<String> unsettled() {
    return read(tx -> tx.list(
        """
        SELECT lr.run_id, lr.launcher, lr.started_at, r.outcome
        FROM talaria_runs lr JOIN task_runs r ON r.id = lr.run_id
        WHERE lr.exited_at IS NULL ORDER BY lr.run_id""",
        row -> "run %d of %s, started %s, outcome %s"
            .formatted(
                row.number("run_id"),
                row.requireText("launcher"),
                row.numberOrNull("started_at"),
                row.text("outcome"))));
  }
}
