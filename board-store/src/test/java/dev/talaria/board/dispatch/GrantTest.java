package dev.talaria.board.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.BoardTest;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Archives;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Reclaims;
import dev.talaria.board.transition.Termination;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Grants, the ceiling, holds and verdicts. */
class GrantTest extends BoardTest {
  private static final int CEILING = 6;

  private ClaimResult grant(String id) {
    return fixture.board.write(tx ->
        GrantClaims.claimForLauncher(tx, id, "h:1:u", 60, "h/launcher/main", 3, "inst", CEILING));
  }

  private long granted(String id) {
    return ((ClaimResult.Granted) grant(id)).runId();
  }

  private List<String> best(int limit) {
    return fixture.board.read(tx -> GrantClaims.bestReady(tx, "coder", limit));
  }

  private long fail(String id) {
    long run = granted(id);
    RunEnd end = RunEnd.of("crashed", "crashed")
        .withError("boom")
        .withPayload(BoardJson.object().put("pid", 1))
        .awaitingDecision(fixture.now() + 5, "{\"limit\":2}")
        .counted();
    assertThat(fixture.did(tx -> RunEnds.closeRun(tx, id, run, end))).isTrue();
    return run;
  }

  @Test
  void shouldOfferByPriorityThenAgeThenOrderOfCreation() {
    String old = fixture.ready("old");
    String twin = fixture.ready("twin");
    fixture.pass(1);
    String high = fixture.create(NewTask.titled("h").withAssignee("coder").withPriority(2));
    fixture.create(NewTask.titled("other").withAssignee("other"));
    assertThat(best(10)).containsExactly(high, old, twin);
    assertThat(best(1)).containsExactly(high);
    Map<String, Long> counts = fixture.board.read(GrantClaims::readyCountByLane);
    assertThat(counts).isEqualTo(Map.of("coder", 3L, "other", 1L));
  }

  @Test
  void shouldRecordTheLauncherAndSeedTheHeartbeat() {
    String id = fixture.ready("t");
    long run = granted(id);
    var launcherRun = fixture.board.read(tx -> LauncherRuns.get(tx, run)).orElseThrow();
    assertThat(launcherRun.launcher()).isEqualTo("h/launcher/main");
    assertThat(launcherRun.incarnation()).isEqualTo(3);
    assertThat(launcherRun.sourceStatus()).isEqualTo("ready");
    assertThat(fixture.task(id).lastHeartbeatAt()).isEqualTo(fixture.now());
    assertThat(fixture.did(tx -> LauncherRuns.started(tx, run, "sonnet"))).isTrue();
    fixture.pass(9);
    assertThat(fixture.counted(tx -> LauncherRuns.extend(tx, List.of(run, run + 1), 60)))
        .isEqualTo(1);
    assertThat(fixture.task(id).claimExpires()).isEqualTo(fixture.now() + 60);
    assertThat(fixture.board.<List<LauncherRuns.LauncherRun>>read(
            tx -> LauncherRuns.live(tx, "h/launcher/main")))
        .hasSize(1);
    assertThat(fixture.did(tx -> LauncherRuns.exited(tx, run))).isTrue();
    assertThat(fixture.did(tx -> LauncherRuns.exited(tx, run))).isFalse();
    assertThat(fixture.board.<List<LauncherRuns.LauncherRun>>read(LauncherRuns::allLive))
        .isEmpty();
  }

