package dev.talaria.cli.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;

/** Looks at a board while others write it: whether anything was committed, and whether what is there makes sense. */
final class BoardWatch implements AutoCloseable {
  private static final String RUN_OPEN_EXACTLY_WHILE_RUNNING = """
      SELECT count(*) AS n
        FROM tasks t
       WHERE (t.status = 'running') <> EXISTS (
               SELECT 1 FROM task_runs r WHERE r.id = t.current_run_id AND r.ended_at IS NULL)
      """;
  private static final String OPEN_RUNS_OF_NOBODY = """
      SELECT count(*) AS n
        FROM task_runs r
       WHERE r.ended_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.current_run_id = r.id)
      """;
  private static final String READY_BEHIND_UNFINISHED = """
      SELECT count(*) AS n
        FROM task_links l
        JOIN tasks c ON c.id = l.child_id
        JOIN tasks p ON p.id = l.parent_id
       WHERE c.status = 'ready'
         AND p.status NOT IN ('done', 'archived')
      """;
  private static final String CYCLES = """
      WITH RECURSIVE below(root, id) AS (
        SELECT parent_id, child_id FROM task_links
        UNION
        SELECT b.root, l.child_id FROM below b JOIN task_links l ON l.parent_id = b.id
      )
      SELECT count(*) AS n FROM below WHERE root = id
      """;
  private static final String LINKS_TO_NOWHERE = """
      SELECT count(*) AS n
        FROM task_links
       WHERE parent_id NOT IN (SELECT id FROM tasks)
          OR child_id NOT IN (SELECT id FROM tasks)
      """;
  private static final String REFUSALS =
      "SELECT count(*) AS n FROM task_events WHERE kind = 'completion_blocked_hallucination'";

  private final Board board;
  private long version;
  private long refusals;

  BoardWatch(Board board) {
    this.board = board;
    mark();
  }

  /** From now on is meant by {@link #wasChanged}. */
  void mark() {
    version = board.dataVersion();
    refusals = number(REFUSALS);
  }

  /** Whether anybody else committed since; the record of a refused completion does not count. */
  boolean wasChanged() {
    return board.dataVersion() != version && number(REFUSALS) == refusals;
  }

  void check() {
    board.read(tx -> {
      assertThat(tx.number(RUN_OPEN_EXACTLY_WHILE_RUNNING))
          .as("tasks that are running without an open run, or the other way round")
          .isZero();
      assertThat(tx.number(OPEN_RUNS_OF_NOBODY)).as("open runs of no task").isZero();
      assertThat(tx.number(READY_BEHIND_UNFINISHED))
          .as("ready tasks with unfinished parents")
          .isZero();
      assertThat(tx.number(CYCLES)).as("links in a cycle").isZero();
      assertThat(tx.number(LINKS_TO_NOWHERE)).as("links to unknown tasks").isZero();
      return tx.now();
    });
    assertThat(board.integrityCheck()).isEmpty();
  }

  private long number(String sql) {
    return board.read((Tx tx) -> tx.number(sql));
  }

  @Override
  public void close() {
    board.close();
  }
}
