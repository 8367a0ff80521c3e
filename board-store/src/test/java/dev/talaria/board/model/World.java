package dev.talaria.board.model;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.ConflictException;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.transition.Recompute;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A board, the model of it, and the process that plays hermes on the same file, if there is one. */
final class World implements AutoCloseable {
  static final String REFUSED = "refused";
  static final long START = 1_700_000_000L;

  final Model model = new Model();
  final Recompute recompute = new Recompute(Model.AUTO_RECOVER_LIMIT);
  final TaskCreation creation = new TaskCreation(Skills.hermesToolsets(), null);
  final Board board;
  final Hermes hermes;
  private int drawn;
  private long cursor;
  long written;

  /**
   * A new world.
   *
   * @param hermes starts the other process on the file; may answer null
   */
  World(Path file, Function<Path, Hermes> hermes) {
    model.now = START;
    board = Board.openOrCreate(
        file,
        new BoardOptions(() -> Instant.ofEpochSecond(model.now), () -> Model.idOf(drawn++), 5_000));
    this.hermes = hermes.apply(file);
  }

  void beginStep(long seconds) {
    model.now += seconds;
    model.events.clear();
    drawn = model.named();
    written = 0;
  }

  /** One transaction of ours; a refusal is an answer. */
  String ours(Function<Tx, Object> work) {
    try {
      return board.write(tx -> {
        long before = tx.number("SELECT total_changes() AS n");
        String answer = String.valueOf(work.apply(tx));
        written = tx.number("SELECT total_changes() AS n") - before;
        return answer;
      });
    } catch (InvalidRequestException | ConflictException e) {
      return REFUSED;
    }
  }

  /** The events since the last call. */
  List<EventRow> newEvents() {
    List<EventRow> events = board.read(tx -> EventLog.eventsAfter(tx, cursor, 10_000));
    if (!events.isEmpty()) {
      cursor = events.get(events.size() - 1).id();
    }
    return events;
  }

  /** The board as {@link Model#snapshot} words it. */
  Map<String, String> snapshot() {
    return snapshot(board);
  }

  /** As {@link #snapshot()}, of another board. */
  static Map<String, String> snapshot(Board board) {
    return board.read(tx -> {
      Map<String, String> lines = new TreeMap<>();
      tx.list(TASKS, row -> lines.put(row.requireText("id"), row.requireText("line")));
      tx.list(
          RUNS,
          row -> lines.merge(
              row.requireText("task_id"), "\n    " + row.requireText("line"), String::concat));
      return lines;
    });
  }

  private static final String TASKS = """
      SELECT t.id,
             concat_ws('|', t.status, ifnull(t.assignee, 'null'), 'failures ' || t.consecutive_failures,
                       ifnull(t.last_failure_error, 'null'), 'lock ' || ifnull(t.claim_lock, 'null'),
                       ifnull(t.claim_expires, 'null'), 'pid ' || ifnull(t.worker_pid, 'null'),
                       'beat ' || ifnull(t.last_heartbeat_at, 'null'), 'run ' || ifnull(t.current_run_id, 'null'),
                       ifnull(t.started_at, 'null'), ifnull(t.completed_at, 'null'), 'result ' || ifnull(t.result, 'null'),
                       'model ' || ifnull(t.model_override, 'null'),
                       'comments ' || (SELECT count(*) FROM task_comments c WHERE c.task_id = t.id),
                       'parents [' || ifnull((SELECT group_concat(parent_id, ', ')
                                                FROM (SELECT parent_id FROM task_links WHERE child_id = t.id
                                                       ORDER BY parent_id)), '') || ']',
                       'hold ' || ifnull((SELECT h.reason || ' of ' || h.run_id || ' until ' || ifnull(h.until, 'null')
                                            FROM talaria_holds h WHERE h.task_id = t.id), 'null')) AS line
        FROM tasks t
      """;
  private static final String RUNS = """
      SELECT task_id,
             concat_ws('|', 'run ' || id, ifnull(profile, 'null'), status, ifnull(outcome, 'null'), ifnull(summary, 'null'),
                       ifnull(error, 'null'), ifnull(claim_lock, 'null'), ifnull(claim_expires, 'null'),
                       ifnull(worker_pid, 'null'), ifnull(last_heartbeat_at, 'null'), started_at,
                       ifnull(ended_at, 'null')) AS line
        FROM task_runs
       ORDER BY id
      """;

  @Override
  public void close() {
    if (hermes != null) {
      hermes.close();
    }
    board.close();
  }
}
