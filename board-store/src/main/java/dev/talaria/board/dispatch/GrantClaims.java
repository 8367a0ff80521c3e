package dev.talaria.board.dispatch;

import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Runs;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finding work for launchers and granting it. The ceiling of runs per day is checked here, in the claim's transaction,
 * from the runs themselves: whatever ended them, they count.
 */
public final class GrantClaims {
  private static final long DAY_SECONDS = 86_400;

  static final String READY_BY_LANE = """
      SELECT assignee, count(*) AS n
        FROM tasks INDEXED BY talaria_ready
       WHERE status = 'ready'
         AND assignee IS NOT NULL
       GROUP BY assignee
      """;
  // the review column is worked on as the ready one, from an index of its own
  static final String REVIEW_BY_LANE =
      READY_BY_LANE.replace("talaria_ready", "talaria_review").replace("'ready'", "'review'");
  // jumps from assignee to assignee and counts no further than asked; counting all takes as long as
  // there are ready ones
  static final String SOME_READY_BY_LANE = """
      WITH RECURSIVE lanes(lane) AS (
        SELECT (SELECT assignee
                  FROM tasks INDEXED BY talaria_ready
                 WHERE status = 'ready'
                   AND assignee > ''
                 ORDER BY assignee
                 LIMIT 1)
        UNION ALL
        SELECT (SELECT assignee
                  FROM tasks INDEXED BY talaria_ready
                 WHERE status = 'ready'
                   AND assignee > lane
                 ORDER BY assignee
                 LIMIT 1)
          FROM lanes
         WHERE lane IS NOT NULL
      )
      SELECT lane AS assignee,
             (SELECT count(*)
                FROM (SELECT 1
                        FROM tasks INDEXED BY talaria_ready
                       WHERE status = 'ready'
                         AND assignee = lane
                       LIMIT ?)) AS n
        FROM lanes
       WHERE lane IS NOT NULL
      """;
  static final String SOME_REVIEW_BY_LANE =
      SOME_READY_BY_LANE.replace("talaria_ready", "talaria_review").replace("'ready'", "'review'");
  // CROSS: the planner would begin with the tasks, of which there may be a million, and not with
  // the few holds
  static final String HELD_BY_LANE = """
      SELECT t.assignee, count(*) AS n
        FROM talaria_holds h
        CROSS JOIN tasks t ON t.id = h.task_id
       WHERE t.status IN ('ready', 'review')
         AND t.assignee IS NOT NULL
         AND (h.reason = 'decision' OR h.until > ?)
       GROUP BY t.assignee
      """;
  // all that a grant asks about the task, in one look: a query costs more than what it finds here
  static final String CANDIDATE = """
      SELECT t.*,
             (SELECT h.reason FROM talaria_holds h WHERE h.task_id = t.id) AS hold,
             EXISTS (SELECT 1
                       FROM task_links l
                       JOIN tasks p ON p.id = l.parent_id
                      WHERE l.child_id = t.id
                        AND p.status NOT IN ('done', 'archived')) AS waits,
             (SELECT count(*) FROM task_runs r WHERE r.task_id = t.id AND r.started_at > ?) AS runs,
             (SELECT w.more FROM talaria_waivers w WHERE w.task_id = t.id AND w.granted_at > ?) AS more
        FROM tasks t
       WHERE t.id = ?
         AND t.status IN ('ready', 'review')
         AND t.claim_lock IS NULL
         AND NOT EXISTS (SELECT 1
                           FROM talaria_holds h
                          WHERE h.task_id = t.id
                            AND (h.reason = 'decision' OR h.until > ?))
         AND NOT EXISTS (SELECT 1
                           FROM talaria_pauses p
                          WHERE p.scope IN ('all', 'board')
                             OR (p.scope = 'lane' AND p.target = t.assignee)
                             OR (p.scope = 'host' AND p.target = ?)
                             OR (p.scope = 'launcher' AND p.target = ?))
      """;
  private static final String BLOCK =
      "UPDATE tasks SET status = 'blocked' WHERE id = ? AND status = ? AND claim_lock IS NULL";

  private GrantClaims() {}

  /**
   * What a grant looks at.
   *
   * @param runs that started within a day, whatever became of them
   * @param more runs that an operator granted above the ceiling
   */
  private record Candidate(Claims.Claimable claimable, boolean waits, long runs, long more) {
    static Candidate of(Row row) {
      return new Candidate(
          Claims.Claimable.of(row),
          row.number("waits") != 0,
          row.number("runs"),
          row.number("more"));
    }
  }

  /** Who a run is granted to, and for how long. */
  public record Claimant(
      String launcher, long incarnation, String instance, String claimLock, long ttlSeconds) {
    String host() {
      return launcher.substring(0, Math.max(0, launcher.indexOf('/')));
    }
  }

  /** The best claimable tasks of a lane, whoever may take them; see {@link ReadyWork#best}. */
  public static List<String> bestReady(Tx tx, String lane, int limit) {
    return ReadyWork.best(tx, ReadyWork.Column.READY, lane, ReadyWork.Taker.ANYBODY, limit);
  }

  /** As {@link #bestReady}, of the tasks that wait for a review. */
  public static List<String> bestReview(Tx tx, String lane, int limit) {
    return ReadyWork.best(tx, ReadyWork.Column.REVIEW, lane, ReadyWork.Taker.ANYBODY, limit);
  }

