package dev.talaria.cli.bench;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The yardsticks: what SQLite itself takes for a durable transaction of one row, and for the rows that hermes's schema
 * obliges each operation to write, with nothing looked up and nothing of Talaria's beside them. Each on a file of its own,
 * opened as every board is.
 */
final class BareRows implements AutoCloseable {
  private static final String ONE = "INSERT INTO bench (text) VALUES (?)";
  private static final String TASK = """
      INSERT INTO tasks (id, title, assignee, status, priority, created_by, created_at)
      VALUES (?, 'bench', 'bench', 'ready', 0, 'bench', ?)
      """;
  private static final String EVENT =
      "INSERT INTO task_events (task_id, run_id, kind, payload, created_at) VALUES (?, ?, ?, ?, ?)";
  private static final String CREATED =
      "{\"assignee\":\"bench\",\"status\":\"ready\",\"parents\":[],\"tenant\":null,\"branch_name\":null,\"skills\":null}";
  private static final String RUN = """
      INSERT INTO task_runs (id, task_id, profile, status, claim_lock, claim_expires, started_at)
      VALUES (?, ?, 'bench', 'running', 'bench:1', ?, ?)
      """;
  private static final String CLAIM = """
      UPDATE tasks
         SET status = 'running', claim_lock = 'bench:1', claim_expires = ?, started_at = ?, current_run_id = ?
       WHERE id = ?
      """;
  private static final String CLAIMED = "{\"lock\":\"bench:1\",\"expires\":%d,\"run_id\":%d}";
  private static final String COMPLETE = """
      UPDATE tasks
         SET status = 'done', completed_at = ?, claim_lock = NULL, claim_expires = NULL, current_run_id = NULL
       WHERE id = ?
      """;
  private static final String CLOSE = """
      UPDATE task_runs
         SET status = 'done', outcome = 'completed', summary = 'done', ended_at = ?, claim_lock = NULL,
             claim_expires = NULL
       WHERE id = ?
      """;
  private static final String COMPLETED = "{\"result_len\":0,\"summary\":\"done\"}";
  private static final long TTL_SECONDS = 900;

  private final Board one;
  private final Board rows;
  private final Deque<String> created = new ArrayDeque<>();
  private final Deque<String> claimed = new ArrayDeque<>();
  private long lastRun;
  private long lastEnd;

  /**
   * Takes two new boards over.
   *
   * @param one for the single row
   * @param rows for the rows of the operations
   */
  BareRows(Board one, Board rows) {
    this.one = one;
    this.rows = rows;
    one.change(tx -> tx.update("CREATE TABLE bench (id INTEGER PRIMARY KEY, text TEXT)"));
    rows.change(tx -> tx.list(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'talaria%'",
            row -> row.requireText("name"))
        .forEach(index -> tx.update("DROP INDEX " + index)));
  }

  Board one() {
    return one;
  }

  Board rows() {
    return rows;
  }

  void one(Tx tx) {
    tx.update(ONE, "a row");
  }

  void create(Tx tx) {
    String id = tx.newTaskId();
    tx.update(TASK, id, tx.now());
    tx.update(EVENT, id, null, "created", CREATED, tx.now());
    created.add(id);
  }

  void claim(Tx tx) {
    String id = created.remove();
    long run = ++lastRun;
    long expires = tx.now() + TTL_SECONDS;
    tx.update(RUN, run, id, expires, tx.now());
    tx.update(CLAIM, expires, tx.now(), run, id);
    tx.update(EVENT, id, run, "claimed", CLAIMED.formatted(expires, run), tx.now());
    claimed.add(id);
  }

  void complete(Tx tx) {
    String id = claimed.remove();
    long run = ++lastEnd;
    tx.update(COMPLETE, tx.now(), id);
    tx.update(CLOSE, tx.now(), run);
    tx.update(EVENT, id, run, "completed", COMPLETED, tx.now());
  }

  @Override
  public void close() {
    one.close();
    rows.close();
  }
}
