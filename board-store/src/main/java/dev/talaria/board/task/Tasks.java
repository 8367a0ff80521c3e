package dev.talaria.board.task;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.text.HermesText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reading tasks and what belongs to them. */
public final class Tasks {
  private static final String BY_ID = "SELECT * FROM tasks WHERE id = ?";
  private static final String EXISTS = "SELECT 1 AS n FROM tasks WHERE id = ?";
  private static final String PARENTS =
      "SELECT parent_id AS id FROM task_links WHERE child_id = ? ORDER BY parent_id";
  private static final String CHILDREN =
      "SELECT child_id AS id FROM task_links WHERE parent_id = ? ORDER BY child_id";
  private static final String COMMENTS =
      "SELECT * FROM task_comments WHERE task_id = ? ORDER BY created_at, id";
  private static final String EVENTS = "SELECT * FROM task_events WHERE task_id = ? ORDER BY id";
  private static final String RUNS = "SELECT * FROM task_runs WHERE task_id = ? ORDER BY id";
  private static final String RUN = "SELECT * FROM task_runs WHERE id = ?";
  private static final String COUNT_BY_STATUS =
      "SELECT status, count(*) AS n FROM tasks GROUP BY status ORDER BY status";
  private static final String UNFINISHED_PARENT = """
      SELECT 1 AS n
        FROM task_links l
        JOIN tasks p ON p.id = l.parent_id
       WHERE l.child_id = ?
         AND p.status NOT IN ('done', 'archived')
       LIMIT 1
      """;
  private static final String LATEST_SUMMARY = """
      SELECT summary
        FROM task_runs
       WHERE task_id = ?
         AND summary IS NOT NULL
         AND summary <> ''
       ORDER BY COALESCE(ended_at, started_at) DESC, id DESC
       LIMIT 1
      """;
  static final String OLDEST_READY =
      "SELECT min(created_at) AS n FROM tasks INDEXED BY talaria_ready WHERE status = 'ready'";

  private Tasks() {}

  public static Optional<Task> find(Tx tx, String taskId) {
    return tx.first(BY_ID, Task::of, taskId);
  }

  public static boolean exists(Tx tx, String taskId) {
    return tx.exists(EXISTS, taskId);
  }

  /** What a refusal says about a task that is not there. */
  public static String unknown(String taskId) {
    return "Task '%s' does not exist on this board.".formatted(HermesText.brief(taskId));
  }

  /** A task with all that belongs to it. */
  public static Optional<TaskDetail> show(Tx tx, String taskId) {
    return find(tx, taskId)
        .map(task -> new TaskDetail(
            task,
            parents(tx, taskId),
            children(tx, taskId),
            comments(tx, taskId),
            tx.list(EVENTS, EventRow::of, taskId),
            runs(tx, taskId),
            latestSummary(tx, taskId),
            Requirements.of(tx, taskId)));
  }

  public static List<String> parents(Tx tx, String taskId) {
    return tx.list(PARENTS, row -> row.requireText("id"), taskId);
  }

  public static List<String> children(Tx tx, String taskId) {
    return tx.list(CHILDREN, row -> row.requireText("id"), taskId);
  }

  public static List<Comment> comments(Tx tx, String taskId) {
    return tx.list(COMMENTS, Comment::of, taskId);
  }

  /** Attempts, oldest first, by id: clocks may step back. */
  public static List<Run> runs(Tx tx, String taskId) {
    return tx.list(RUNS, Run::of, taskId);
  }

  public static Optional<Run> run(Tx tx, long runId) {
    return tx.first(RUN, Run::of, runId);
  }

  /** The newest non-empty summary of any run (contract 7.1). */
  public static @Nullable String latestSummary(Tx tx, String taskId) {
    return tx.first(LATEST_SUMMARY, row -> row.requireText("summary"), taskId).orElse(null);
  }

  /** Whether a parent that is neither done nor archived holds the task back. */
  public static boolean hasUnfinishedParent(Tx tx, String taskId) {
    return tx.exists(UNFINISHED_PARENT, taskId);
  }

  /** Task counts by status, archived included. */
  public static Map<String, Long> countByStatus(Tx tx) {
    Map<String, Long> counts = new LinkedHashMap<>();
    tx.list(COUNT_BY_STATUS, row -> counts.put(row.requireText("status"), row.number("n")));
    return counts;
  }

  /** Creation time of the oldest ready task, epoch seconds. */
  public static Optional<Long> oldestReady(Tx tx) {
    return tx.first(OLDEST_READY, row -> Optional.ofNullable(row.seconds("n")))
        .flatMap(found -> found);
  }
}
