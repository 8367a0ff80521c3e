package dev.talaria.board.dispatch;

import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.task.Requirements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the best claimable tasks of a lane for somebody who may not be able to take each of them. Priority goes first, always.
 * Within a priority tenants take turns: the one with the fewest running tasks is next, and among those the one whose task
 * has waited longest; within a tenant the oldest goes first. So however much one tenant puts on the board, another's task
 * of the same priority waits for one slot at most. Tasks without a tenant are one tenant together.
 *
 * <p>Everything is read in the order of an index whose columns are assignee, priority, tenant, age and kind of workspace: what
 * does not fit is passed over there, and other tenants' tasks are not read at all.
 */
public final class ReadyWork {
  /** Where tasks wait for a worker. */
  public enum Column {
    READY,
    REVIEW
  }

  /** Who would take work. */
  public interface Taker {
    /** Takes whatever there is: for counting and for whoever looks for himself. */
    Taker ANYBODY = new Taker() {
      @Override
      public @Nullable Map<String, String> labels() {
        return null;
      }

      @Override
      public boolean scratchOnly() {
        return false;
      }

      @Override
      public boolean takes(String workspaceKind, @Nullable String workspacePath) {
        return true;
      }
    };

    /** The labels that satisfy requirements; null satisfies all. */
    @Nullable
    Map<String, String> labels();

    /** Whether it takes tasks of no other kind of workspace than scratch; then {@link #takes} is not asked. */
    boolean scratchOnly();

    /** Whether it can give a worker this workspace. */
    boolean takes(String workspaceKind, @Nullable String workspacePath);
  }

  private static final int MOST_TENANTS = 1_000;
  private static final String NOBODY = "";

  static final String FIRST_PRIORITY = """
      SELECT priority
        FROM tasks INDEXED BY talaria_ready
       WHERE status = 'ready'
         AND assignee = ?
       ORDER BY priority DESC
       LIMIT 1
      """;
  static final String NEXT_PRIORITY = """
      SELECT priority
        FROM tasks INDEXED BY talaria_ready
       WHERE status = 'ready'
         AND assignee = ?
         AND priority < ?
       ORDER BY priority DESC
       LIMIT 1
      """;
  static final String NO_PRIORITY = """
      SELECT NULL AS priority
        FROM tasks INDEXED BY talaria_ready
       WHERE status = 'ready'
         AND assignee = ?
         AND priority IS NULL
       LIMIT 1
      """;
  // jumps from tenant to tenant; NULL ends it
  static final String TENANTS = """
      WITH RECURSIVE tenants(tenant) AS (
        SELECT (SELECT tenant
                  FROM tasks INDEXED BY talaria_ready
                 WHERE status = 'ready'
                   AND assignee = ?1
                   AND priority IS ?2
                   AND tenant IS NOT NULL
                 ORDER BY tenant
                 LIMIT 1)
        UNION ALL
        SELECT (SELECT t.tenant
                  FROM tasks t INDEXED BY talaria_ready
                 WHERE t.status = 'ready'
                   AND t.assignee = ?1
                   AND t.priority IS ?2
                   AND t.tenant > tenants.tenant
                 ORDER BY t.tenant
                 LIMIT 1)
          FROM tenants
         WHERE tenants.tenant IS NOT NULL
      )
      SELECT tenant
        FROM tenants
       WHERE tenant IS NOT NULL
       LIMIT ?3
      """;
  // however large the board, few of its tasks run
  static final String RUNNING_BY_TENANT = """
      SELECT tenant, count(*) AS n
        FROM tasks INDEXED BY idx_tasks_status
       WHERE status = 'running'
       GROUP BY tenant
      """;
  // an id that cannot be named on the bus, which neither hermes nor Talaria makes, is passed over:
  // the grant would fail, and every other with it
  static final String OLDEST = """
      SELECT t.id, t.created_at, t.rowid AS row_id, t.workspace_kind, t.workspace_path
        FROM tasks t INDEXED BY talaria_ready
       WHERE t.status = 'ready'
         AND t.assignee = ?1
         AND t.priority IS ?2
         AND t.tenant IS ?3
         AND (?4 = 0 OR t.workspace_kind = 'scratch')
         AND t.claim_lock IS NULL
         AND instr(t.id, '#') = 0
         AND trim(t.id) <> ''
         AND length(CAST(t.id AS BLOB)) <= 200
         AND NOT EXISTS (SELECT 1
                           FROM talaria_holds h
                          WHERE h.task_id = t.id
                            AND (h.reason = 'decision' OR h.until > ?5))
       ORDER BY t.created_at, t.workspace_kind, t.rowid
      """;
  // labels come as one text: |key=value|key=value|
  static final String OLDEST_SATISFIED = OLDEST.replace(" ORDER BY", """
         AND NOT EXISTS (SELECT 1
                           FROM talaria_requirements q
                          WHERE q.task_id = t.id
                            AND instr(?6, '|' || q.key || '=' || q.value || '|') = 0)
       ORDER BY""");

  private ReadyWork() {}

  /** A task that could be next. */
  private record Candidate(String id, long createdAt, long rowId) {
    boolean isOlderThan(Candidate other) {
      return createdAt != other.createdAt ? createdAt < other.createdAt : rowId < other.rowId;
    }
  }

  /** A tenant's tasks of one priority, oldest first, and how many of its tasks run. */
  private static final class Share {
    private final String tenant;
    private final List<Candidate> tasks;
    private long running;
    private int next;

    Share(String tenant, List<Candidate> tasks, long running) {
      this.tenant = tenant;
      this.tasks = tasks;
      this.running = running;
    }

    boolean isEmpty() {
      return next == tasks.size();
    }

