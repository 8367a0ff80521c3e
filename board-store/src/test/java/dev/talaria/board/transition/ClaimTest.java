package dev.talaria.board.transition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.task.Links;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Claims, heartbeats, taking back, and hermes's breaker. */
class ClaimTest extends BoardTest {
  @Test
  void shouldGrantOnceAndKeepTheFirstStart() {
    String id = fixture.ready("t");
    long run = fixture.claim(id);
    assertThat(claim(id)).isInstanceOf(ClaimResult.Lost.class);
    assertThat(fixture.payload(id, "claimed"))
        .isEqualTo("{\"lock\":\"host:1\",\"expires\":" + (fixture.now() + 900) + ",\"run_id\":"
            + run + "}");
    long start = fixture.now();
    fixture.pass(10);
    fixture.did(tx -> Reclaims.reclaim(tx, id, null, Termination.none(null, true)));
    fixture.claim(id);
    assertThat(fixture.task(id).startedAt()).isEqualTo(start);
    assertThat(fixture.board.<List<Run>>read(tx -> Tasks.runs(tx, id)))
        .extracting(Run::startedAt)
        .containsExactly(start, start + 10);
  }

  @Test
  void shouldDemoteAReadyTaskWhoseParentIsUnfinished() {
    String parent = fixture.ready("p");
    String child = fixture.ready("c");
    fixture.board.change(tx -> new Links(fixture.recompute).link(tx, parent, child));
    fixture.board.change(tx -> tx.update("UPDATE tasks SET status = 'ready' WHERE id = ?", child));
    assertThat(claim(child)).isInstanceOf(ClaimResult.ParentsNotDone.class);
    assertThat(fixture.status(child)).isEqualTo("todo");
    assertThat(fixture.payload(child, "claim_rejected"))
        .isEqualTo("{\"reason\":\"parents_not_done\"}");
  }

  @Test
  void shouldCloseALeakedRunBeforeItClaims() {
    String id = fixture.ready("t");
    long leaked = fixture.claim(id);
    fixture.board.change(
        tx -> tx.update("UPDATE tasks SET status = 'ready', claim_lock = NULL WHERE id = ?", id));
    long run = fixture.claim(id);
    assertThat(run).isGreaterThan(leaked);
    Run closed = fixture.board.read(tx -> Tasks.run(tx, leaked)).orElseThrow();
    assertThat(closed.outcome()).isEqualTo("reclaimed");
    assertThat(closed.summary()).isEqualTo("invariant recovery on re-claim");
  }

  @Test
  void shouldReturnAFailedReviewToReview() {
    String id = fixture.ready("t");
    fixture.board.change(tx -> tx.update("UPDATE tasks SET status = 'review' WHERE id = ?", id));
    assertThat(reviewed(id)).isInstanceOf(ClaimResult.Granted.class);
    assertThat(fixture.payload(id, "claimed")).endsWith("\"source_status\":\"review\"}");
    fixture.did(tx -> new Failures(fixture.recompute).spawnFailed(tx, id, "no such profile", 5L));
    assertThat(fixture.status(id)).isEqualTo("review");
  }

  @Test
  void shouldRenewOnlyTheOwnersClaim() {
    String id = fixture.ready("t");
    long run = fixture.claim(id);
    fixture.pass(5);
    assertThat(fixture.did(tx -> Claims.heartbeatClaim(tx, id, "host:2", 60))).isFalse();
    assertThat(fixture.did(tx -> Claims.heartbeatClaim(tx, id, "host:1", 60))).isTrue();
    assertThat(fixture.task(id).claimExpires()).isEqualTo(fixture.now() + 60);
    assertThat(fixture.did(tx -> Claims.heartbeatWorker(tx, id, null, run + 1))).isFalse();
    assertThat(fixture.did(tx -> Claims.heartbeatWorker(tx, id, "on it", run))).isTrue();
    assertThat(fixture.payload(id, "heartbeat")).isEqualTo("{\"note\":\"on it\"}");
    fixture.board.change(tx -> Claims.setWorkerPid(tx, id, 4242));
    assertThat(fixture.task(id).workerPid()).isEqualTo(4242);
    Run open = fixture.board.read(tx -> Tasks.run(tx, run)).orElseThrow();
    assertThat(open)
        .extracting(Run::workerPid, Run::claimExpires, Run::lastHeartbeatAt)
        .containsExactly(4242L, fixture.now() + 60, fixture.now());
    assertThat(fixture.kinds(id))
        .containsExactly("created", "claimed[r]", "heartbeat[r]", "spawned[r]");
  }

