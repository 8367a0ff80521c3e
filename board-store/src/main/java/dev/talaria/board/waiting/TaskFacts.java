package dev.talaria.board.waiting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.LastWords;
import dev.talaria.board.dispatch.LauncherRuns;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Requirements;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Schedules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a board says about one task, as far as it bears on whether it runs. Times are epoch seconds.
 *
 * @param hold why it may not be granted now, if something holds it
 * @param guard the respawn guard's last word
 * @param heldRun the run whose end led to the hold
 * @param heldBy the launcher that has that run, if one has
 * @param stop the event that stopped it, newest first: blocked or gave_up
 * @param silentRun the run whose last words may be accepted, if it is blocked for their silence
 * @param granted the open run, if a launcher has it
 * @param parents unfinished tasks that it waits for, a bounded number
 * @param moreParents how many more
 * @param roots unfinished ancestors that wait for no other task, unless they are parents
 * @param requires labels that its launcher must have
 * @param ahead how many of its lane are granted before it; bounded by {@link #MOST_AHEAD}
 */
public record TaskFacts(
    Task task,
    Holds.@Nullable Hold hold,
    @Nullable String guard,
    @Nullable Run heldRun,
    @Nullable String heldBy,
    @Nullable EventRow stop,
    @Nullable Long silentRun,
    LauncherRuns.@Nullable LauncherRun granted,
    Schedules.@Nullable Schedule schedule,
    List<Kin> parents,
    long moreParents,
    List<Kin> roots,
    Map<String, String> requires,
    long ahead) {
  static final long MOST_AHEAD = 100_000;
  private static final int MOST_PARENTS = 20;
  private static final int MOST_ROOTS = 5;

  static final String UNFINISHED_PARENTS = """
      SELECT p.id, p.status, p.title,
             (SELECT kind
                FROM task_events
               WHERE task_id = p.id
                 AND kind IN ('blocked', 'gave_up', 'unblocked')
                 AND (payload IS NULL OR payload NOT LIKE '%"companion_of"%')
               ORDER BY id DESC
               LIMIT 1) AS stop
        FROM task_links l
        JOIN tasks p ON p.id = l.parent_id
       WHERE l.child_id = ?
         AND p.status NOT IN ('done', 'archived')
       ORDER BY p.id
       LIMIT ?
      """;
  private static final String COUNT_UNFINISHED_PARENTS = """
      SELECT count(*) AS n
        FROM task_links l
        JOIN tasks p ON p.id = l.parent_id
       WHERE l.child_id = ?
         AND p.status NOT IN ('done', 'archived')
      """;
  // UNION keeps each ancestor once, LIMIT bounds what a hostile graph costs
  static final String ROOTS = """
      WITH RECURSIVE above(id, depth) AS (
        SELECT l.parent_id, 1
          FROM task_links l
          JOIN tasks p ON p.id = l.parent_id
         WHERE l.child_id = ?
           AND p.status NOT IN ('done', 'archived')
        UNION
        SELECT l.parent_id, 2
          FROM above a
          JOIN task_links l ON l.child_id = a.id
          JOIN tasks p ON p.id = l.parent_id
         WHERE p.status NOT IN ('done', 'archived')
         LIMIT 2000
      )
      SELECT p.id, p.status, p.title,
             (SELECT kind
                FROM task_events
               WHERE task_id = p.id
                 AND kind IN ('blocked', 'gave_up', 'unblocked')
                 AND (payload IS NULL OR payload NOT LIKE '%"companion_of"%')
               ORDER BY id DESC
               LIMIT 1) AS stop
        FROM above a
        JOIN tasks p ON p.id = a.id
       WHERE a.depth = 2
         AND NOT EXISTS (SELECT 1
                           FROM task_links l
                           JOIN tasks g ON g.id = l.parent_id
                          WHERE l.child_id = p.id
                            AND g.status NOT IN ('done', 'archived'))
       ORDER BY p.status IN ('blocked', 'triage', 'scheduled') DESC, p.id
       LIMIT ?
      """;
  // the condition on kind is that of the partial index talaria_stops, word for word
  private static final String STOP = """
      SELECT *
        FROM task_events
       WHERE task_id = ?
         AND kind IN ('blocked', 'gave_up', 'unblocked')
         AND (payload IS NULL OR payload NOT LIKE '%"companion_of"%')
       ORDER BY id DESC
       LIMIT 1
      """;
  private static final String GUARD = """
      SELECT payload
        FROM task_events
       WHERE task_id = ?
         AND kind = 'respawn_guarded'
       ORDER BY id DESC
       LIMIT 1
      """;
  static final String AHEAD = """
      SELECT count(*) AS n
        FROM (SELECT 1
                FROM tasks INDEXED BY talaria_ready
               WHERE status = 'ready'
                 AND assignee = ?
                 AND claim_lock IS NULL
                 AND (priority, -created_at, -rowid)
                     > (SELECT t.priority, -t.created_at, -t.rowid FROM tasks t WHERE t.id = ?)
                 AND priority >= ?
               LIMIT ?)
      """;

  public TaskFacts {
    parents = List.copyOf(parents);
    roots = List.copyOf(roots);
  }

  /**
   * A task that another waits for.
   *
   * @param stop the last event that stopped or released it, if any
   */
  public record Kin(
      String id, String status, String title, @Nullable String stop) {
    static Kin of(Row row) {
      return new Kin(
          row.requireText("id"),
          row.requireText("status"),
          row.requireText("title"),
          row.requireText("status").equals("blocked") ? row.text("stop") : null);
    }

    /** Whether somebody has to do something before it goes on. */
    public boolean isStuck() {
      return List.of("blocked", "triage", "scheduled").contains(status);
    }

    /** Its id and how it stands. */
    public String words() {
      return "%s (%s)".formatted(id, "gave_up".equals(stop) ? "gave up" : status);
    }
  }

  TaskNeeds needs() {
    return new TaskNeeds(requires, task.workspaceKind(), task.workspacePath());
  }

  /** Reads what there is to know; empty for a task that is not there. */
  public static Optional<TaskFacts> of(Tx tx, String taskId) {
    return Tasks.find(tx, taskId).map(task -> of(tx, task));
  }

  private static TaskFacts of(Tx tx, Task task) {
    String id = task.id();
    Long run = task.currentRunId();
    Holds.Hold hold = Holds.get(tx, id).orElse(null);
    List<Kin> parents = tx.list(UNFINISHED_PARENTS, Kin::of, id, MOST_PARENTS);
    long unfinished =
        parents.size() < MOST_PARENTS ? parents.size() : tx.number(COUNT_UNFINISHED_PARENTS, id);
    List<Kin> roots = parents.isEmpty()
        ? List.of()
        : tx.list(ROOTS, Kin::of, id, MOST_ROOTS + MOST_PARENTS).stream()
            .filter(root -> parents.stream().noneMatch(it -> it.id().equals(root.id())))
            .limit(MOST_ROOTS)
            .toList();
    return new TaskFacts(
        task,
        hold,
        hold == null ? null : guard(tx, id),
        hold == null ? null : Tasks.run(tx, hold.runId()).orElse(null),
        hold == null
            ? null
            : LauncherRuns.get(tx, hold.runId())
                .map(LauncherRuns.LauncherRun::launcher)
                .orElse(null),
        task.status().equals("blocked") ? tx.first(STOP, EventRow::of, id).orElse(null) : null,
        LastWords.awaited(tx, task).map(LastWords.Kept::runId).orElse(null),
        run == null ? null : LauncherRuns.get(tx, run).orElse(null),
        Schedules.get(tx, id).orElse(null),
        parents,
        unfinished - parents.size(),
        roots,
        Requirements.of(tx, id),
        task.assignee() == null || !task.status().equals("ready") ? 0 : ahead(tx, task));
  }

  private static @Nullable String guard(Tx tx, String id) {
    return tx.first(GUARD, row -> row.text("payload") == null ? "" : row.requireText("payload"), id)
        .map(BoardJson::parseObject)
        .map((ObjectNode payload) -> payload.path("reason").asText())
        .orElse(null);
  }

  private static long ahead(Tx tx, Task task) {
    return tx.number(AHEAD, task.assignee(), task.id(), task.priority(), MOST_AHEAD);
  }
}
