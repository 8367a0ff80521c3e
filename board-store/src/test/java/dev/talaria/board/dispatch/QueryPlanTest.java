package dev.talaria.board.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.TaskLists;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The queries that run all day never walk or sort a whole table, however large the board. */
class QueryPlanTest extends BoardTest {
  private String plan(String sql, Object... parameters) {
    List<String> steps = fixture.board.read(
        tx -> tx.list("EXPLAIN QUERY PLAN " + sql, row -> row.text("detail"), parameters));
    return String.join("\n", steps);
  }

  @Test
  void shouldFindTheBestReadyTasksThroughThePartialIndex() {
    for (String best : List.of(ReadyWork.OLDEST_SATISFIED, ReadyWork.OLDEST)) {
      assertThat(plan(best, "coder", 1, null, 1, 1, "|"))
          .contains("USING INDEX talaria_ready (assignee=? AND priority=? AND tenant=?)")
          .doesNotContain("TEMP B-TREE")
          .doesNotContain("SCAN t")
          .doesNotContain("SCAN q");
    }
    assertThat(plan(ReadyWork.TENANTS, "coder", 1, 9))
        .contains("COVERING INDEX talaria_ready (assignee=? AND priority=? AND tenant>?)")
        .doesNotContain("TEMP B-TREE");
    for (String level : List.of(ReadyWork.FIRST_PRIORITY, ReadyWork.NEXT_PRIORITY)) {
      assertThat(plan(level, "coder", 1))
          .contains("SEARCH tasks USING COVERING INDEX talaria_ready")
          .doesNotContain("TEMP B-TREE");
    }
    assertThat(plan(GrantClaims.READY_BY_LANE))
        .contains("COVERING INDEX talaria_ready")
        .doesNotContain("TEMP B-TREE");
  }

  @Test
  void shouldFindReviewsRunningAndUnassignedTasksThroughPartialIndexes() {
    assertThat(plan(ReadyWork.ofReview(ReadyWork.OLDEST), "coder", 1, null, 1, 1))
        .contains("USING INDEX talaria_review (assignee=? AND priority=? AND tenant=?)")
        .doesNotContain("TEMP B-TREE");
    assertThat(plan(GrantClaims.REVIEW_BY_LANE)).contains("COVERING INDEX talaria_review");
    assertThat(plan(RunningWork.RUNNING)).contains("idx_tasks_status").doesNotContain("SCAN r");
    assertThat(plan(Allowance.RUNNING_BY_PROFILE)).contains("idx_tasks_status");
    assertThat(plan(DefaultAssignee.BLANK, 10))
        .contains("SEARCH tasks USING INDEX talaria_ready (assignee=?)")
        .doesNotContain("TEMP B-TREE");
    assertThat(plan(DefaultAssignee.UNASSIGNED, 10))
        .contains("SEARCH tasks USING INDEX talaria_ready (assignee=?)")
        .doesNotContain("TEMP B-TREE");
  }

  @Test
  void shouldCountWhatIsReadyNoFurtherThanAsked() {
    for (String sql : List.of(GrantClaims.SOME_READY_BY_LANE, GrantClaims.SOME_REVIEW_BY_LANE)) {
      assertThat(plan(sql, 64))
          .contains("(assignee>?)")
          .contains("(assignee=?)")
          .doesNotContain("TEMP B-TREE")
          .doesNotContain("SCAN tasks");
    }
    assertThat(plan(GrantClaims.HELD_BY_LANE, 1))
        .as("from the few holds to their tasks")
        .startsWith("SCAN h")
        .contains("SEARCH t USING INDEX sqlite_autoindex_tasks_1 (id=?)");
  }

  @Test
  void shouldMeasureWaitsFromIndexes() {
    assertThat(plan(ReadySince.OLDEST_CREATED, "coder", 5000, 200, 1))
        .contains("SEARCH tasks USING COVERING INDEX talaria_ready (assignee=?)")
        .contains("SEARCH t USING INTEGER PRIMARY KEY (rowid=?)")
        .doesNotContain("SCAN t");
    assertThat(plan(Holds.IN_FORCE, 1))
        .as("from the few holds to their tasks")
        .startsWith("SCAN h")
        .contains("SEARCH t USING INDEX sqlite_autoindex_tasks_1 (id=?)");
  }

  @Test
  void shouldCountWhatWaitsWithoutALookAtWhatIsFinished() {
    String counts = "dev.talaria.board.waiting.WaitingCounts";
    assertThat(plan(sql(counts, "STATUSES"), 9))
        .contains("SEARCH tasks USING COVERING INDEX idx_tasks_status (status>?)")
        .doesNotContain("TEMP B-TREE");
    assertThat(plan(sql(counts, "ASIDE"), 9, "todo", 9))
        .contains("COVERING INDEX idx_tasks_assignee_status (assignee>?)")
        .contains("COVERING INDEX idx_tasks_assignee_status (assignee=? AND status=?)")
        .doesNotContain("TEMP B-TREE");
    assertThat(plan(sql(counts, "IN_HANDS"), 9))
        .contains("SEARCH tasks USING INDEX idx_tasks_status (status=?)")
        .contains("SEARCH r USING INTEGER PRIMARY KEY (rowid=?)");
    assertThat(plan(sql(counts, "CLAIMED"), "ready", 9, 1))
        .contains("SEARCH tasks USING INDEX idx_tasks_status (status=?)")
        .contains("SEARCH h USING");
    assertThat(plan(sql(counts, "HELD_IN_TODO"), 9))
        .contains("SEARCH tasks USING INDEX idx_tasks_status (status=?)")
        .contains("SEARCH l USING")
        .contains("SEARCH p USING");
  }

