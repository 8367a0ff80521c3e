package dev.talaria.board.dispatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that no launcher may be given. The claim lock of a decision hold only keeps hermes away; ours look at the row, so
 * clearing the lock alone releases nothing.
 */
public final class Holds {
  /** The verdict on a run's end is awaited. */
  public static final String DECISION = "decision";

  /** The verdict was to try again, but not before a time. */
  public static final String BACKOFF = "backoff";

  /** Starting it now would help nobody, see {@link RespawnGuard}. */
  public static final String GUARD = "guard";

  /** Its former worker has not ended, see {@link FormerWorkers}. */
  public static final String STOPPING = "stopping";

  /** Begins the claim lock of a task whose verdict is awaited; the run id follows. */
  public static final String LOCK_PREFIX = "decision:";

  private static final String GET = "SELECT * FROM talaria_holds WHERE task_id = ?";
  private static final String ALL = "SELECT * FROM talaria_holds ORDER BY until, task_id";
  private static final String GUARDS =
      "SELECT * FROM talaria_holds WHERE reason = 'guard' ORDER BY task_id";
  private static final String DUE =
      "SELECT * FROM talaria_holds WHERE reason = 'decision' AND until <= ? ORDER BY until, task_id LIMIT ?";
  // CROSS: from the few holds to their tasks
  static final String IN_FORCE = """
      SELECT h.reason, count(*) AS n, min(h.since) AS oldest
        FROM talaria_holds h
        CROSS JOIN tasks t ON t.id = h.task_id
       WHERE t.status IN ('ready', 'review', 'todo')
         AND (h.reason = 'decision' OR h.until > ?)
       GROUP BY h.reason
      """;
  // what says that a former worker is not awaited stays as long as one would be
  private static final String DROP_EXPIRED = """
      DELETE FROM talaria_holds
       WHERE reason <> 'decision'
         AND until <= ?
         AND (reason <> 'stopping' OR since <= ?)
      """;
  private static final String PUT = """
      INSERT INTO talaria_holds (task_id, run_id, reason, since, until, policy)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (task_id) DO UPDATE
        SET run_id = excluded.run_id, reason = excluded.reason, since = excluded.since, until = excluded.until,
            policy = excluded.policy
      """;
  private static final String DELETE = "DELETE FROM talaria_holds WHERE task_id = ?";
  private static final String CLEAR_LOCK =
      "UPDATE tasks SET claim_lock = NULL WHERE id = ? AND claim_lock LIKE 'decision:%'";

  private Holds() {}

  /**
   * One hold.
   *
   * @param until epoch seconds: a decision's fall-back may decide from then on; a back-off ends then
   */
  public record Hold(
      String taskId,
      long runId,
      String reason,
      long since,
      @Nullable Long until,
      @Nullable String policy) {
    static Hold of(Row row) {
      return new Hold(
          row.requireText("task_id"),
          row.number("run_id"),
          row.requireText("reason"),
          row.number("since"),
          row.numberOrNull("until"),
          row.text("policy"));
    }

    public boolean awaitsDecision() {
      return reason.equals(DECISION);
    }

    /** The policy in force when the run ended; null when none was recorded. */
    public @Nullable ObjectNode policyObject() {
      return BoardJson.parseObject(policy);
    }
  }

  /**
   * How many tasks are held for one reason.
   *
   * @param oldest epoch seconds since when the first of them is
   */
  public record Held(long tasks, long oldest) {}

  public static Optional<Hold> get(Tx tx, String taskId) {
    return tx.first(GET, Hold::of, taskId);
  }

  public static List<Hold> all(Tx tx) {
    return tx.list(ALL, Hold::of);
  }

  /** What is held back now, by reason; reasons for which nothing is are left out. */
  public static Map<String, Held> byReason(Tx tx) {
    Map<String, Held> held = new TreeMap<>();
    tx.list(
        IN_FORCE,
        row -> held.put(row.requireText("reason"), new Held(row.number("n"), row.number("oldest"))),
        tx.now());
    return held;
  }

  /** What the respawn guard keeps back. */
  public static List<Hold> guards(Tx tx) {
    return tx.list(GUARDS, Hold::of);
  }

  /** Decisions that the fall-back may make now, earliest first. */
  public static List<Hold> due(Tx tx, int limit) {
    return tx.list(DUE, Hold::of, tx.now(), limit);
  }

  /** Forgets back-offs and guards whose time is over. */
  public static int dropExpired(Tx tx) {
    return tx.update(DROP_EXPIRED, tx.now(), tx.now() - FormerWorkers.AWAITED_SECONDS);
  }

  /** Ends any hold on the task, whatever its reason, and clears the lock that went with it; true when there was one. */
  public static boolean delete(Tx tx, String taskId) {
    boolean held = tx.update(DELETE, taskId) == 1;
    tx.update(CLEAR_LOCK, taskId);
    return held;
  }

  /** Ends any hold on a task whose lock is being replaced anyway. */
  public static void forget(Tx tx, String taskId) {
    tx.update(DELETE, taskId);
  }

  static void put(
      Tx tx,
      String taskId,
      long runId,
      String reason,
      @Nullable Long until,
      @Nullable String policy) {
    tx.update(PUT, taskId, runId, reason, tx.now(), until, policy);
  }
}
