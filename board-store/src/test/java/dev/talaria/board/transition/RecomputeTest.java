package dev.talaria.board.transition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;
import org.junit.jupiter.api.Test;

/** Which blocked tasks come back by themselves: sticky blocks, breaker blocks with and without parents. */
class RecomputeTest extends BoardTest {
  private String doneParent() {
    String parent = fixture.ready("parent");
    fixture.did(tx -> new Completions(fixture.recompute)
        .complete(tx, parent, Completion.empty())
        .completed());
    return parent;
  }

  private void giveUp(String id) {
    fixture.claim(id);
    fixture.did(tx -> new Failures(fixture.recompute).spawnFailed(tx, id, "boom", 1L));
  }

  private int recompute() {
    return fixture.counted(fixture.recompute::recompute);
  }

  @Test
  void shouldKeepAParentlessTaskBlockedThroughAnyNumberOfTicks() {
    String id = fixture.ready("t");
    giveUp(id);
    for (int i = 0; i < 3; i++) {
      assertThat(recompute()).isZero();
    }
    assertThat(fixture.status(id)).isEqualTo("blocked");
    fixture.did(tx -> Blocks.unblock(tx, id));
    assertThat(fixture.status(id)).isEqualTo("ready");
    assertThat(fixture.task(id).consecutiveFailures()).isZero();
  }

  @Test
  void shouldKeepAParentlessTaskThatHermesGaveUp() {
    String id = fixture.ready("t");
    fixture.board.change(tx -> {
      tx.update("UPDATE tasks SET status = 'blocked' WHERE id = ?", id);
      Events.append(tx, id, null, "gave_up", BoardJson.object().put("failures", 2));
    });
    assertThat(recompute()).isZero();
  }

  @Test
  void shouldLetATaskWithFinishedParentsRecoverOnceAndNotTwice() {
    String id = fixture.childOf(doneParent());
    giveUp(id);
    assertThat(fixture.kinds(id)).as("hermes may recover it too").endsWith("gave_up[r]");
    assertThat(recompute()).isEqualTo(1);
    assertThat(fixture.status(id)).isEqualTo("ready");
    giveUp(id);
    assertThat(fixture.kinds(id))
        .as("final: hermes must respect it")
        .endsWith("gave_up[r]", "blocked[r]");
    assertThat(recompute()).isZero();
    fixture.did(tx -> Blocks.unblock(tx, id));
    giveUp(id);
    assertThat(recompute()).as("an unblock starts the count again").isEqualTo(1);
  }

  @Test
  void shouldNotRecoverAtAllWhenTheLimitIsZero() {
    var never = new Recompute(0);
    String id = fixture.childOf(doneParent());
    fixture.claim(id);
    fixture.did(tx -> new Failures(never).spawnFailed(tx, id, "boom", 1L));
    assertThat(fixture.kinds(id)).endsWith("blocked[r]");
    assertThat(fixture.counted(never::recompute)).isZero();
  }

  @Test
  void shouldNotTakeACompanionForAPersonsBlock() {
    String id = fixture.ready("t");
    giveUp(id);
    String parent = doneParent();
    fixture.board.change(
        tx -> new dev.talaria.board.task.Links(fixture.recompute).link(tx, parent, id));
    assertThat(recompute()).as("with a parent it has a recovery left").isEqualTo(1);
  }

  @Test
  void shouldKeepWhatAPersonBlockedEvenWithFinishedParents() {
    String id = fixture.childOf(doneParent());
    fixture.did(tx -> Blocks.block(tx, id, "wait", null));
    assertThat(recompute()).isZero();
    fixture.board.change(tx -> Events.append(tx, id, null, "promoted_manual", null));
    assertThat(recompute()).as("other kinds take no part").isZero();
  }

  @Test
  void shouldWaitForEveryParent() {
    String a = fixture.ready("a");
    String b = fixture.ready("b");
    String child = fixture.childOf(a, b);
    var completions = new Completions(fixture.recompute);
    fixture.did(tx -> completions.complete(tx, a, Completion.empty()).completed());
    assertThat(fixture.status(child)).isEqualTo("todo");
    fixture.did(tx -> completions.complete(tx, b, Completion.empty()).completed());
    assertThat(fixture.status(child)).isEqualTo("ready");
    assertThat(recompute()).as("nothing is promoted twice").isZero();
  }
}