  @Test
  void shouldCatchUpFromWhatChanged() {
    String catchUp = "dev.talaria.board.transition.CatchUp";
    assertThat(plan(sql(catchUp, "TOUCHED"), 1, 1000))
        .contains("SEARCH task_events USING INTEGER PRIMARY KEY (rowid>?)")
        .contains("SEARCH l USING COVERING INDEX sqlite_autoindex_task_links_1 (parent_id=?)")
        .contains("SEARCH t USING INDEX sqlite_autoindex_tasks_1 (id=?)")
        .doesNotContain("SCAN t");
    assertThat(plan(sql(catchUp, "WAITING_SLICE"), "todo", 1, 1000))
        .contains("SEARCH t USING INDEX idx_tasks_status (status=? AND rowid>?)")
        .doesNotContain("TEMP B-TREE");
    assertThat(plan(sql(catchUp, "WAITING_BOUNDED"), 1000))
        .contains("SEARCH tasks USING COVERING INDEX idx_tasks_status (status=?)")
        .doesNotContain("SCAN tasks");
    assertThat(plan(sql(catchUp, "END_OF_FULL_SLICE"), 1, 1000))
        .contains("SEARCH task_events USING INTEGER PRIMARY KEY (rowid>?)");
  }

  @Test
  void shouldListAPageInTheOrderOfAnIndex() {
    fixture.board.change(tx -> {
      for (int i = 0; i < 2_500; i++) {
        tx.update(
            "INSERT INTO tasks (id, title, assignee, status, created_at) VALUES (?, 't', 'coder', 'done', 1)",
            "t_" + i);
      }
    });
    TaskFilter all = TaskFilter.all().withLimit(50);
    for (TaskFilter filter :
        List.of(all, all.withStatus("done"), all.withAssignee("coder"), all.withSort("priority"))) {
      assertThat(plan(TaskLists.sql(fixture.board, filter)))
          .as("%s", filter)
          .contains("USING INDEX talaria_listed")
          .doesNotContain("TEMP B-TREE");
    }
    assertThat(plan(TaskLists.sql(fixture.board, all.withStatus("blocked"))))
        .as("few are sorted")
        .contains("USING INDEX idx_tasks_status (status=?)");
  }

  @Test
  void shouldShowATaskThroughIndexes() {
    String tasks = "dev.talaria.board.task.Tasks";
    for (String query :
        List.of("BY_ID", "PARENTS", "CHILDREN", "COMMENTS", "EVENTS", "RUNS", "LATEST_SUMMARY")) {
      assertThat(plan(sql(tasks, query), "t")).as(query).contains("SEARCH").doesNotContain("SCAN");
    }
  }

  @Test
  void shouldCountRunsOfADayFromTheIndexAlone() {
    assertThat(plan(GrantClaims.CANDIDATE, 1, 1, "t", 1, "h", "h/launcher/main"))
        .contains("SEARCH t USING INDEX sqlite_autoindex_tasks_1 (id=?)")
        .contains("COVERING INDEX idx_runs_task (task_id=? AND started_at>?)")
        .doesNotContain("SCAN t")
        .doesNotContain("SCAN r");
  }

  @Test
  void shouldLookOnlyAtTheChildrenOfWhatChanged() {
    assertThat(plan(sql("dev.talaria.board.transition.Recompute", "CANDIDATE_CHILDREN"), "t"))
        .contains("SEARCH c ")
        .doesNotContain("SCAN");
    assertThat(plan(sql("dev.talaria.board.transition.Recompute", "CANDIDATES")))
        .contains("SEARCH t USING INDEX idx_tasks_status")
        .doesNotContain("SCAN");
    assertThat(plan(sql("dev.talaria.board.transition.Gate", "NEWEST_FIRST"), "t"))
        .contains("talaria_stops")
        .doesNotContain("TEMP B-TREE");
    assertThat(plan(sql("dev.talaria.board.transition.Gate", "LAST_COMPLETED"), "t"))
        .contains("SEARCH task_events USING INDEX idx_events_task (task_id=?)");
  }

  @Test
  void shouldReadEventsAndExpiredClaimsInOrderOfAnIndex() {
    assertThat(plan(sql("dev.talaria.board.event.EventLog", "AFTER"), 1, 10))
        .contains("SEARCH task_events USING INTEGER PRIMARY KEY (rowid>?)")
        .doesNotContain("TEMP B-TREE");
    assertThat(plan(sql("dev.talaria.board.transition.Reclaims", "EXPIRED"), 1))
        .as("few tasks run, so sorting them is cheap")
        .contains("SEARCH tasks USING INDEX idx_tasks_status (status=?)");
    assertThat(plan(LauncherRuns.LIVE, "l")).contains("talaria_runs_live").doesNotContain("SCAN");
  }

  /** Tests may look into other packages' constants; production code may not. */
  private static String sql(String type, String constant) {
    try {
      var field = Class.forName(type).getDeclaredField(constant);
      field.setAccessible(true);
      return (String) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
