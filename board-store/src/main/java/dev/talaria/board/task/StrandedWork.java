package dev.talaria.board.task;

import dev.talaria.board.Tx;
import dev.talaria.protocol.waiting.Downstream;
import dev.talaria.protocol.waiting.Downstream.Waiting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What waits for blocked tasks on this board, by {@link Downstream}'s rule. Reads a bounded number of rows. */
public final class StrandedWork {
  /** Looked at for one answer: about a tenth of a second. */
  private static final int MOST = 10_000;

  private static final int MOST_BLOCKED = 500;

  private static final String CHILDREN = """
      SELECT t.id, t.status
        FROM task_links l
        JOIN tasks t ON t.id = l.child_id
       WHERE l.parent_id = ?
         AND t.status IN ('todo', 'blocked', 'scheduled', 'triage')
       ORDER BY t.id
      """;
  private static final String BLOCKED_PARENTS = """
      SELECT t.id
        FROM tasks t
        JOIN task_links l ON l.parent_id = t.id
        JOIN tasks c ON c.id = l.child_id
       WHERE t.status = 'blocked'
         AND c.status IN ('todo', 'blocked', 'scheduled', 'triage')
       GROUP BY t.id
       ORDER BY count(*) DESC, t.id
       LIMIT ?
      """;

  private StrandedWork() {}

  /** A blocked task and what waits for it. */
  public record Behind(String task, Downstream below) {}

  /**
   * What waits for blocked tasks of the whole board.
   *
   * @param all each waiting task once
   * @param worst the blocked tasks for which most wait, the worst first; as many as the bound allowed to look at
   */
  public record Found(Downstream all, List<Behind> worst) {
    public Found {
      worst = List.copyOf(worst);
    }
  }

  /** What waits for one task, whatever its own status is. */
  public static Downstream below(Tx tx, String taskId) {
    return below(tx, List.of(taskId), MOST);
  }

  /** What waits for any blocked task. */
  public static Found ofBoard(Tx tx) {
    List<String> blocked = tx.list(BLOCKED_PARENTS, row -> row.requireText("id"), MOST_BLOCKED);
    Downstream all = below(tx, blocked, MOST);
    List<Behind> worst = new ArrayList<>();
    int left = MOST;
    for (String task : blocked) {
      if (left <= 0) {
        break;
      }
      Downstream found = below(tx, List.of(task), left);
      left -= found.visited() + 1;
      if (!found.waiting().isEmpty()) {
        worst.add(new Behind(task, found));
      }
    }
    worst.sort(Comparator.<Behind>comparingInt(it -> -it.below().waiting().size())
        .thenComparing(Behind::task));
    return new Found(all, worst);
  }

  private static Downstream below(Tx tx, List<String> starts, int most) {
    return Downstream.of(starts, task -> children(tx, task), most);
  }

  private static List<Waiting> children(Tx tx, String taskId) {
    return tx.list(
        CHILDREN, row -> new Waiting(row.requireText("id"), row.requireText("status")), taskId);
  }
}
