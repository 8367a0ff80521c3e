package dev.talaria.board.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
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
    assertThat(plan(GrantClaims.BEST_READY, "coder", 1, 16))
        .contains("USING INDEX talaria_ready")
        .doesNotContain("TEMP B-TREE")
        .doesNotContain("SCAN t");
    assertThat(plan(GrantClaims.READY_BY_LANE))
        .contains("COVERING INDEX talaria_ready")
        .doesNotContain("TEMP B-TREE");
  }

  @Test
  void shouldFindReviewsRunningAndUnassignedTasksThroughPartialIndexes() {
    assertThat(plan(GrantClaims.BEST_REVIEW, "coder", 1, 16))
        .contains("USING INDEX talaria_review")
        .doesNotContain("TEMP B-TREE");
    assertThat(plan(GrantClaims.REVIEW_BY_LANE)).contains("COVERING INDEX talaria_review");
    assertThat(plan(RunningWork.RUNNING)).contains("idx_tasks_status").doesNotContain("SCAN r");
    assertThat(plan(Allowance.RUNNING_BY_PROFILE)).contains("idx_tasks_status");
    assertThat(plan(DefaultAssignee.UNASSIGNED, 10))
        .contains("SEARCH tasks USING INDEX talaria_ready (assignee=?)")
        .doesNotContain("TEMP B-TREE");
  }

  @Test
  void shouldCountRunsOfADayFromTheIndexAlone() {
    assertThat(plan(GrantClaims.CANDIDATE, 1, 1, "t", 1))
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
