package dev.talaria.board.transition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.task.Links;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromotionTest extends BoardTest {
  @Test
  void shouldLiftABlockForGoodAndForgetFailures() {
    String id = fixture.ready("t");
    fixture.claim(id);
    fixture.did(tx -> new Failures(fixture.recompute).spawnFailed(tx, id, "no disk", 9L));
    fixture.did(tx -> Blocks.block(tx, id, "look", null));

    assertThat(promote(id, false)).isEqualTo(new Promotions.Result(true, null));

    assertThat(fixture.status(id)).isEqualTo("ready");
    assertThat(fixture.task(id).consecutiveFailures()).isZero();
    assertThat(fixture.task(id).lastFailureError()).isNull();
    assertThat(fixture.kinds(id)).endsWith("blocked[r]", "unblocked", "promoted_manual");
    assertThat(fixture.payload(id, "promoted_manual"))
        .isEqualTo("{\"actor\":\"ann\",\"reason\":\"now\",\"forced\":false}");
    assertThat(fixture.payload(id, "unblocked")).isEqualTo("null");
  }

  @Test
  void shouldCountGiveUpsAfreshAfterAPromotion() {
    String id = fixture.ready("t");
    giveUp(id);
    promote(id, false);
    assertThat(fixture.counted(fixture.recompute::recompute)).isZero();
    assertThat(fixture.status(id)).isEqualTo("ready");

    giveUp(id);
    fixture.counted(fixture.recompute::recompute);

    assertThat(fixture.status(id)).as("the newer give-up wins").isEqualTo("blocked");
  }

  @Test
  void shouldPromoteAFreshTodoTaskWithoutAnUnblock() {
    String parent = fixture.ready("p");
    String child = fixture.childOf(parent);
    promote(child, true);
    assertThat(fixture.kinds(child)).containsExactly("created", "promoted_manual");
  }

  @Test
  void shouldSayWhichParentsHoldItBack() {
    String parent = fixture.ready("p");
    String child = fixture.childOf(parent);

    Promotions.Result refused = promote(child, false);

    assertThat(refused.promoted()).isFalse();
    assertThat(refused.refusal()).contains(parent + " (ready)");
    assertThat(fixture.kinds(child)).containsExactly("created");
    fixture.did(tx -> new Archives(fixture.recompute).archive(tx, parent));
    String other = fixture.create(
        NewTask.titled("c").withParents(List.of(parent)).withInitialStatus("blocked"));
    assertThat(promote(other, false).promoted())
        .as("archived parents are finished")
        .isTrue();
  }

  @Test
  void shouldHoldAForcedPromotionUntilItWasClaimedOnce() {
    String parent = fixture.ready("p");
    String child = fixture.childOf(parent);
    promote(child, true);
    assertThat(fixture.payload(child, "promoted_manual")).contains("\"forced\":true");

    fixture.claim(child);
    fixture.did(tx -> Reclaims.reclaim(tx, child, "again", Termination.none(null, true)));

    assertThat(fixture.status(child)).isEqualTo("ready");
    assertThat(claim(child)).isInstanceOf(ClaimResult.ParentsNotDone.class);
    assertThat(fixture.status(child)).isEqualTo("todo");
  }

  @Test
  void shouldEndAForcedPromotionWithANewLink() {
    String parent = fixture.ready("p");
    String child = fixture.childOf(parent);
    String second = fixture.ready("p2");
    promote(child, true);
    fixture.board.change(tx -> new Links(fixture.recompute).link(tx, second, child));
    assertThat(fixture.status(child)).isEqualTo("todo");

    fixture.board.change(
        tx -> tx.update("UPDATE tasks SET status = 'done' WHERE id IN (?, ?)", parent, second));
    fixture.counted(fixture.recompute::recompute);
    fixture.board.change(tx -> tx.update("UPDATE tasks SET status = 'todo' WHERE id = ?", parent));

    assertThat(claim(child))
        .as("a promotion by its parents came later than the force")
        .isInstanceOf(ClaimResult.ParentsNotDone.class);
  }

  @Test
  void shouldEndAHoldForADecision() {
    String id = fixture.ready("t");
    long run = fixture.claim(id);
    RunEnd end =
        RunEnd.of("crashed", "crashed").counted().awaitingDecision(fixture.now() + 5, null);
    fixture.did(tx -> RunEnds.closeRun(tx, id, run, end));
    String parent = fixture.ready("p");
    fixture.board.change(tx -> new Links(fixture.recompute).link(tx, parent, id));
    assertThat(fixture.status(id)).isEqualTo("todo");

    promote(id, true);

    assertThat(fixture.did(tx -> Holds.get(tx, id).isPresent())).isFalse();
    assertThat(fixture.task(id).claimLock()).isNull();
    assertThat(fixture.kinds(id)).contains("unblocked");
    assertThat(fixture.claim(id)).isPositive();
  }

  @Test
  void shouldOnlyLookInADryRun() {
    String id = fixture.create(NewTask.titled("t").withInitialStatus("blocked"));
    var request = new Promotions.Request("ann", null, false, true);
    assertThat(fixture.board.write(tx -> Promotions.promote(tx, id, request)).promoted())
        .isTrue();
    assertThat(fixture.status(id)).isEqualTo("blocked");
    assertThat(fixture.kinds(id)).containsExactly("created", "blocked");
  }

  @Test
  void shouldPromoteFromTodoAndBlockedOnly() {
    String ready = fixture.ready("t");
    String triage = fixture.create(NewTask.titled("t").withTriage(true));
    String scheduled = fixture.ready("t");
    fixture.did(tx -> Blocks.schedule(tx, scheduled, null, null));
    for (String id : List.of(ready, triage, scheduled)) {
      assertThat(promote(id, true).refusal()).contains("it is '" + fixture.status(id) + "'");
    }
    assertThat(promote("t_nope", true).refusal()).contains("t_nope");
  }

  private Promotions.Result promote(String id, boolean force) {
    return fixture.board.write(
        tx -> Promotions.promote(tx, id, new Promotions.Request("ann", "now", force, false)));
  }

  private ClaimResult claim(String id) {
    return fixture.board.write(tx -> Claims.claim(tx, id, "host:1", 900));
  }

  private void giveUp(String id) {
    fixture.claim(id);
    fixture.board.write(tx -> {
      long run = Runs.current(tx, id);
      RunEnds.closeRun(tx, id, run, RunEnd.of("crashed", "crashed"));
      return new Failures(fixture.recompute)
          .runFailed(tx, id, "boom", "crashed", 1L, BoardJson.object());
    });
  }
}