  @Test
  void shouldBlockAtTheCeilingWhateverEndedTheRuns() {
    String id = fixture.ready("t");
    var recompute = fixture.recompute;
    List<java.util.function.LongConsumer> ends = List.of(
        run -> fixture.did(
            tx -> RunEnds.closeRun(tx, id, run, RunEnd.of("crashed", "crashed").counted())),
        run -> fixture.did(
            tx -> RunEnds.closeRun(tx, id, run, RunEnd.of("rate_limited", "rate_limited"))),
        run -> fixture.did(tx -> Blocks.block(tx, id, "w", run) && Blocks.unblock(tx, id)),
        run -> fixture.did(tx -> {
          LauncherRuns.started(tx, run, null); // one that never started would cost nothing
          return Reclaims.reclaim(tx, id, "r", Termination.none(null, false))
              && LauncherRuns.exited(tx, run);
        }),
        run -> fixture.did(
            tx -> RunEnds.closeRun(tx, id, run, RunEnd.of("launcher_lost", "launcher_lost"))),
        run -> fixture.did(tx ->
            RunEnds.closeRun(tx, id, run, RunEnd.of("timed_out", "timed_out").counted())));
    ends.forEach(end -> end.accept(granted(id)));

    assertThat(grant(id)).isEqualTo(new ClaimResult.CeilingReached(CEILING, CEILING));

    assertThat(fixture.status(id)).isEqualTo("blocked");
    assertThat(fixture.payload(id, "blocked"))
        .isEqualTo(
            "{\"reason\":\"run ceiling: 6 runs in 24 h (limit 6); lift it with: talaria unblock "
                + id
                + " --more N\",\"ceiling\":6,\"runs\":6}");
    assertThat(fixture.counted(recompute::recompute)).isZero();
    fixture.did(tx -> Blocks.unblock(tx, id));
    assertThat(grant(id))
        .as("a plain unblock lifts nothing")
        .isInstanceOf(ClaimResult.CeilingReached.class);
    assertThatThrownBy(() -> fixture.did(tx -> Blocks.unblockWithMore(tx, id, 0, "me")))
        .isInstanceOf(InvalidRequestException.class);
    assertThat(fixture.did(tx -> Blocks.unblockWithMore(tx, id, 1, "me"))).isTrue();
    ends.get(0).accept(granted(id));
    assertThat(grant(id)).isEqualTo(new ClaimResult.CeilingReached(7, 7));
    fixture.did(tx -> Blocks.unblockWithMore(tx, id, 1, "me"));
    ends.get(0).accept(granted(id));
    fixture.pass(86_400);
    assertThat(grant(id))
        .as("a day later the runs are past")
        .isInstanceOf(ClaimResult.Granted.class);
  }

  @Test
  void shouldNotCountRunsThatTheirLaunchersGaveBack() {
    String id = fixture.ready("t");
    for (int i = 0; i < CEILING + 2; i++) {
      long run = granted(id);
      fixture.did(tx -> {
        LauncherRuns.exited(tx, run);
        return RunEnds.closeRun(tx, id, run, RunEnd.of("reclaimed", "reclaimed"));
      });
    }
    for (int i = 0; i < CEILING; i++) {
      long run = granted(id);
      fixture.did(tx -> {
        LauncherRuns.started(tx, run, null);
        LauncherRuns.exited(tx, run);
        return RunEnds.closeRun(tx, id, run, RunEnd.of("reclaimed", "reclaimed"));
      });
    }

    assertThat(grant(id)).isEqualTo(new ClaimResult.CeilingReached(CEILING, CEILING));
  }

  @Test
  void shouldCountHermessOwnRunsAtTheCeilingToo() {
    String id = fixture.ready("t");
    for (int i = 0; i < CEILING; i++) {
      fixture.claim(id);
      fixture.did(tx -> Reclaims.reclaim(tx, id, null, Termination.none(null, true)));
    }
    assertThat(grant(id)).isInstanceOf(ClaimResult.CeilingReached.class);
  }

  @Test
  void shouldChangeNothingForAStaleRun() {
    String id = fixture.ready("t");
    long run = granted(id);
    RunEnd end = RunEnd.of("crashed", "crashed").counted();
    assertThat(fixture.did(tx -> RunEnds.closeRun(tx, id, run + 1, end))).isFalse();
    assertThat(fixture.did(tx -> RunEnds.closeRun(tx, id, run, end))).isTrue();
    Run closed = fixture.board.read(tx -> Tasks.run(tx, run)).orElseThrow();
    assertThat(fixture.did(tx -> RunEnds.closeRun(tx, id, run, end.withError("late"))))
        .isFalse();
    assertThat(fixture.board.read(tx -> Tasks.run(tx, run)).orElseThrow()).isEqualTo(closed);
    assertThat(fixture.kinds(id)).containsExactly("created", "claimed[r]", "crashed[r]");
  }

