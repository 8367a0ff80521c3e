package dev.talaria.board.task;

import dev.talaria.board.Board;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Listing tasks. The text of a query is put together from constants; values are always bound. */
public final class TaskList {
  /** Tasks that are read in one transaction while a list is streamed. */
  private static final int PAGE = 1_000;

  /** So many tasks are sorted faster than others are passed over on the way through the order's index. */
  private static final int FEW = 2_000;

  private static final String PLACE =
      "SELECT priority, created_at, rowid AS place FROM tasks WHERE id = ?";

  private TaskList() {}

  /**
   * The tasks that a filter names, archived ones only when asked for.
   *
   * @throws InvalidRequestException for an unknown status or sort key
   */
  public static List<Task> list(Tx tx, TaskFilter filter) {
    Query query = Query.all(tx, filter).ordered(TaskSort.of(filter.sort()).orderBy());
    return query.limited(filter.limit()).list(tx, Task::of);
  }

  /**
   * Hands over one task after the other, as long as the answer is true, so that a list of any length takes no memory. In the
   * usual order the tasks are read in pages of their own transactions, so a slow reader does not keep the WAL from being
   * reset; a task whose priority changes meanwhile may come twice or not at all. In other orders the whole list is one
   * snapshot.
   *
   * @param after the task that the list begins after; null for the beginning
   * @throws InvalidRequestException for an unknown status or sort key, or when the list does not have the task
   */
  public static void each(
      Board board, TaskFilter filter, @Nullable String after, Predicate<Task> wantsMore) {
    TaskSort sort = TaskSort.of(filter.sort());
    if (!sort.isUsual()) {
      board.read(tx -> {
        eachOf(tx, filter, sort, after, wantsMore);
        return true;
      });
      return;
    }
    Place place = after == null ? null : board.read(tx -> placeOf(tx, after));
    long left = filter.limit() == 0 ? Long.MAX_VALUE : filter.limit();
    boolean more = true;
    while (more) {
      int size = (int) Math.min(PAGE, left);
      Place from = place;
      List<Listed> page = board.read(tx -> page(tx, filter, sort, from, size));
      for (Listed listed : page) {
        more = more && wantsMore.test(listed.task());
        place = listed.place();
      }
      left -= page.size();
      more = more && left > 0 && page.size() == size;
    }
  }

  /** Where a task stands in the usual order; the values as SQLite holds them. */
  private record Place(@Nullable Object priority, @Nullable Object createdAt, long rowid) {
    static Place of(Row row) {
      return new Place(row.value("priority"), row.value("created_at"), row.number("place"));
    }
  }

  private record Listed(Task task, Place place) {
    static Listed of(Row row) {
      return new Listed(Task.of(row), Place.of(row));
    }
  }

  private static Place placeOf(Tx tx, String taskId) {
    return tx.first(PLACE, Place::of, taskId).orElseThrow(() -> notListed(taskId));
  }

  private static InvalidRequestException notListed(String taskId) {
    return new InvalidRequestException(
        "The list cannot begin after task '%s': it does not have it. Give the last id of the page before."
            .formatted(taskId));
  }

  private static List<Listed> page(
      Tx tx, TaskFilter filter, TaskSort sort, @Nullable Place after, int size) {
    List<Listed> page = new ArrayList<>();
    for (String step : Query.steps(after)) {
      if (page.size() < size) {
        Query query = Query.all(tx, filter).from(step, after).ordered(sort.orderBy());
        page.addAll(query.limited(size - page.size()).list(tx, Listed::of));
      }
    }
    return page;
  }

  private static void eachOf(
      Tx tx, TaskFilter filter, TaskSort sort, @Nullable String after, Predicate<Task> wantsMore) {
    boolean[] begun = {after == null};
    long[] left = {filter.limit() == 0 ? Long.MAX_VALUE : filter.limit()};
    Query query = Query.all(tx, filter).ordered(sort.orderBy());
    query.limited(after == null ? filter.limit() : 0).each(tx, row -> {
      Task task = Task.of(row);
      if (!begun[0]) {
        begun[0] = task.id().equals(after);
        return true;
      }
      return wantsMore.test(task) && --left[0] > 0;
    });
    if (after != null && !begun[0]) {
      throw notListed(after);
    }
  }

