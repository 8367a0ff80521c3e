package dev.talaria.board.transition;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import java.util.Collection;
import java.util.List;

/**
 * Moves what nothing holds back any longer to ready: {@code todo} and non-sticky {@code blocked} tasks whose parents are
 * all done or archived. A task without parents whose breaker tripped stays blocked; one with parents recovers by itself
 * a bounded number of times.
 */
public final class Recompute {
  /** Recoveries of a task with parents since its last completion or unblock. */
  public static final int DEFAULT_AUTO_RECOVER_LIMIT = 1;

  static final String CANDIDATES = """
      SELECT t.id, t.status
        FROM tasks t
       WHERE t.status IN ('todo', 'blocked')
         AND NOT EXISTS (SELECT 1
                           FROM task_links l
                           JOIN tasks p ON p.id = l.parent_id
                          WHERE l.child_id = t.id
                            AND p.status NOT IN ('done', 'archived'))
      """;
  static final String CANDIDATE_CHILDREN = """
      SELECT t.id, t.status
        FROM task_links c
        JOIN tasks t ON t.id = c.child_id
       WHERE c.parent_id = ?
         AND t.status IN ('todo', 'blocked')
         AND NOT EXISTS (SELECT 1
                           FROM task_links l
                           JOIN tasks p ON p.id = l.parent_id
                          WHERE l.child_id = t.id
                            AND p.status NOT IN ('done', 'archived'))
      """;
  private static final String CANDIDATE = """
      SELECT t.id, t.status
        FROM tasks t
       WHERE t.id = ?
         AND t.status IN ('todo', 'blocked')
         AND NOT EXISTS (SELECT 1
                           FROM task_links l
                           JOIN tasks p ON p.id = l.parent_id
                          WHERE l.child_id = t.id
                            AND p.status NOT IN ('done', 'archived'))
      """;
  private static final String HAS_PARENTS =
      "SELECT 1 AS n FROM task_links WHERE child_id = ? LIMIT 1";
  private static final String PROMOTE_TODO =
      "UPDATE tasks SET status = 'ready' WHERE id = ? AND status = 'todo'";
  private static final String PROMOTE_BLOCKED = """
      UPDATE tasks
         SET status = 'ready', consecutive_failures = 0, last_failure_error = NULL
       WHERE id = ?
         AND status = 'blocked'
      """;

  private record Candidate(String id, boolean blocked) {}

  private final int autoRecoverLimit;

  public Recompute(int autoRecoverLimit) {
    this.autoRecoverLimit = autoRecoverLimit;
  }

  /**
   * Looks at every waiting task of the board in this one transaction; says how many became ready. On a large board {@link
   * CatchUp} does it without holding others up.
   */
  public int recompute(Tx tx) {
    return promote(tx, candidates(tx, CANDIDATES));
  }

  /** The tasks that {@link #recompute} would let go now; changes nothing. */
  public List<String> promotable(Tx tx) {
    return candidates(tx, CANDIDATES).stream()
        .filter(candidate -> !candidate.blocked() || mayLeaveBlocked(tx, candidate.id()))
        .map(Candidate::id)
        .toList();
  }

  /** Looks only at the children of what changed; the cost follows their number, not the board's size. */
  public int recomputeChildrenOf(Tx tx, Collection<String> parentIds) {
    int promoted = 0;
    for (String parent : parentIds) {
      promoted += promote(tx, candidates(tx, CANDIDATE_CHILDREN, parent));
    }
    return promoted;
  }

  /** Looks at one task, for example after a link to it was removed. */
  public boolean recomputeTask(Tx tx, String taskId) {
    return promote(tx, candidates(tx, CANDIDATE, taskId)) > 0;
  }

  /** Whether {@link #recomputeTask} would let the task go; changes nothing. */
  boolean mayLetGo(Tx tx, String taskId) {
    return candidates(tx, CANDIDATE, taskId).stream()
        .anyMatch(candidate -> !candidate.blocked() || mayLeaveBlocked(tx, candidate.id()));
  }

  /** Whether a task that has given up is to stay blocked until a person acts; read after its event was appended. */
  public boolean isFinal(Tx tx, String taskId) {
    return !Gate.of(tx, taskId).recovers(tx.exists(HAS_PARENTS, taskId), autoRecoverLimit);
  }

  private int promote(Tx tx, List<Candidate> candidates) {
    int promoted = 0;
    for (Candidate candidate : candidates) {
      if (candidate.blocked() && !mayLeaveBlocked(tx, candidate.id())) {
        continue;
      }
      if (tx.update(candidate.blocked() ? PROMOTE_BLOCKED : PROMOTE_TODO, candidate.id()) == 1) {
        Events.append(tx, candidate.id(), null, EventKind.PROMOTED, null);
        promoted++;
      }
    }
    return promoted;
  }

  private boolean mayLeaveBlocked(Tx tx, String taskId) {
    return Gate.of(tx, taskId).opens(tx.exists(HAS_PARENTS, taskId), autoRecoverLimit);
  }

  private static List<Candidate> candidates(Tx tx, String sql, Object... parameters) {
    return tx.list(
        sql,
        row -> new Candidate(row.requireText("id"), row.requireText("status").equals("blocked")),
        parameters);
  }
}
