package dev.talaria.board.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.talaria.board.BoardTest;
import dev.talaria.board.transition.Blocks;
import dev.talaria.protocol.waiting.Downstream;
import dev.talaria.protocol.waiting.Downstream.Waiting;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrandedWorkTest extends BoardTest {
  private Downstream below(String task) {
    return fixture.board.read(tx -> StrandedWork.below(tx, task));
  }

  private StrandedWork.Found ofBoard() {
    return fixture.board.read(StrandedWork::ofBoard);
  }

  private String blocked() {
    String id = fixture.ready("blocked");
    fixture.did(tx -> Blocks.block(tx, id, "why", null));
    return id;
  }

  private static List<String> ids(Downstream found) {
    return found.waiting().stream().map(Waiting::task).toList();
  }

  @Test
  void shouldFindWhatWaitsDirectlyAndThroughOthers() {
    String top = blocked();
    String child = fixture.childOf(top);
    String far = fixture.childOf(child);
    fixture.ready("free");

    assertThat(ids(below(top))).containsExactly(child, far);
    assertThat(below(top).depth()).isEqualTo(2);
    assertThat(ids(below(far))).isEmpty();
  }

  @Test
  void shouldEndAtATaskThatIsUnderWay() {
    String top = fixture.ready("t");
    String child = fixture.ready("already running");
    fixture.claim(child);
    fixture.board.change(tx -> new Links(fixture.recompute).link(tx, top, child));
    fixture.childOf(child);
    fixture.did(tx -> Blocks.block(tx, top, "why", null));

    assertThat(ids(below(top))).isEmpty();
    assertThat(ofBoard().all().waiting()).isEmpty();
    assertThat(ofBoard().worst()).isEmpty();
  }

  @Test
  void shouldCountForTheBoardEachTaskOnceAndNameTheWorstFirst() {
    String small = blocked();
    String large = blocked();
    String both = fixture.childOf(small, large);
    fixture.childOf(large);

    StrandedWork.Found found = ofBoard();

    assertThat(found.all().waiting()).hasSize(2);
    assertThat(found.all().depth()).isEqualTo(1);
    assertThat(found.worst().stream().map(StrandedWork.Behind::task)).containsExactly(large, small);
    assertThat(ids(found.worst().get(1).below())).containsExactly(both);
  }

  @Test
  void shouldEndAtItsBoundOnABoardThatIsLarger() {
    String top = blocked();
    fixture.board.change(tx -> {
      tx.update("""
          INSERT INTO tasks (id, title, status, created_at, workspace_kind)
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
          SELECT 'c' || i, 't', 'todo', 0, 'scratch' FROM n
          """);
      tx.update("""
          INSERT INTO task_links (parent_id, child_id)
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
          SELECT CASE i WHEN 1 THEN ? ELSE 'c' || (i - 1) END, 'c' || i FROM n
          """, top);
    });

    Downstream found = assertTimeout(Duration.ofSeconds(5), () -> below(top));

    assertThat(found.waiting()).hasSize(10_000);
    assertThat(found.depth()).isEqualTo(10_000);
    assertThat(found.more()).isTrue();
  }
}