  /** A query as it is put together. */
  static final class Query {
    private static final String BEHIND = "priority = ? AND (created_at, rowid) > (?, ?)";
    private static final String LOWER = "priority < ?";
    private static final String BEHIND_UNSET = "priority IS NULL AND (created_at, rowid) > (?, ?)";
    private static final String UNSET = "priority IS NULL";

    private final StringBuilder where = new StringBuilder();
    private final List<@Nullable Object> values = new ArrayList<>();
    private boolean common = true;
    private boolean hidesArchived;
    private String order = "";
    private int limit;

    /** All conditions of the filter. */
    static Query all(Tx tx, TaskFilter filter) {
      String status = filter.status();
      if (status != null) {
        TaskStatus.require(status);
      }
      var query = new Query();
      String assignee = Assignees.canonical(filter.assignee());
      query.add("assignee", assignee).add("status", status);
      query.probe(tx);
      query.addProbed(tx, "tenant", filter.tenant());
      query.addProbed(tx, "session_id", filter.sessionId());
      query.add("workflow_template_id", filter.workflowTemplateId());
      query.add("current_step_key", filter.currentStepKey());
      boolean archived = TaskStatus.ARCHIVED.wire().equals(status);
      query.hidesArchived = !archived && (status != null || !filter.includeArchived());
      if (query.hidesArchived) {
        query.and("status <> 'archived'"); // word for word the condition of talaria_listed
      }
      return query;
    }

    /** The conditions under which, one after the other, everything behind a place is found through the index. */
    static List<String> steps(@Nullable Place after) {
      if (after == null) {
        return List.of("");
      }
      return after.priority() == null ? List.of(BEHIND_UNSET) : List.of(BEHIND, LOWER, UNSET);
    }

    Query from(String step, @Nullable Place after) {
      if (after != null && !step.isEmpty()) {
        and(step);
        if (step.equals(BEHIND) || step.equals(LOWER)) {
          values.add(after.priority());
        }
        if (step.equals(BEHIND) || step.equals(BEHIND_UNSET)) {
          values.addAll(Arrays.asList(after.createdAt(), after.rowid()));
        }
      }
      return this;
    }

    Query ordered(String orderBy) {
      order = orderBy;
      return this;
    }

    /** 0 for all. */
    Query limited(int most) {
      limit = most;
      return this;
    }

    <T> List<T> list(Tx tx, Row.Mapper<T> mapper) {
      return tx.list(sql(), mapper, parameters());
    }

    void each(Tx tx, Predicate<Row> wantsMore) {
      tx.each(sql(), wantsMore, parameters());
    }

    String sql() {
      // without ANALYZE the planner sorts what an equality finds, however much that is
      boolean inOrder =
          limit > 0 && common && hidesArchived && order.equals(TaskSort.DEFAULT.orderBy());
      return "SELECT *, rowid AS place FROM tasks"
          + (inOrder ? " INDEXED BY talaria_listed" : "")
          + (where.isEmpty() ? "" : " WHERE " + where)
          + " ORDER BY "
          + order
          + (limit > 0 ? " LIMIT ?" : "");
    }

    private @Nullable Object[] parameters() {
      List<@Nullable Object> all = new ArrayList<>(values);
      if (limit > 0) {
        all.add(limit);
      }
      return all.toArray();
    }

    private Query add(String column, @Nullable String value) {
      if (value != null) {
        and(column + " = ?");
        values.add(value);
      }
      return this;
    }

    private void addProbed(Tx tx, String column, @Nullable String value) {
      if (value != null) {
        var alone = new Query().add(column, value);
        alone.probe(tx);
        common &= alone.common;
        add(column, value);
      }
    }

    /** Whether what has been asked for so far, which an index finds, is more than a few. */
    private void probe(Tx tx) {
      if (!where.isEmpty()) {
        String sql =
            "SELECT count(*) AS n FROM (SELECT 1 FROM tasks WHERE " + where + " LIMIT " + FEW + ")";
        common = tx.number(sql, values.toArray()) >= FEW;
      }
    }

    private void and(String condition) {
      where.append(where.isEmpty() ? "" : " AND ").append(condition);
    }
  }
}