  @Test
  void shouldHoldUntilTheVerdictWhateverTheLockSays() {
    String id = fixture.ready("t");
    long run = fail(id);
    assertThat(best(5)).isEmpty();
    fixture.board.change(tx -> tx.update("UPDATE tasks SET claim_lock = NULL WHERE id = ?", id));
    assertThat(best(5)).as("clearing the lock releases nothing").isEmpty();
    assertThat(grant(id)).isInstanceOf(ClaimResult.Lost.class);
    assertThat(fixture.board.<ClaimResult>write(tx -> Claims.claim(tx, id, "h:2", 9)))
        .isInstanceOf(ClaimResult.Lost.class);
    Map<String, Long> counts = fixture.board.read(GrantClaims::readyCountByLane);
    assertThat(counts).isEmpty();
    assertThat(fixture.board.<List<Holds.Hold>>read(tx -> Holds.due(tx, 9))).isEmpty();
    fixture.pass(5);
    assertThat(fixture.board.<List<Holds.Hold>>read(tx -> Holds.due(tx, 9)))
        .extracting(Holds.Hold::runId)
        .containsExactly(run);
  }

  @Test
  void shouldApplyEachVerdictOnce() {
    var verdicts = new Verdicts(fixture.recompute);
    String id = fixture.ready("t");
    long run = fail(id);
    assertThat(fixture.did(tx -> verdicts.recordDecided(tx, id, run + 1, BoardJson.object())))
        .isFalse();
    assertThat(fixture.did(
            tx -> verdicts.recordDecided(tx, id, run, BoardJson.object().put("action", "retry"))))
        .isTrue();
    assertThat(fixture.did(tx -> verdicts.setModel(tx, id, run, null, "opus", 1)))
        .isTrue();
    assertThat(fixture.did(tx -> verdicts.backoff(tx, id, run, tx.now() + 30))).isTrue();
    assertThat(fixture.did(tx -> verdicts.release(tx, id, run)))
        .as("decided already")
        .isFalse();
    assertThat(fixture.task(id).modelOverride()).isEqualTo("opus");
    assertThat(fixture.payload(id, "model_escalated"))
        .isEqualTo("{\"from\":null,\"to\":\"opus\",\"failures\":1}");
    assertThat(grant(id)).isInstanceOf(ClaimResult.Lost.class);
    fixture.pass(30);
    assertThat(best(5)).containsExactly(id);
    assertThat(grant(id)).isInstanceOf(ClaimResult.Granted.class);
  }

  @Test
  void shouldGiveUpOrBlockFinally() {
    var verdicts = new Verdicts(fixture.recompute);
    String given = fixture.ready("t");
    long run = fail(given);
    assertThat(fixture.did(
            tx -> verdicts.giveUp(tx, given, run, BoardJson.object().put("reason", "2 of 2"))))
        .isTrue();
    assertThat(fixture.kinds(given)).endsWith("crashed[r]", "gave_up[r]", "blocked[r]");
    assertThat(fixture.task(given).claimLock()).isNull();
    String blocked = fixture.ready("u");
    long other = fail(blocked);
    assertThat(fixture.did(tx -> verdicts.blockWithReason(
            tx, blocked, other, BoardJson.object().put("reason", "silent"))))
        .isTrue();
    assertThat(fixture.kinds(blocked)).endsWith("crashed[r]", "blocked[r]");
    assertThat(fixture.counted(fixture.recompute::recompute)).isZero();
    assertThat(fixture.board.<List<Holds.Hold>>read(Holds::all)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"unblock", "reclaim", "complete", "block", "assign", "archive"})
  void shouldEndTheHoldWhenAnOperatorActs(String act) {
    String id = fixture.ready("t");
    long run = fail(id);
    boolean acted = fixture.did(tx -> switch (act) {
      case "unblock" -> Blocks.unblock(tx, id);
      case "reclaim" -> Reclaims.reclaim(tx, id, null, Termination.none(null, false));
      case "complete" ->
        new Completions(fixture.recompute).complete(tx, id, Completion.empty()).completed();
      case "block" -> Blocks.block(tx, id, "w", null);
      case "assign" -> Assignments.assign(tx, id, "other");
      default -> new Archives(fixture.recompute).archive(tx, id);
    });
    assertThat(acted).isTrue();
    assertThat(fixture.task(id).claimLock()).isNull();
    assertThat(fixture.board.<List<Holds.Hold>>read(Holds::all)).isEmpty();
    assertThat(fixture.did(tx -> new Verdicts(fixture.recompute).release(tx, id, run)))
        .isFalse();
  }