  /** How many tasks each assignee's launchers could claim now, in both columns; assignees without any are left out. */
  public static Map<String, Long> readyCountByLane(Tx tx) {
    Map<String, Long> counts = new TreeMap<>();
    for (String column : List.of(READY_BY_LANE, REVIEW_BY_LANE)) {
      tx.list(column, row -> counts.merge(row.requireText("assignee"), row.number("n"), Long::sum));
    }
    return without(heldByLane(tx), counts);
  }

  /** As {@link #readyCountByLane(Tx)}, but counts no further than {@code most} for each, so that a large board costs no more. */
  public static Map<String, Long> readyCountByLane(Tx tx, int most) {
    Map<String, Long> held = heldByLane(tx);
    long enough = most + held.values().stream().mapToLong(Long::longValue).sum();
    Map<String, Long> counts = new TreeMap<>();
    for (String column : List.of(SOME_READY_BY_LANE, SOME_REVIEW_BY_LANE)) {
      tx.list(
          column,
          row -> counts.merge(row.requireText("assignee"), row.number("n"), Long::sum),
          enough);
    }
    return without(held, counts);
  }

  private static Map<String, Long> heldByLane(Tx tx) {
    Map<String, Long> held = new TreeMap<>();
    tx.list(HELD_BY_LANE, row -> held.put(row.requireText("assignee"), row.number("n")), tx.now());
    return held;
  }

  private static Map<String, Long> without(Map<String, Long> held, Map<String, Long> counts) {
    held.forEach((lane, n) -> counts.merge(lane, -n, Long::sum));
    counts.values().removeIf(n -> n <= 0);
    return counts;
  }

  /**
   * Grants a ready (or review) task to a launcher, at most one claimer winning, and none while an order of an operator
   * covers it. At the ceiling the task is blocked instead, until an operator grants more runs.
   */
  public static ClaimResult claimForLauncher(
      Tx tx,
      String taskId,
      String claimLock,
      long ttlSeconds,
      String launcher,
      long incarnation,
      String instance,
      long runCeilingPerDay) {
    return claim(
        tx,
        taskId,
        new Claimant(launcher, incarnation, instance, claimLock, ttlSeconds),
        runCeilingPerDay);
  }

  /**
   * Claims a ready (or review) task for a worker that this process starts itself, without a launcher; else as {@link
   * #claimForLauncher}.
   */
  public static ClaimResult claimHere(
      Tx tx, String taskId, String claimLock, long ttlSeconds, long runCeilingPerDay) {
    return claim(tx, taskId, claimLock, ttlSeconds, null, runCeilingPerDay);
  }

  /** As {@link #claimForLauncher}. */
  public static ClaimResult claim(Tx tx, String taskId, Claimant claimant, long runCeilingPerDay) {
    return claim(
        tx, taskId, claimant.claimLock(), claimant.ttlSeconds(), claimant, runCeilingPerDay);
  }

  private static ClaimResult claim(
      Tx tx,
      String taskId,
      String claimLock,
      long ttlSeconds,
      @Nullable Claimant launcher,
      long runCeilingPerDay) {
    long yesterday = tx.now() - DAY_SECONDS;
    Candidate found = tx.first(
            CANDIDATE,
            Candidate::of,
            yesterday,
            yesterday,
            taskId,
            tx.now(),
            launcher == null ? null : launcher.host(),
            launcher == null ? null : launcher.launcher())
        .orElse(null);
    if (found == null || FormerWorkers.holdBack(tx, taskId)) {
      return new ClaimResult.Lost();
    }
    String source = found.claimable().task().status();
    if (found.waits() && source.equals("ready") && Claims.demoteIfParentsUnfinished(tx, taskId)) {
      return new ClaimResult.ParentsNotDone();
    }
    long limit = runCeilingPerDay + found.more();
    if (found.runs() >= limit) { // rare, so only now those are taken off that cost nothing
      long runs = found.runs() - LauncherRuns.neverStarted(tx, taskId, yesterday);
      if (runs >= limit) {
        return blockAtCeiling(tx, taskId, source, runs, limit);
      }
    }
    // the heartbeat starts now: a fresh claim must not inherit the beat of the run before it
    ClaimResult.Granted granted =
        Claims.take(tx, found.claimable(), claimLock, ttlSeconds, tx.now());
    if (launcher != null) {
      LauncherRuns.granted(tx, granted.runId(), launcher, source);
    }
    return granted;
  }

  private static ClaimResult blockAtCeiling(
      Tx tx, String taskId, String source, long runs, long limit) {
    if (tx.update(BLOCK, taskId, source) == 0) {
      return new ClaimResult.Lost();
    }
    Runs.closeLeaked(tx, taskId, "invariant recovery at the ceiling of runs");
    Holds.delete(tx, taskId);
    String reason =
        "run ceiling: %d runs in 24 h (limit %d); lift it with: talaria unblock %s --more N"
            .formatted(runs, limit, taskId);
    Events.append(
        tx,
        taskId,
        null,
        EventKind.BLOCKED,
        BoardJson.object().put("reason", reason).put("ceiling", limit).put("runs", runs));
    return new ClaimResult.CeilingReached(runs, limit);
  }
}
