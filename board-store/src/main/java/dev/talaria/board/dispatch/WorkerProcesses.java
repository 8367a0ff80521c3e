package dev.talaria.board.dispatch;

import dev.talaria.board.Tx;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which process a worker is that no launcher of ours supervises. The id alone keeps a dead claim alive for ever when
 * another process gets it (contract Q16).
 */
public final class WorkerProcesses {
  private static final String PUT = """
      INSERT INTO talaria_processes (run_id, pid, identity, seen_at)
      VALUES (?, ?, ?, ?)
      ON CONFLICT (run_id) DO UPDATE
        SET pid = excluded.pid, identity = excluded.identity, seen_at = excluded.seen_at
      """;
  private static final String GET =
      "SELECT identity FROM talaria_processes WHERE run_id = ? AND pid = ?";
  private static final String TRIM = """
      DELETE FROM talaria_processes
       WHERE seen_at < ?
         AND NOT EXISTS (SELECT 1
                           FROM task_runs r
                          WHERE r.id = talaria_processes.run_id
                            AND r.ended_at IS NULL)
      """;

  private WorkerProcesses() {}

  /** Remembers the process that was seen as this run's worker. */
  public static void remember(Tx tx, long runId, long pid, String identity) {
    tx.update(PUT, runId, pid, identity, tx.now());
  }

  /** What the run's worker was seen to be, under this process id. */
  public static Optional<String> identity(Tx tx, long runId, @Nullable Long pid) {
    return tx.first(GET, row -> row.requireText("identity"), runId, pid);
  }

  /** Forgets workers of closed runs that were seen before {@code olderThan}, epoch seconds. */
  public static int trim(Tx tx, long olderThan) {
    return tx.update(TRIM, olderThan);
  }
}
