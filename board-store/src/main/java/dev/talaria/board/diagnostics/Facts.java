package dev.talaria.board.diagnostics;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Run;
import dev.talaria.board.text.BoardJson;
import java.util.List;

/** One task under examination; its events and runs are read when a rule asks for them. */
record Facts(Tx tx, Subject task, Thresholds thresholds) {
  static final String EVENTS = """
      SELECT *
        FROM task_events
       WHERE task_id = ?
         AND kind IN (SELECT value FROM json_each(?))
       ORDER BY id
      """;
  static final String CLOSED_RUNS = """
      SELECT *
        FROM task_runs
       WHERE task_id = ?
         AND outcome IS NOT NULL
       ORDER BY id DESC
       LIMIT ?
      """;
  /** Enough to see a streak's beginning; a task does not get there without tripping its breaker. */
  private static final int MOST_RUNS = 200;

  long now() {
    return tx.now();
  }

  /** The task's events of these kinds, oldest first. */
  List<EventRow> events(List<String> kinds) {
    return tx.list(EVENTS, EventRow::of, task.id(), BoardJson.array(kinds).toString());
  }

  /** The task's closed runs, newest first. */
  List<Run> closedRuns() {
    return tx.list(CLOSED_RUNS, Run::of, task.id(), MOST_RUNS);
  }
}
