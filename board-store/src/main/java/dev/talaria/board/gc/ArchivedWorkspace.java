package dev.talaria.board.gc;

import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The scratch workspace of an archived task.
 *
 * @param rowid its place in the order in which they are read
 * @param path as the board has it; null for the usual place
 * @param launched whether a launcher has not said yet that the task's worker ended
 * @param pid the process that was started for it last, if the board knows one
 * @param spawnedAt when that was, epoch seconds
 */
public record ArchivedWorkspace(
    long rowid,
    String taskId,
    @Nullable String path,
    boolean launched,
    @Nullable Long pid,
    long spawnedAt) {
  private static final String NEXT = """
      SELECT t.rowid AS n, t.id, t.workspace_path,
             EXISTS (SELECT 1
                       FROM talaria_runs lr
                       JOIN task_runs r ON r.id = lr.run_id
                      WHERE r.task_id = t.id
                        AND lr.exited_at IS NULL) AS launched,
             s.payload, s.created_at
        FROM tasks t
        LEFT JOIN task_events s
          ON s.id = (SELECT max(e.id) FROM task_events e WHERE e.task_id = t.id AND e.kind = 'spawned')
       WHERE t.status = 'archived'
         AND t.workspace_kind = 'scratch'
         AND t.rowid > ?
       ORDER BY t.rowid
       LIMIT ?
      """;

  /** The next ones after a place. */
  static List<ArchivedWorkspace> after(Tx tx, long rowid, int most) {
    return tx.list(NEXT, ArchivedWorkspace::of, rowid, most);
  }

  private static ArchivedWorkspace of(Row row) {
    var payload = dev.talaria.board.text.BoardJson.parseObject(row.text("payload"));
    Long spawnedAt = row.seconds("created_at");
    return new ArchivedWorkspace(
        row.number("n"),
        row.requireText("id"),
        row.text("workspace_path"),
        row.number("launched") == 1,
        payload != null && payload.path("pid").isIntegralNumber()
            ? payload.path("pid").asLong()
            : null,
        spawnedAt == null ? 0 : spawnedAt);
  }
}
