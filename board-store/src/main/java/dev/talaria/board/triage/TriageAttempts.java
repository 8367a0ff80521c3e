package dev.talaria.board.triage;

import dev.talaria.board.Tx;
import dev.talaria.board.text.HermesText;
import java.util.List;

/**
 * Which rough ideas an automatic decomposer takes next. An idea that could not be divided waits, longer each time, so that
 * the same few do not keep all others back.
 */
public final class TriageAttempts {
  /** After the first failure, in seconds; doubled with each one more. */
  static final long FIRST_WAIT = 300;
  /** A day: an idea is never given up, a person may have repaired what was wrong. */
  static final long LONGEST_WAIT = 86_400;

  private static final int REASON = 500;
  private static final int MOST_DOUBLINGS = 20;

  static final String DUE = """
      SELECT t.id
        FROM tasks t
        LEFT JOIN talaria_triage_attempts a ON a.task_id = t.id
       WHERE t.status = 'triage'
         AND (a.next_at IS NULL OR a.next_at <= ?)
       ORDER BY COALESCE(a.attempts, 0), t.priority DESC, t.created_at, t.rowid
       LIMIT ?
      """;
  private static final String ATTEMPTS =
      "SELECT attempts AS n FROM talaria_triage_attempts WHERE task_id = ?";
  private static final String NOTE = """
      INSERT INTO talaria_triage_attempts (task_id, attempts, reason, last_at, next_at)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (task_id) DO UPDATE
         SET attempts = excluded.attempts, reason = excluded.reason, last_at = excluded.last_at,
             next_at = excluded.next_at
      """;
  private static final String FORGET = "DELETE FROM talaria_triage_attempts WHERE task_id = ?";
  private static final String SWEEP = """
      DELETE FROM talaria_triage_attempts
       WHERE NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = task_id AND t.status = 'triage')
      """;

  private TriageAttempts() {}

  /** The ideas whose turn it is: those that never failed first, then by priority and age. */
  public static List<String> due(Tx tx, int limit) {
    return tx.list(DUE, row -> row.requireText("id"), tx.now(), limit);
  }

  /** Notes that an idea could not be taken out of triage, and says how many seconds it waits now. */
  public static long failed(Tx tx, String taskId, String reason) {
    long attempts = tx.number(ATTEMPTS, taskId) + 1;
    long doublings = Math.min(attempts - 1, MOST_DOUBLINGS);
    long wait = Math.min(LONGEST_WAIT, FIRST_WAIT << doublings);
    tx.update(NOTE, taskId, attempts, HermesText.cap(reason, REASON), tx.now(), tx.now() + wait);
    return wait;
  }

  /** It is out of triage, or is to be tried at once. */
  public static void forget(Tx tx, String taskId) {
    tx.update(FORGET, taskId);
  }

  /** Forgets what has left triage by other ways. */
  public static int sweep(Tx tx) {
    return tx.update(SWEEP);
  }
}
