package dev.talaria.board.dispatch;

import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Since when tasks can be started, as their events tell: the last of those that made them ready or named somebody for them;
 * after a decision to wait, the end of that wait. Empty where these events are gone.
 */
public final class ReadySince {
  private static final String MAKES_READY = """
      kind IN ('created', 'status', 'unblocked', 'promoted', 'promoted_manual', 'assigned', 'decided', 'reclaimed',
               'crashed', 'protocol_violation', 'timed_out', 'stale', 'spawn_failed', 'rate_limited', 'launcher_lost',
               'interrupted', 'submitted')
      """;
  private static final String LATEST = """
      SELECT id, created_at,
             CASE WHEN kind = 'decided' AND json_valid(payload)
                  THEN json_extract(payload, '$.not_before')
             END AS not_before
        FROM task_events
       WHERE task_id = ?
         AND id < ?
         AND %s
       ORDER BY id DESC
       LIMIT 1
      """.formatted(MAKES_READY);
  private static final String FIRST_OF_RUN =
      "SELECT min(id) AS n FROM task_events WHERE run_id = ?";

  // a bounded number of a lane's tasks is read from the index alone, the oldest of them are looked
  // at
  static final String OLDEST_CREATED = """
      SELECT t.id, old.created_at
        FROM (SELECT r, created_at
                FROM (SELECT rowid AS r, created_at
                        FROM tasks INDEXED BY talaria_ready
                       WHERE status = 'ready'
                         AND assignee = ?
                       LIMIT ?)
               ORDER BY created_at
               LIMIT ?) old
        CROSS JOIN tasks t ON t.rowid = old.r
       WHERE t.claim_lock IS NULL
         AND NOT EXISTS (SELECT 1
                           FROM talaria_holds h
                          WHERE h.task_id = t.id
                            AND (h.reason = 'decision' OR h.until > ?))
       ORDER BY old.created_at
      """;
  private static final int MOST_SCANNED = 5_000;
  private static final int MOST_LOOKED_AT = 200;

  private ReadySince() {}

  /**
   * When a task became ready.
   *
   * @param event by which; 0 where a time that had to pass made it so
   * @param at epoch seconds
   */
  public record Since(long event, long at) {
    static Since of(Row row) {
      Long at = row.seconds("created_at");
      Long notBefore = row.numberOrNull("not_before");
      return notBefore == null
          ? new Since(row.number("id"), at == null ? 0 : at)
          : new Since(0, notBefore);
    }
  }

  /** Since when the task of this run had been ready when it was claimed. */
  public static Optional<Since> ofRun(Tx tx, String taskId, long runId) {
    long claimed = tx.number(FIRST_OF_RUN, runId);
    return claimed == 0 ? Optional.empty() : tx.first(LATEST, Since::of, taskId, claimed);
  }

  /**
   * Since when, in epoch seconds, the task has been ready that has waited longest of those of a lane that nothing on the
   * board holds back; null without one. Looks at the 200 oldest of the 5,000 that would be granted first.
   */
  public static @Nullable Long oldestOf(Tx tx, String lane) {
    long[] oldest = {Long.MAX_VALUE};
    tx.each(
        OLDEST_CREATED,
        row -> {
          Long created = row.seconds("created_at");
          if (created != null && created >= oldest[0]) {
            return false; // neither this nor a younger one became ready earlier
          }
          Long since = tx.first(LATEST, Since::of, row.requireText("id"), Long.MAX_VALUE)
              .map(Since::at)
              .orElse(created);
          oldest[0] = Math.min(oldest[0], since == null ? Long.MAX_VALUE : since);
          return true;
        },
        lane,
        MOST_SCANNED,
        MOST_LOOKED_AT,
        tx.now());
    return oldest[0] == Long.MAX_VALUE ? null : Long.valueOf(oldest[0]);
  }
}