  @Test
  void shouldTakeBackOnlyClaimsThatAreStrictlyOver() {
    String id = fixture.ready("t");
    fixture.claim(id);
    fixture.pass(900);
    assertThat(expired()).isEmpty();
    fixture.pass(1);
    ExpiredClaim claim = expired().get(0);
    assertThat(claim.isHostLocal("host")).isTrue();
    assertThat(fixture.did(tx -> Reclaims.extend(tx, claim, 900))).isTrue();
    assertThat(fixture.did(tx -> Reclaims.reclaimExpired(tx, claim, Termination.none(null, true))))
        .as("renewed in between")
        .isFalse();
    fixture.pass(901);
    ExpiredClaim again = expired().get(0);
    assertThat(fixture.did(
            tx -> Reclaims.reclaimExpired(tx, again, new Termination(7L, true, true, true, false))))
        .isTrue();
    assertThat(fixture.status(id)).isEqualTo("ready");
    assertThat(fixture.task(id).consecutiveFailures()).as("never a failure").isZero();
    assertThat(fixture.payload(id, "reclaimed"))
        .contains("\"stale_lock\":\"host:1\"")
        .contains("\"prev_pid\":7")
        .contains("\"sigkill\":false");
    assertThat(fixture.kinds(id))
        .containsExactly("created", "claimed[r]", "claim_extended[r]", "reclaimed[r]");
  }

  @Test
  void shouldCountSpawnFailuresAndGiveUpAtTheLimit() {
    String id = fixture.ready("t");
    var failures = new Failures(fixture.recompute);
    fixture.claim(id);
    assertThat(fixture.did(tx -> failures.spawnFailed(tx, id, "\uD83E\uDD80".repeat(600), null)))
        .isFalse();
    assertThat(fixture.task(id).lastFailureError()).isEqualTo("\uD83E\uDD80".repeat(500));
    fixture.claim(id);
    assertThat(fixture.did(tx -> failures.spawnFailed(tx, id, "again", null))).isTrue();
    assertThat(fixture.kinds(id))
        .containsExactly(
            "created", "claimed[r]", "spawn_failed[r]", "claimed[r]", "gave_up[r]", "blocked[r]");
    assertThat(fixture.payload(id, "gave_up"))
        .isEqualTo(
            "{\"failures\":2,\"effective_limit\":2,\"limit_source\":\"dispatcher\",\"error\":\"again\",\"trigger_outcome\":\"spawn_failed\"}");
    assertThat(fixture.payload(id, "blocked"))
        .isEqualTo("{\"reason\":\"again\",\"companion_of\":\"gave_up\"}");
  }

  @Test
  void shouldLetTheTasksOwnLimitWin() {
    String id = fixture.create(dev.talaria.board.task.NewTask.titled("t").withMaxRetries(3L));
    var failures = new Failures(fixture.recompute);
    for (int i = 1; i <= 3; i++) {
      boolean last = i == 3;
      assertThat(fixture.did(tx -> failures.runFailed(
              tx, id, "boom", "crashed", 1L, BoardJson.object().put("pid", 9))))
          .isEqualTo(last);
    }
    assertThat(fixture.kinds(id)).containsExactly("created", "gave_up", "blocked");
    assertThat(fixture.payload(id, "gave_up"))
        .contains("\"limit_source\":\"task\"")
        .endsWith("\"pid\":9}");
    assertThat(fixture.did(
            tx -> failures.runFailed(tx, id, "boom", "crashed", 1L, BoardJson.object())))
        .as("nothing is given up twice")
        .isFalse();
  }

  private List<ExpiredClaim> expired() {
    return fixture.board.read(Reclaims::expired);
  }

  private ClaimResult reviewed(String id) {
    return fixture.board.write(tx -> Claims.claimReview(tx, id, "host:2", 900));
  }

  private ClaimResult claim(String id) {
    return fixture.board.write(tx -> Claims.claim(tx, id, "host:2", 900));
  }

  @Test
  void shouldRecordATerminationOfNoProcessAsHermesDoes() {
    String id = fixture.ready("t");
    fixture.claim(id);
    fixture.board.change(tx -> tx.update("UPDATE tasks SET claim_lock = NULL WHERE id = ?", id));
    fixture.did(tx -> Reclaims.reclaim(tx, id, null, Termination.none(null, true)));
    assertThat(fixture.payload(id, "reclaimed"))
        .contains("\"prev_lock\":null", "\"prev_pid\":null", "\"host_local\":false");
    assertThat(fixture.board.read(tx -> Tasks.runs(tx, id)).get(0).error())
        .isEqualTo("manual_reclaim lock=None");
  }
}
