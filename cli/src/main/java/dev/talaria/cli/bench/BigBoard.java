package dev.talaria.cli.bench;

import dev.talaria.board.Board;
import java.util.List;

/**
 * Fills a board by bulk SQL: in each 20 tasks 16 are done, with run, events and now and then a comment, 3 are todo behind
 * an unfinished and a finished parent, and 1 is ready. They lie mixed, in ten lanes, with ids spread as random ones are.
 */
final class BigBoard {
  static final int LANES = 10;
  private static final int CHUNK = 20_000;

  private static final String NUMBERS =
      "WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2) ";
  // an odd factor maps the numbers below 2^32 onto each other
  private static final String ID = "printf('t_%08x', ((${i}) * 2654435761) & 4294967295)";
  private static final String TASKS = NUMBERS + """
      INSERT INTO tasks (id, title, body, assignee, status, priority, created_by, created_at, started_at, completed_at,
                         result)
      SELECT ${id}, 'Task number ' || i, 'What is to be done, in a sentence or two. It is the body of task ' || i || '.',
             'lane-' || (i / 20 % 10),
             CASE WHEN i % 20 < 16 THEN 'done' WHEN i % 20 < 19 THEN 'todo' ELSE 'ready' END,
             i % 3, 'bench', 1700000000 + i,
             CASE WHEN i % 20 < 16 THEN 1700000010 + i END,
             CASE WHEN i % 20 < 16 THEN 1700000070 + i END,
             CASE WHEN i % 20 < 16 THEN 'Done as asked' END
        FROM n
      """;
  private static final String LINKS = NUMBERS + """
      INSERT INTO task_links (parent_id, child_id)
      SELECT ${last}, ${id} FROM n WHERE i % 20 BETWEEN 16 AND 18
      UNION ALL
      SELECT ${first}, ${id} FROM n WHERE i % 20 BETWEEN 16 AND 18
      """;
  private static final String RUNS = NUMBERS + """
      INSERT INTO task_runs (id, task_id, profile, status, outcome, summary, metadata, started_at, ended_at)
      SELECT i + 1, ${id}, 'lane-' || (i / 20 % 10), 'done', 'completed', 'Did what was asked in task ' || i,
             '{"files":["a.txt","b.txt"]}', 1700000010 + i, 1700000070 + i
        FROM n
       WHERE i % 20 < 16
      """;
  private static final String EVENTS = NUMBERS + """
      INSERT INTO task_events (task_id, run_id, kind, payload, created_at)
      SELECT ${id}, NULL, 'created',
             '{"assignee":"lane-' || (i / 20 % 10) || '","status":"ready","parents":[],"tenant":null,"branch_name":null,"skills":null}',
             1700000000 + i
        FROM n
      UNION ALL
      SELECT ${id}, i + 1, 'claimed', '{"lock":"host:1","expires":1700000910,"run_id":' || (i + 1) || '}', 1700000010 + i
        FROM n WHERE i % 20 < 16
      UNION ALL
      SELECT ${id}, i + 1, 'completed', '{"result_len":13,"summary":"Did what was asked in task ' || i || '"}', 1700000070 + i
        FROM n WHERE i % 20 < 16
      """;
  private static final String COMMENTS = NUMBERS + """
      INSERT INTO task_comments (task_id, author, body, created_at)
      SELECT ${id}, 'user', 'A remark on it.', 1700000020 + i FROM n WHERE i % 20 = 3
      """;
  private static final String INDEXES =
      "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";

  private BigBoard() {}

  private record Index(String name, String sql) {}

  /** The id of the task with that number. */
  static String id(long number) {
    return "t_%08x".formatted(number * 2_654_435_761L & 0xFFFF_FFFFL);
  }

  /** Fills a new board. */
  static void fill(Board board, int tasks, Progress progress) {
    List<Index> indexes = board.write(tx -> {
      List<Index> found =
          tx.list(INDEXES, row -> new Index(row.requireText("name"), row.requireText("sql")));
      found.forEach(index -> tx.update("DROP INDEX " + index.name()));
      return found;
    });
    for (long from = 0; from < tasks; from += CHUNK) {
      long first = from;
      long end = Math.min(from + CHUNK, tasks);
      progress.say("filling a board: %d of %d tasks".formatted(from, tasks));
      board.change(tx -> {
        for (String sql : List.of(TASKS, LINKS, RUNS, EVENTS, COMMENTS)) {
          tx.update(withIds(sql), first, end);
        }
      });
      board.checkpoint();
    }
    for (Index index : indexes) {
      progress.say("filling a board: index " + index.name());
      board.change(tx -> tx.update(index.sql()));
      board.checkpoint();
    }
  }

  private static String withIds(String sql) {
    return sql.replace("${id}", ID.replace("${i}", "i"))
        .replace("${last}", ID.replace("${i}", "i / 20 * 20 + 19"))
        .replace("${first}", ID.replace("${i}", "i / 20 * 20"));
  }
}
