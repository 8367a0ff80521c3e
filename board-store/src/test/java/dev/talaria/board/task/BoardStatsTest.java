package dev.talaria.board.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.transition.Archives;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BoardStatsTest extends BoardTest {
  @Test
  void shouldCountWithoutArchivedTasks() {
    String first = fixture.ready("a");
    fixture.pass(60);
    String gone = fixture.ready("gone");
    fixture.childOf(first);
    fixture.create(NewTask.titled("nobody's").withTriage(true));
    fixture.did(tx -> new Archives(fixture.recompute).archive(tx, gone));
    fixture.pass(40);

    BoardStats stats = fixture.board.read(BoardStats::of);

    assertThat(stats.byStatus()).isEqualTo(Map.of("ready", 1L, "todo", 1L, "triage", 1L));
    assertThat(stats.byAssignee()).isEqualTo(Map.of("coder", Map.of("ready", 1L, "todo", 1L)));
    assertThat(stats.oldestReadyAgeSeconds()).isEqualTo(100);
    assertThat(stats.now()).isEqualTo(fixture.now());
  }

  @Test
  void shouldSayThatNothingIsReady() {
    assertThat(fixture.board.read(BoardStats::of).oldestReadyAgeSeconds()).isNull();
  }

  @Test
  void shouldReadIndexesAlone() {
    assertThat(plan(BoardStats.COUNTS))
        .contains("COVERING INDEX idx_tasks_assignee_status")
        .doesNotContain("TEMP B-TREE");
    assertThat(plan(Tasks.OLDEST_READY)).contains("COVERING INDEX talaria_ready");
  }

  private String plan(String sql) {
    List<String> steps = fixture.board.read(
        tx -> tx.list("EXPLAIN QUERY PLAN " + sql, row -> String.valueOf(row.text("detail"))));
    return String.join("\n", steps);
  }
}