    Candidate head() {
      return tasks.get(next);
    }

    boolean goesBefore(Share other) {
      return running != other.running ? running < other.running : head().isOlderThan(other.head());
    }

    String take() {
      running++;
      return tasks.get(next++).id();
    }
  }

  /**
   * The next tasks of a lane, in the order in which they are to be started.
   *
   * @param limit most of them
   */
  public static List<String> best(Tx tx, Column column, String lane, Taker taker, int limit) {
    List<String> best = new ArrayList<>();
    var look = new Look(tx, column, lane, taker);
    Optional<Level> level = look.first();
    while (level.isPresent() && best.size() < limit) {
      look.take(level.get(), limit, best);
      if (best.size() < limit) {
        level = look.after(level.get());
      }
    }
    return best;
  }

  /** A priority that tasks have; null is the last. */
  private record Level(@Nullable Object priority) {
    static Level of(Row row) {
      return new Level(row.value("priority"));
    }
  }

  /** One search. */
  private static final class Look {
    private final Tx tx;
    private final Column column;
    private final String lane;
    private final Taker taker;
    private final @Nullable String labels;
    private final Map<String, Long> planned = new HashMap<>();
    private @Nullable Map<String, Long> running;

    Look(Tx tx, Column column, String lane, Taker taker) {
      this.tx = tx;
      this.column = column;
      this.lane = lane;
      this.taker = taker;
      Map<String, String> own = taker.labels();
      this.labels = own == null || !Requirements.any(tx) ? null : text(own);
    }

    private static String text(Map<String, String> labels) {
      return labels.entrySet().stream()
          .map(label -> label.getKey() + "=" + label.getValue())
          .collect(Collectors.joining("|", "|", "|"));
    }

    Optional<Level> first() {
      return tx.first(in(FIRST_PRIORITY), Level::of, lane);
    }

    Optional<Level> after(Level level) {
      return level.priority() == null
          ? Optional.empty()
          : tx.first(in(NEXT_PRIORITY), Level::of, lane, level.priority())
              .or(() -> tx.first(in(NO_PRIORITY), Level::of, lane));
    }

    void take(Level level, int limit, List<String> into) {
      int wanted = limit - into.size();
      List<String> tenants = tx.list(
          in(TENANTS), row -> row.requireText("tenant"), lane, level.priority(), MOST_TENANTS);
      List<Share> shares = new ArrayList<>();
      shares.add(new Share(NOBODY, oldest(level, null, wanted), tally(NOBODY, tenants)));
      for (String tenant : tenants) {
        String key = key(tenant);
        shares.add(new Share(key, oldest(level, tenant, wanted), tally(key, tenants)));
      }
      inTurn(shares, limit, into);
      shares.forEach(share -> planned.merge(share.tenant, (long) share.next, Long::sum));
    }

    private static void inTurn(List<Share> shares, int limit, List<String> into) {
      List<Share> left = new ArrayList<>(shares);
      left.removeIf(Share::isEmpty);
      while (into.size() < limit && !left.isEmpty()) {
        Share next = left.get(0);
        for (Share share : left) {
          if (share.goesBefore(next)) {
            next = share;
          }
        }
        into.add(next.take());
        if (next.isEmpty()) {
          left.remove(next);
        }
      }
    }

    /** How many of a tenant's tasks run, or are to by this search; not counted where nobody else is there to compare with. */
    private long tally(String tenant, List<String> others) {
      if (others.isEmpty()) {
        return 0;
      }
      if (running == null) {
        running = running();
      }
      return running.getOrDefault(tenant, 0L) + planned.getOrDefault(tenant, 0L);
    }

    private Map<String, Long> running() {
      Map<String, Long> counts = new HashMap<>();
      tx.list(RUNNING_BY_TENANT, row -> {
        String tenant = row.text("tenant");
        return counts.merge(tenant == null ? NOBODY : key(tenant), row.number("n"), Long::sum);
      });
      return counts;
    }

    private static String key(String tenant) {
      return " " + tenant; // an empty name is a tenant's too
    }

    private List<Candidate> oldest(Level level, @Nullable String tenant, int wanted) {
      List<Candidate> found = new ArrayList<>();
      int scratchOnly = taker.scratchOnly() ? 1 : 0;
      if (labels == null) {
        tx.each(
            in(OLDEST),
            row -> wantsMore(row, found, wanted),
            lane,
            level.priority(),
            tenant,
            scratchOnly,
            tx.now());
      } else {
        tx.each(
            in(OLDEST_SATISFIED),
            row -> wantsMore(row, found, wanted),
            lane,
            level.priority(),
            tenant,
            scratchOnly,
            tx.now(),
            labels);
      }
      return found;
    }

    private boolean wantsMore(Row row, List<Candidate> found, int wanted) {
      if (taker.scratchOnly()
          || taker.takes(row.requireText("workspace_kind"), row.text("workspace_path"))) {
        found.add(
            new Candidate(row.requireText("id"), row.number("created_at"), row.number("row_id")));
      }
      return found.size() < wanted;
    }

    /** The review column has an index of its own with the same columns. */
    private String in(String sql) {
      return column == Column.READY ? sql : Objects.requireNonNull(REVIEW.get(sql));
    }
  }

  private static final Map<String, String> REVIEW = java.util.stream.Stream.of(
          FIRST_PRIORITY, NEXT_PRIORITY, NO_PRIORITY, TENANTS, OLDEST, OLDEST_SATISFIED)
      .collect(Collectors.toUnmodifiableMap(sql -> sql, ReadyWork::ofReview));

  static String ofReview(String sql) {
    return sql.replace("talaria_ready", "talaria_review").replace("'ready'", "'review'");
  }
}
