package dev.talaria.board.waiting;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.task.Requirements;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How many open tasks of a board wait or are in hands, by lane and reason. Counted from indexes, and no further than {@link
 * #MOST} for each lane and status, so that a board of a million tasks costs little; a task that waits for several reasons is
 * counted once. Finished tasks are not counted: the ends of their runs are.
 */
public final class WaitingCounts {
  /** A count that reaches this stands for at least as many. */
  public static final long MOST = 100_000;

  private static final int MOST_LANES = 500;
  private static final int MOST_STATUSES = 50;

  private static final Map<String, WaitCode> BY_STATUS = Map.of(
      "todo", WaitCode.AWAITS_PARENTS,
      "scheduled", WaitCode.SCHEDULED,
      "triage", WaitCode.TRIAGE,
      "blocked", WaitCode.BLOCKED);
  // ready, review and running tasks are counted each in its own way
  private static final Set<String> NOT_ASIDE =
      Set.of("ready", "review", "running", "done", "archived");

  // jumps from status to status, of which a newer program may have written more than this one knows
  static final String STATUSES = """
      WITH RECURSIVE statuses(status) AS (
        SELECT (SELECT status FROM tasks INDEXED BY idx_tasks_status ORDER BY status LIMIT 1)
        UNION ALL
        SELECT (SELECT status
                  FROM tasks INDEXED BY idx_tasks_status
                 WHERE status > s.status
                 ORDER BY status
                 LIMIT 1)
          FROM statuses s
         WHERE s.status IS NOT NULL
         LIMIT ?
      )
      SELECT status FROM statuses WHERE status IS NOT NULL
      """;

  // jumps from assignee to assignee; finished tasks, of which there may be a million, are not
  // touched
  static final String ASIDE = """
      WITH RECURSIVE lanes(lane) AS (
        SELECT (SELECT assignee
                  FROM tasks INDEXED BY idx_tasks_assignee_status
                 WHERE assignee > ''
                 ORDER BY assignee
                 LIMIT 1)
        UNION ALL
        SELECT (SELECT assignee
                  FROM tasks INDEXED BY idx_tasks_assignee_status
                 WHERE assignee > lane
                 ORDER BY assignee
                 LIMIT 1)
          FROM lanes
         WHERE lane IS NOT NULL
         LIMIT ?
      )
      SELECT lane,
             (SELECT count(*)
                FROM (SELECT 1
                        FROM tasks INDEXED BY idx_tasks_assignee_status
                       WHERE assignee = lane
                         AND status = ?
                       LIMIT ?)) AS n
        FROM lanes
       WHERE lane IS NOT NULL
      """;
  static final String ASIDE_OF_NOBODY = """
      SELECT count(*) AS n
        FROM (SELECT 1
                FROM tasks INDEXED BY idx_tasks_assignee_status
               WHERE assignee IS NULL
                 AND status = ?
               LIMIT ?)
      """;
  static final String UNASSIGNED = """
      SELECT count(*) AS n
        FROM (SELECT 1
                FROM tasks INDEXED BY talaria_ready
               WHERE status = 'ready'
                 AND assignee IS NULL
               LIMIT ?)
      """;
  static final String UNASSIGNED_REVIEW =
      UNASSIGNED.replace("talaria_ready", "talaria_review").replace("'ready'", "'review'");
  // CROSS: the planner would begin with the tasks, and not with the few holds
  static final String HELD = """
      SELECT COALESCE(t.assignee, '') AS lane,
             CASE h.reason
               WHEN 'decision' THEN 'awaits_decision'
               WHEN 'stopping' THEN 'stopping'
               WHEN 'guard' THEN CASE (SELECT e.payload LIKE '%"blocker_auth"%'
                                         FROM task_events e
                                        WHERE e.task_id = h.task_id
                                          AND e.kind = 'respawn_guarded'
                                        ORDER BY e.id DESC
                                        LIMIT 1)
                                   WHEN 1 THEN 'cool_down'
                                   ELSE 'guarded'
                                 END
               ELSE CASE (SELECT r.outcome FROM task_runs r WHERE r.id = h.run_id)
                      WHEN 'rate_limited' THEN 'cool_down'
                      ELSE 'backing_off'
                    END
             END AS code,
             count(*) AS n
        FROM talaria_holds h
        CROSS JOIN tasks t ON t.id = h.task_id
       WHERE t.status IN ('ready', 'review')
         AND (h.reason = 'decision' OR h.until > ?)
       GROUP BY 1, 2
      """;

  // a bounded number is looked into; the condition on kind is that of the partial index
  // talaria_stops, word for word
  static final String STOPPED = """
      SELECT COALESCE(assignee, '') AS lane, code, count(*) AS n
        FROM (SELECT t.assignee,
                     (SELECT CASE
                               WHEN e.kind = 'gave_up' THEN 'gave_up'
                               WHEN e.kind = 'blocked' AND e.payload LIKE '%"ceiling"%' THEN 'at_ceiling'
                               WHEN e.kind = 'blocked' AND e.payload LIKE '%"budget"%' THEN 'over_budget'
                             END
                        FROM task_events e
                       WHERE e.task_id = t.id
                         AND e.kind IN ('blocked', 'gave_up', 'unblocked')
                         AND (e.payload IS NULL OR e.payload NOT LIKE '%"companion_of"%')
                       ORDER BY e.id DESC
                       LIMIT 1) AS code
                FROM tasks t INDEXED BY idx_tasks_status
               WHERE t.status = 'blocked'
               LIMIT ?)
       WHERE code IS NOT NULL
       GROUP BY 1, 2
      """;

  // however large the board, few of its tasks run
  static final String IN_HANDS = """
      SELECT COALESCE(t.assignee, '') AS lane,
             CASE
               WHEN EXISTS (SELECT 1 FROM talaria_runs r WHERE r.run_id = t.current_run_id) THEN 'running'
               ELSE 'claimed_elsewhere'
             END AS code,
             count(*) AS n
        FROM (SELECT assignee, current_run_id
                FROM tasks INDEXED BY idx_tasks_status
               WHERE status = 'running'
               LIMIT ?) t
       GROUP BY 1, 2
      """;
  // a claim that its status does not tell of, as another program may leave it; a bounded number is
  // looked into
  static final String CLAIMED = """
      SELECT COALESCE(t.assignee, '') AS lane, count(*) AS n
        FROM (SELECT id, assignee, claim_lock
                FROM tasks INDEXED BY idx_tasks_status
               WHERE status = ?
               LIMIT ?) t
       WHERE t.claim_lock IS NOT NULL
         AND NOT EXISTS (SELECT 1
                           FROM talaria_holds h
                          WHERE h.task_id = t.id
                            AND (h.reason = 'decision' OR h.until > ?))
       GROUP BY 1
      """;
  static final String HELD_IN_TODO = """
      SELECT COALESCE(t.assignee, '') AS lane, count(*) AS n
        FROM (SELECT id, assignee
                FROM tasks INDEXED BY idx_tasks_status
               WHERE status = 'todo'
               LIMIT ?) t
       WHERE NOT EXISTS (SELECT 1
                           FROM task_links l
                           JOIN tasks p ON p.id = l.parent_id
                          WHERE l.child_id = t.id
                            AND p.status NOT IN ('done', 'archived'))
       GROUP BY 1
      """;
  private static final int MOST_LOOKED_INTO = 2_000;
  private static final int MOST_SCANNED = 20_000;

  // the kind of workspace is in the index, so a bounded number of ready tasks costs no look at the
  // table
  static final String IN_DIRECTORIES = """
      SELECT t.id
        FROM (SELECT r
                FROM (SELECT rowid AS r, workspace_kind
                        FROM tasks INDEXED BY talaria_ready
                       WHERE status = 'ready'
                         AND assignee > ''
                       LIMIT ?)
               WHERE workspace_kind <> 'scratch') few
        CROSS JOIN tasks t ON t.rowid = few.r
       LIMIT ?
      """;
  static final String WITH_REQUIREMENTS = """
      SELECT t.id
        FROM (SELECT DISTINCT task_id FROM talaria_requirements LIMIT ?) r
        CROSS JOIN tasks t ON t.id = r.task_id
       WHERE t.status = 'ready'
         AND t.assignee > ''
       LIMIT ?
      """;

  private WaitingCounts() {}

  /** A lane, empty for tasks of nobody, and why its tasks wait. */
  public record Key(String lane, WaitCode reason) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byReason = reason.compareTo(other.reason);
      return byReason == 0 ? lane.compareTo(other.lane) : byReason;
    }
  }

  /** Counts; reasons that concern nothing are left out. */
  public static Map<Key, Long> of(Tx tx, LaneFacts lanes) {
    Map<Key, Long> counts = new TreeMap<>();
    Map<String, Long> held = new HashMap<>();
    tx.list(
        HELD,
        row -> {
          String lane = row.requireText("lane");
          held.merge(lane, row.number("n"), Long::sum);
          return counts.merge(
              new Key(lane, code(row.requireText("code"))), row.number("n"), Long::sum);
        },
        tx.now());
    GrantClaims.readyCountByLane(tx, (int) MOST).forEach((lane, n) -> {
      add(counts, lane, first(lanes.reasons(lane)), Math.min(n, MOST));
    });
    dividePlaced(tx, lanes, counts);
    long nobodys = tx.number(UNASSIGNED, MOST) + tx.number(UNASSIGNED_REVIEW, MOST);
    add(counts, "", WaitCode.UNASSIGNED, Math.min(nobodys, MOST) - held.getOrDefault("", 0L));
    divideClaimed(tx, lanes, counts);
    countInHands(tx, counts);
    countAside(tx, counts);
    divideTodo(tx, counts);
    divideBlocked(tx, counts);
    return counts;
  }

  private static void countAside(Tx tx, Map<Key, Long> counts) {
    for (String status : tx.list(STATUSES, row -> row.requireText("status"), MOST_STATUSES)) {
      if (!NOT_ASIDE.contains(status)) {
        WaitCode code = BY_STATUS.getOrDefault(status, WaitCode.UNKNOWN_STATUS);
        tx.list(
            ASIDE,
            row -> {
              add(counts, row.requireText("lane"), code, row.number("n"));
              return true;
            },
            MOST_LANES,
            status,
            MOST);
        add(counts, "", code, tx.number(ASIDE_OF_NOBODY, status, MOST));
      }
    }
  }

  private static void countInHands(Tx tx, Map<Key, Long> counts) {
    tx.list(
        IN_HANDS,
        row -> {
          add(counts, row.requireText("lane"), code(row.requireText("code")), row.number("n"));
          return true;
        },
        MOST);
  }

  /** Tells apart ready tasks that somebody has claimed. */
  private static void divideClaimed(Tx tx, LaneFacts lanes, Map<Key, Long> counts) {
    for (String status : List.of("ready", "review")) {
      tx.list(
          CLAIMED,
          row -> {
            String lane = row.requireText("lane");
            WaitCode usual = lane.isEmpty() ? WaitCode.UNASSIGNED : first(lanes.reasons(lane));
            move(counts, lane, usual, WaitCode.CLAIMED_ELSEWHERE, row.number("n"));
            return true;
          },
          status,
          MOST_LOOKED_INTO,
          tx.now());
    }
    counts.values().removeIf(n -> n <= 0);
  }

  /** Tells those in todo that wait for nothing from those that wait for others. */
  private static void divideTodo(Tx tx, Map<Key, Long> counts) {
    tx.list(
        HELD_IN_TODO,
        row -> {
          move(
              counts,
              row.requireText("lane"),
              WaitCode.AWAITS_PARENTS,
              WaitCode.HELD_IN_TODO,
              row.number("n"));
          return true;
        },
        MOST_LOOKED_INTO);
    counts.values().removeIf(n -> n <= 0);
  }

  /** Tells apart the tasks that no launcher of their lane may take. */
  private static void dividePlaced(Tx tx, LaneFacts lanes, Map<Key, Long> counts) {
    Set<String> demanding = new TreeSet<>();
    for (String some : List.of(IN_DIRECTORIES, WITH_REQUIREMENTS)) {
      demanding.addAll(tx.list(some, row -> row.requireText("id"), MOST_SCANNED, MOST_LOOKED_INTO));
    }
    for (String id : demanding) {
      Task task = Tasks.find(tx, id).orElse(null);
      String lane = task == null ? null : task.assignee();
      if (task == null
          || lane == null
          || task.claimLock() != null
          || Holds.get(tx, id).isPresent()) {
        continue;
      }
      var needs =
          new TaskNeeds(Requirements.of(tx, id), task.workspaceKind(), task.workspacePath());
      WaitCode own = first(lanes.reasons(lane, needs));
      WaitCode usual = first(lanes.reasons(lane));
      if (own != usual && counts.getOrDefault(new Key(lane, usual), 0L) > 0) {
        move(counts, lane, usual, own, 1);
      }
    }
    counts.values().removeIf(n -> n <= 0);
  }

  private static WaitCode first(List<WaitReason> reasons) {
    return reasons.isEmpty() ? WaitCode.STARTING : reasons.get(0).code();
  }

  private static WaitCode code(String wire) {
    return WaitCode.valueOf(wire.toUpperCase(Locale.ROOT));
  }

  /** Tells those that gave up from those that somebody blocked. */
  private static void divideBlocked(Tx tx, Map<Key, Long> counts) {
    tx.list(
        STOPPED,
        row -> {
          move(
              counts,
              row.requireText("lane"),
              WaitCode.BLOCKED,
              code(row.requireText("code")),
              row.number("n"));
          return true;
        },
        MOST_LOOKED_INTO);
    counts.values().removeIf(n -> n <= 0);
  }

  private static void add(Map<Key, Long> counts, String lane, WaitCode code, long n) {
    if (n > 0) {
      counts.merge(new Key(lane, code), n, Long::sum);
    }
  }

  private static void move(Map<Key, Long> counts, String lane, WaitCode from, WaitCode to, long n) {
    counts.merge(new Key(lane, from), -n, Long::sum);
    counts.merge(new Key(lane, to), n, Long::sum);
  }
}