  @Test
  void shouldDropAHoldThatHermesOvertook() {
    String id = fixture.ready("t");
    long run = fail(id);
    fixture.board.change(
        tx -> tx.update("UPDATE tasks SET status = 'done', claim_lock = NULL WHERE id = ?", id));
    assertThat(fixture.did(
            tx -> new Verdicts(fixture.recompute).giveUp(tx, id, run, BoardJson.object())))
        .isFalse();
    assertThat(fixture.status(id)).isEqualTo("done");
    assertThat(fixture.board.<List<Holds.Hold>>read(Holds::all)).isEmpty();
  }

  @Test
  void shouldStillDecideAboutATaskThatALinkSentBack() {
    String parent = fixture.ready("p");
    String id = fixture.ready("t");
    long run = fail(id);
    fixture.board.change(
        tx -> new dev.talaria.board.task.Links(fixture.recompute).link(tx, parent, id));
    assertThat(fixture.status(id)).isEqualTo("todo");
    assertThat(fixture.did(tx -> new Verdicts(fixture.recompute).release(tx, id, run)))
        .isTrue();
    assertThat(fixture.task(id).claimLock()).as("nothing stays locked for ever").isNull();
  }

  @Test
  void shouldReturnAFailedReviewToReviewAndHoldItThere() {
    String id = fixture.ready("t");
    fixture.board.change(tx -> tx.update("UPDATE tasks SET status = 'review' WHERE id = ?", id));
    long run = fail(id);
    assertThat(fixture.status(id)).isEqualTo("review");
    assertThat(fixture.payload(id, "crashed")).contains("\"source_status\":\"review\"");
    assertThat(fixture.did(tx -> new Verdicts(fixture.recompute).release(tx, id, run)))
        .isTrue();
    assertThat(grant(id)).isInstanceOf(ClaimResult.Granted.class);
  }

  @Test
  void shouldRememberCommandsAndOffsets() {
    assertThat(fixture.did(tx -> CommandLog.record(tx, "c1", "claim", "granted", null, 4L)))
        .isTrue();
    assertThat(fixture.did(tx -> CommandLog.record(tx, "c1", "claim", "other", null, 5L)))
        .isFalse();
    assertThat(fixture.board.read(tx -> CommandLog.find(tx, "c1")).orElseThrow().runId())
        .isEqualTo(4);
    fixture.pass(100);
    assertThat(fixture.counted(tx -> CommandLog.trim(tx, tx.now()))).isEqualTo(1);
    var position = new Inbox.Position("commands", 2, "id", 8, 42);
    fixture.board.change(tx -> Inbox.put(tx, position));
    fixture.board.change(tx -> Inbox.put(tx, new Inbox.Position("commands", 2, "id", 8, 43)));
    assertThat(
            fixture.board.read(tx -> Inbox.get(tx, "commands", 2)).orElseThrow().nextOffset())
        .isEqualTo(43);
  }

  @Test
  void shouldPassOverTasksThatTheBusCannotName() {
    String good = fixture.ready("good");
    for (String bad : List.of("t#1", " ", "t".repeat(201))) {
      String id = fixture.ready("bad");
      fixture.board.change(
          tx -> tx.update("UPDATE tasks SET id = ?, priority = 9 WHERE id = ?", bad, id));
    }

    assertThat(fixture.board.<List<String>>read(tx -> GrantClaims.bestReady(tx, "coder", 9)))
        .containsExactly(good);
  }
}
