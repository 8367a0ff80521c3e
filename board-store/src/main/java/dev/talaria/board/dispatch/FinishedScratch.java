package dev.talaria.board.dispatch;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.schema.BoardFacts;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scratch workspaces of tasks that somebody else than a launcher of ours completed. hermes removes one inside the
 * completion, under its worker's feet and before anybody could carry an artifact away (contract Q29); here it goes later,
 * once its worker is gone.
 */
public final class FinishedScratch {
  /** For notifiers to carry away what was made. */
  static final long KEPT_SECONDS = 60;

  /** A worker that goes on for longer keeps its workspace, until it is collected with its archived task. */
  static final long PATIENCE_SECONDS = 86_400;

  private static final String CURSOR = "scratch_cursor";
  private static final long EVENTS_AT_ONCE = 20_000;

  private static final String COMPLETED = """
      INSERT INTO talaria_scratch (task_id, run_id, since)
      SELECT e.task_id, max(e.run_id), max(e.created_at)
        FROM task_events e
        JOIN tasks t ON t.id = e.task_id
       WHERE e.id > ?
         AND e.id <= ?
         AND e.kind = 'completed'
         AND t.workspace_kind = 'scratch'
         AND t.workspace_path IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM talaria_runs lr WHERE lr.run_id = e.run_id)
       GROUP BY e.task_id
      ON CONFLICT (task_id) DO UPDATE
        SET run_id = excluded.run_id, since = excluded.since
      """;
  private static final String DUE = """
      SELECT s.task_id, s.run_id, t.workspace_path, p.identity,
             (SELECT json_extract(e.payload, '$.pid')
                FROM task_events e
               WHERE e.run_id = s.run_id
                 AND e.kind = 'spawned'
                 AND json_valid(e.payload)
               ORDER BY e.id DESC
               LIMIT 1) AS pid
        FROM talaria_scratch s
        JOIN tasks t ON t.id = s.task_id
        LEFT JOIN talaria_processes p ON p.run_id = s.run_id
       WHERE s.since <= ?
         AND s.since > ?
         AND t.status IN ('done', 'archived')
         AND t.workspace_path IS NOT NULL
       ORDER BY s.since
       LIMIT ?
      """;
  private static final String DROP_OVERTAKEN = """
      DELETE FROM talaria_scratch
       WHERE since <= ?
          OR NOT EXISTS (SELECT 1
                           FROM tasks t
                          WHERE t.id = talaria_scratch.task_id
                            AND t.status IN ('done', 'archived'))
      """;
  private static final String FORGET = "DELETE FROM talaria_scratch WHERE task_id = ?";

  private FinishedScratch() {}

  /**
   * A workspace that may go once its worker is gone.
   *
   * @param pid of the worker that completed the task; null when it had none that is known
   * @param identity names that process; null when nobody looked
   */
  public record Leftover(
      String taskId,
      Path workspace,
      @Nullable Long pid,
      @Nullable String identity) {
    /** Whether nobody works there any more. */
    public boolean isAbandoned(Processes processes) {
      return pid == null || !processes.isAlive(pid, identity);
    }
  }

  /** Notes the tasks that were completed since the last call; the first call only says from where on. */
  public static void note(Tx tx) {
    long newest = EventLog.maxIds(tx).events();
    long from = BoardFacts.get(tx, CURSOR).map(Long::parseLong).orElse(newest);
    long to = Math.min(newest, from + EVENTS_AT_ONCE);
    if (to > from) {
      tx.update(COMPLETED, from, to);
    }
    BoardFacts.put(tx, CURSOR, Long.toString(Math.min(to, newest)));
    tx.update(DROP_OVERTAKEN, tx.now() - PATIENCE_SECONDS);
  }

  /** What may go, oldest first. */
  public static List<Leftover> due(Tx tx, int limit) {
    return tx.list(
        DUE,
        row -> new Leftover(
            row.requireText("task_id"),
            Path.of(row.requireText("workspace_path")),
            row.numberOrNull("pid"),
            row.text("identity")),
        tx.now() - KEPT_SECONDS,
        tx.now() - PATIENCE_SECONDS,
        limit);
  }

  /** It is gone, or never will be. */
  public static void forget(Tx tx, String taskId) {
    tx.update(FORGET, taskId);
  }
}
