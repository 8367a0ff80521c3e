package dev.talaria.board.dispatch;

import dev.talaria.board.Tx;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the caps leave at this moment: one count of running tasks for both columns, ready and review, which grows with each
 * task that is given out. Good for one transaction or one tick; one thread.
 */
public final class Allowance {
  // however large the board, few of its tasks run
  static final String RUNNING_BY_PROFILE = """
      SELECT COALESCE(assignee, '') AS profile, count(*) AS n
        FROM tasks INDEXED BY idx_tasks_status
       WHERE status = 'running'
       GROUP BY assignee
      """;

  private final Caps caps;
  private final Map<String, Integer> byProfile = new HashMap<>();
  private int running;

  private Allowance(Caps caps) {
    this.caps = caps;
  }

  /** Counts what runs now; without caps nothing is counted, and everything allowed. */
  public static Allowance of(Tx tx, Caps caps) {
    var allowance = new Allowance(caps);
    if (!caps.none()) {
      tx.list(RUNNING_BY_PROFILE, row -> {
        int n = (int) row.number("n");
        allowance.running += n;
        return allowance.byProfile.merge(row.requireText("profile"), n, Integer::sum);
      });
    }
    return allowance;
  }

  /** How many more may run on the board. */
  public int left() {
    return Math.max(0, caps.board() - running);
  }

  /** How many more may run of a profile, as far as the board's own bound goes too. */
  public int left(String profile) {
    return Math.max(0, Math.min(left(), caps.profile() - running(profile)));
  }

  /** How many run on the board; 0 without caps, when nothing is counted. */
  public int total() {
    return running;
  }

  /** How many run, by profile; empty without caps, when nothing is counted. */
  public Map<String, Integer> running() {
    return Map.copyOf(byProfile);
  }

  /** How many of a profile run. */
  public int running(@Nullable String profile) {
    return byProfile.getOrDefault(profile == null ? "" : profile, 0);
  }

  /** Whether this profile alone is at its bound. */
  public boolean isProfileFull(String profile) {
    return running(profile) >= caps.profile();
  }

  /** One more runs. */
  public void take(@Nullable String profile) {
    running++;
    byProfile.merge(profile == null ? "" : profile, 1, Integer::sum);
  }
}
