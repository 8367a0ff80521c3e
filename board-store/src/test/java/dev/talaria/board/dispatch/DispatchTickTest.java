package dev.talaria.board.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.BoardTest;
import dev.talaria.board.dispatch.TickResult.Capped;
import dev.talaria.board.dispatch.TickResult.Spawned;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.protocol.policy.Ladder;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One turn after the other over a board, as people without a service have it. */
class DispatchTickTest extends BoardTest {
  private final FakeHost host = new FakeHost();
  private Caps caps = Caps.NONE;
  private Ladder ladder = Ladder.NONE;
  private Long limit;
  private long staleTimeout;
  private String defaultAssignee = "";

  private DispatchTick dispatch() {
    var settings = new TickSettings(
        "host",
        "host:9",
        900,
        30,
        staleTimeout,
        limit,
        24,
        caps,
        defaultAssignee,
        ladder,
        Set.of("coder", "reviewer", "bob")::contains,
        ZoneOffset.UTC);
    return new DispatchTick(
        fixture.board,
        settings,
        host,
        host,
        host,
        work -> "workspace /w, log /l",
        fixture.recompute);
  }

  private TickResult tick() {
    return dispatch().run();
  }

  private String started(String title) {
    String id = fixture.ready(title);
    assertThat(tick().spawned()).extracting(Spawned::taskId).contains(id);
    return id;
  }

  private void die(String id, WorkerEnd end) {
    host.alive.remove(fixture.task(id).workerPid());
    if (end != null) {
      host.ends.put(id, end);
    }
  }

  private List<Run> runs(String id) {
    return fixture.board.read(tx -> Tasks.runs(tx, id));
  }

  @Test
  void shouldStartWhatIsReadyByPriorityThenAge() {
    String low = fixture.ready("low");
    fixture.pass(1);
    String high = fixture.create(NewTask.titled("high").withAssignee("coder").withPriority(3));

    TickResult result = tick();

    assertThat(host.order).containsExactly(high, low);
    assertThat(result.spawned())
        .containsExactly(
            new Spawned(high, "coder", "/work/" + high), new Spawned(low, "coder", "/work/" + low));
    assertThat(fixture.task(low).status()).isEqualTo("running");
    assertThat(fixture.task(low).workspacePath()).isEqualTo("/work/" + low);
    assertThat(fixture.task(low).claimLock()).isEqualTo("host:9");
    assertThat(fixture.task(low).workerPid()).isEqualTo(1_002);
    assertThat(fixture.kinds(high))
        .containsExactly("created", "claimed[r]", "tip_scratch_workspace", "spawned[r]");
    assertThat(fixture.kinds(low)).containsExactly("created", "claimed[r]", "spawned[r]");
    assertThat(host.spawned.get(low).task().path("status").asText()).isEqualTo("running");
    assertThat(host.spawned.get(low).context()).startsWith("# Kanban task " + low);
  }

  @Test
  void shouldCountCrashesAndGiveUpAtTheLimitForGood() {
    String id = started("t");
    die(id, new WorkerEnd.Exited(3));
    fixture.pass(29);
    assertThat(tick().crashed()).as("within the grace").isEmpty();
    fixture.pass(1);

    TickResult first = tick();

    assertThat(first.crashed()).containsExactly(id);
    assertThat(first.autoBlocked()).isEmpty();
    assertThat(first.spawned()).as("tried again in the same tick").hasSize(1);
    assertThat(fixture.payload(id, "crashed"))
        .contains("\"exit_kind\":\"nonzero_exit\"", "\"exit_code\":3", "\"claimer\":\"host:9\"");
    assertThat(runs(id).get(0).error()).isEqualTo("pid 1001 exited with code 3");
    assertThat(fixture.task(id).consecutiveFailures()).isEqualTo(1);

    die(id, new WorkerEnd.Signalled(9));
    fixture.pass(29);
    assertThat(tick().crashed()).as("the retry has a grace of its own").isEmpty();
    fixture.pass(1);
    TickResult second = tick();
    assertThat(second.crashed()).containsExactly(id);
    assertThat(second.autoBlocked()).containsExactly(id);
    assertThat(second.spawned()).isEmpty();
    assertThat(fixture.payload(id, "gave_up"))
        .contains("\"failures\":2", "\"trigger_outcome\":\"crashed\"", "killed by signal 9");
    fixture.pass(60);
    assertThat(tick().promoted()).as("nothing recovers by itself").isZero();
    assertThat(fixture.status(id)).isEqualTo("blocked");

    fixture.did(tx -> Blocks.unblock(tx, id));
    assertThat(tick().spawned()).hasSize(1);
  }

  @Test
  void shouldBlockAWorkerThatLeftInSilenceForAPerson() {
    String id = started("t");
    die(id, new WorkerEnd.Exited(0));
    fixture.pass(30);

    TickResult result = tick();

    assertThat(result.crashed()).containsExactly(id);
    assertThat(result.autoBlocked()).containsExactly(id);
    assertThat(result.spawned()).isEmpty();
    assertThat(fixture.status(id)).isEqualTo("blocked");
    assertThat(fixture.kinds(id))
        .endsWith("protocol_violation[r]", "blocked[r]")
        .doesNotContain("gave_up", "gave_up[r]");
    assertThat(fixture.payload(id, "blocked"))
        .contains(
            "exited with code 0 without kanban_complete or kanban_block: protocol violation",
            "workspace /w, log /l",
            "talaria unblock " + id,
            "last words");
    assertThat(fixture.payload(id, "protocol_violation"))
        .contains("\"log_tail\":\"last words\"", "\"exit_code\":0");
    assertThat(runs(id).get(0).outcome()).isEqualTo("crashed");
    assertThat(runs(id).get(0).metadata().path("protocol_violation").asBoolean())
        .isTrue();
    assertThat(fixture.task(id).consecutiveFailures()).isEqualTo(1);
    assertThat(tick().promoted()).isZero();
    fixture.did(tx -> Blocks.unblock(tx, id));
    assertThat(tick().spawned()).hasSize(1);
    assertThat(fixture.task(id).consecutiveFailures()).isZero();
  }

  @Test
  void shouldTrySilenceAgainWhereTheTasksOwnRetriesAllowIt() {
    String id = fixture.create(NewTask.titled("t").withAssignee("coder").withMaxRetries(2L));
    tick();
    die(id, new WorkerEnd.Exited(0));
    fixture.pass(30);
    assertThat(tick().spawned()).hasSize(1);
    die(id, new WorkerEnd.Exited(0));
    fixture.pass(30);
    assertThat(tick().autoBlocked()).containsExactly(id);
    assertThat(fixture.kinds(id)).endsWith("protocol_violation[r]", "blocked[r]");
  }

  @Test
  void shouldGiveUpAtOnceWhatCrashesAlike() {
    List<String> ids = List.of(started("a"), started("b"), started("c"));
    String own = fixture.create(NewTask.titled("d").withAssignee("coder").withMaxRetries(3L));
    tick();
    ids.forEach(id -> die(id, null));
    die(own, null);
    fixture.pass(30);

    TickResult result = tick();

    assertThat(result.autoBlocked()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(result.spawned()).extracting(Spawned::taskId).containsExactly(own);
    assertThat(fixture.payload(ids.get(0), "gave_up"))
        .contains("not alive", "\"effective_limit\":1");
    assertThat(fixture.payload(own, "crashed")).doesNotContain("exit_kind");
  }

  @Test
  void shouldUseTheConfiguredLimitForCrashesAndTimeOuts() {
    limit = 1L;
    String crash = started("a");
    String slow =
        fixture.create(NewTask.titled("s").withAssignee("coder").withMaxRuntimeSeconds(40L));
    tick();
    die(crash, new WorkerEnd.Exited(1));
    fixture.pass(40);

    TickResult result = tick();

    assertThat(fixture.status(crash)).isEqualTo("blocked");
    assertThat(fixture.status(slow)).isEqualTo("blocked");
    assertThat(result.timedOut()).containsExactly(slow);
    assertThat(result.autoBlocked()).as("time-outs are not listed there").containsExactly(crash);
    assertThat(host.terminated).hasSize(1);
    assertThat(fixture.payload(slow, "timed_out"))
        .contains("\"elapsed_seconds\":40", "\"limit_seconds\":40", "\"sigkill\":true");
    assertThat(runs(slow).get(0).error()).isEqualTo("elapsed 40s > limit 40s");
    assertThat(fixture.payload(slow, "gave_up")).contains("\"trigger_outcome\":\"timed_out\"");
  }

  @Test
  void shouldFollowALimitThatChangesDuringTheRun() {
    String id = started("a");
    fixture.board.change(tx -> Assignments.setMaxRuntime(tx, id, 40L));
    fixture.pass(39);
    assertThat(tick().timedOut()).isEmpty();
    fixture.pass(1);
    assertThat(tick().timedOut()).containsExactly(id);
  }

  @Test
  void shouldExtendTheClaimOfALivingWorkerAndTakeADeadOnesBack() {
    String living = started("a");
    String replaced = started("b");
    fixture.pass(901);
    host.alive.put(fixture.task(replaced).workerPid(), "another process with its id");

    TickResult result = tick();

    assertThat(result.reclaimed()).isEqualTo(1);
    assertThat(result.crashed()).isEmpty();
    assertThat(fixture.task(living).claimExpires()).isEqualTo(fixture.now() + 900);
    assertThat(fixture.kinds(living)).endsWith("claim_extended[r]");
    assertThat(runs(replaced).get(0).outcome()).isEqualTo("reclaimed");
    assertThat(fixture.task(replaced).consecutiveFailures()).isZero();
  }

  @Test
  void shouldFindAWorkerWhoseTickWasEndedBeforeItCouldRecordIt() {
    String id = fixture.ready("t");
    fixture.claim(id);
    host.unrecorded = java.util.OptionalLong.of(5);
    host.alive.put(5L, "five");
    fixture.pass(901);

    assertThat(tick().reclaimed()).isZero();
    assertThat(fixture.task(id).workerPid()).isEqualTo(5);
    host.unrecorded = java.util.OptionalLong.empty();
    tick();
    assertThat(fixture.kinds(id)).endsWith("spawned[r]", "claim_extended[r]");
  }

  @Test
  void shouldTakeBackWhatIsSilentForTooLong() {
    staleTimeout = 4_000;
    String id = started("t");
    fixture.pass(800);
    tick();
    fixture.board.change(tx -> Claims.heartbeatWorker(tx, id, null, null));
    fixture.pass(3_300);
    assertThat(tick().stale()).as("its last beat is younger than an hour").isEmpty();
    fixture.pass(300);

    TickResult result = tick();

    assertThat(result.stale()).containsExactly(id);
    assertThat(host.terminated).hasSize(1);
    assertThat(fixture.payload(id, "stale"))
        .contains("\"heartbeat_age_seconds\":3600", "\"timeout_seconds\":4000", "\"prev_pid\":");
    assertThat(fixture.task(id).consecutiveFailures()).isZero();
    assertThat(runs(id).get(0).outcome()).isEqualTo("stale");
  }

  @Test
  void shouldShareOneCountOfSlotsBetweenBothColumns() {
    for (int i = 0; i < 3; i++) {
      started("running " + i);
    }
    String review = fixture.ready("review me");
    fixture.board.change(
        tx -> tx.update("UPDATE tasks SET status = 'review' WHERE id = ?", review));
    String ready = fixture.ready("ready");
    caps = new Caps(5, 10, null);

    assertThat(tick().spawned()).extracting(Spawned::taskId).containsExactly(ready, review);

    fixture.ready("more");
    assertThat(tick().spawned()).as("five of five run").isEmpty();
    caps = new Caps(10, 5, null);
    assertThat(dispatch().dryRun().spawned()).isEmpty();
    caps = new Caps(6, null, null);
    assertThat(dispatch().dryRun().spawned()).hasSize(1);
  }

  @Test
  void shouldStartAReviewWithItsOwnSkillAndReturnItThere() {
    String id =
        fixture.create(NewTask.titled("r").withAssignee("reviewer").withSkills(List.of("mine")));
    fixture.board.change(tx -> tx.update("UPDATE tasks SET status = 'review' WHERE id = ?", id));
    tick();
    assertThat(host.spawned.get(id).task().path("skills").toString())
        .isEqualTo("[\"sdlc-review\"]");
    assertThat(fixture.task(id).skills()).containsExactly("mine");
    assertThat(fixture.payload(id, "claimed")).contains("\"source_status\":\"review\"");
    die(id, new WorkerEnd.Exited(2));
    fixture.pass(30);

    caps = new Caps(0, null, null);
    tick();
    assertThat(fixture.status(id)).isEqualTo("review");
    assertThat(fixture.payload(id, "crashed")).contains("\"source_status\":\"review\"");
    caps = Caps.NONE;
    tick();
    die(id, new WorkerEnd.Exited(2));
    fixture.pass(30);
    assertThat(tick().autoBlocked()).containsExactly(id);
    assertThat(fixture.status(id)).isEqualTo("blocked");
  }

  @Test
  void shouldBoundEachProfile() {
    caps = new Caps(null, null, 1);
    String first = fixture.ready("a");
    String second = fixture.ready("b");
    String other = fixture.create(NewTask.titled("c").withAssignee("reviewer"));

    TickResult result = tick();

    assertThat(result.spawned())
        .extracting(Spawned::taskId)
        .containsExactlyInAnyOrder(first, other);
    assertThat(result.skippedPerProfileCapped()).containsExactly(new Capped(second, "coder", 1));
  }

  @Test
  void shouldNameTheDefaultAssigneeInTheBoardsSpelling() {
    String id = fixture.create(NewTask.titled("t"));
    assertThat(tick().skippedUnassigned()).containsExactly(id);
    defaultAssignee = "nosuch";
    assertThat(tick().skippedUnassigned()).containsExactly(id);
    defaultAssignee = " Bob ";

    TickResult result = tick();

    assertThat(result.autoAssignedDefault()).containsExactly(id);
    assertThat(result.spawned()).extracting(Spawned::assignee).containsExactly("bob");
    assertThat(fixture.task(id).assignee()).isEqualTo("bob");
    assertThat(fixture.payload(id, "assigned"))
        .isEqualTo("{\"assignee\":\"bob\",\"source\":\"kanban.default_assignee\"}");
  }

  @Test
  void shouldFindTasksWithABlankAssigneeAfterThoseWithNone() {
    String blank = fixture.create(NewTask.titled("blank"));
    fixture.board.change(tx -> tx.update("UPDATE tasks SET assignee = '' WHERE id = ?", blank));
    String none = fixture.create(NewTask.titled("none"));

    assertThat(fixture.board.<List<String>>read(tx -> DefaultAssignee.unassigned(tx, 5)))
        .containsExactly(none, blank);
    assertThat(fixture.board.<List<String>>read(tx -> DefaultAssignee.unassigned(tx, 1)))
        .containsExactly(none);
  }

  @Test
  void shouldLetTheOthersStartWhenTheWorkspaceOfOneFailsUnexpectedly() {
    String bad = fixture.ready("bad");
    String good = fixture.ready("good");
    host.brokenWorkspace = bad;

    assertThat(tick().spawned()).extracting(Spawned::taskId).containsExactly(good);
    assertThat(fixture.status(bad)).isEqualTo("ready");
    assertThat(fixture.payload(bad, "spawn_failed")).contains("workspace: ", "the disk is gone");
  }

  @Test
  void shouldNotCountAnErrorOfOursAgainstATaskNorHideIt() {
    String id = fixture.ready("t");
    host.brokenWorkspace = id;
    host.workspaceError = new IllegalStateException("a mistake in the program");

    assertThatThrownBy(this::tick).isSameAs(host.workspaceError);

    assertThat(fixture.status(id)).isEqualTo("ready");
    assertThat(fixture.task(id).claimLock()).isNull();
    assertThat(fixture.task(id).consecutiveFailures()).isZero();
    assertThat(fixture.payload(id, "reclaimed")).contains("a mistake in the program");
  }

  @Test
  void shouldJudgeRunTimesWithoutWhatItsHostSlept() {
    String id =
        fixture.create(NewTask.titled("t").withAssignee("coder").withMaxRuntimeSeconds(100L));
    assertThat(tick().spawned()).hasSize(1);
    long began = fixture.now();
    fixture.pass(3_650);

    TickResult rested = dispatch().run(Absences.none(900).with(began + 10, began + 10 + 3_600));

    assertThat(rested.timedOut()).isEmpty();
    assertThat(fixture.status(id)).isEqualTo("running");
    assertThat(tick().timedOut()).containsExactly(id);
  }

  @Test
  void shouldLeaveExternalLanesToThemselves() {
    String id = fixture.create(NewTask.titled("t").withAssignee("elsewhere"));
    assertThat(tick().skippedNonspawnable()).containsExactly(id);
    assertThat(fixture.kinds(id)).containsExactly("created");
  }

  @Test
  void shouldCountWorkersThatCannotBeStarted() {
    String id = fixture.ready("t");
    host.workspaceRefusal = "is relative";
    assertThat(tick().spawned()).isEmpty();
    assertThat(fixture.payload(id, "spawn_failed"))
        .isEqualTo("{\"error\":\"workspace: is relative\",\"failures\":1}");
    assertThat(fixture.status(id)).isEqualTo("ready");
    host.workspaceRefusal = null;
    host.spawnRefusal = "no such program";

    assertThat(tick().autoBlocked()).containsExactly(id);

    assertThat(fixture.payload(id, "gave_up"))
        .contains("no such program", "\"trigger_outcome\":\"spawn_failed\"");
    assertThat(runs(id)).extracting(Run::outcome).containsExactly("spawn_failed", "gave_up");
  }

  @Test
  void shouldClimbTheLadderAtARetry() {
    ladder = new Ladder(Map.of("", "strong"));
    String id = started("t");
    assertThat(fixture.task(id).modelOverride()).as("first spawn").isNull();
    die(id, new WorkerEnd.Exited(1));
    fixture.pass(30);

    tick();

    assertThat(fixture.task(id).modelOverride()).isEqualTo("strong");
    assertThat(host.spawned.get(id).task().path("model_override").asText()).isEqualTo("strong");
    assertThat(fixture.payload(id, "model_escalated"))
        .isEqualTo("{\"from\":\"\",\"to\":\"strong\",\"failures\":1}");
  }

  @Test
  void shouldTellOfAGuardedTaskOnceAndTryAgainAfterTheCoolDown() {
    String id = started("t");
    fixture.board.change(tx -> {
      tx.update("UPDATE tasks SET last_failure_error = 'quota' WHERE id = ?", id);
      tx.update(
          "UPDATE tasks SET status = 'ready', claim_lock = NULL, current_run_id = NULL WHERE id = ?",
          id);
      tx.update(
          "UPDATE task_runs SET outcome = 'crashed', ended_at = ? WHERE task_id = ?", tx.now(), id);
    });
    assertThat(tick().respawnGuarded()).containsExactly(new TickResult.Guarded(id, "blocker_auth"));
    assertThat(tick().respawnGuarded()).hasSize(1);
    assertThat(fixture.kinds(id).stream().filter("respawn_guarded"::equals)).hasSize(1);
    fixture.pass(RespawnGuard.COOL_DOWN_SECONDS);
    assertThat(tick().spawned()).hasSize(1);
  }

  @Test
  void shouldNotTouchAClosedRunWhenAQuickWorkerWasFaster() {
    String id = fixture.ready("t");
    var completions = new Completions(fixture.recompute);
    Spawner spawner = new Spawner() {
      @Override
      public String workspace(Order order) {
        return "/w";
      }

      @Override
      public java.util.OptionalLong spawn(Order order, String workspace) {
        fixture.board.write(tx -> completions.complete(
            tx, id, Completion.empty().withSummary("done").withRun(order.runId())));
        return java.util.OptionalLong.of(77);
      }
    };
    var settings = new TickSettings(
        "host",
        "host:9",
        900,
        30,
        0,
        null,
        24,
        Caps.NONE,
        "",
        Ladder.NONE,
        p -> true,
        ZoneOffset.UTC);
    new DispatchTick(fixture.board, settings, host, spawner, host, work -> "", fixture.recompute)
        .run();

    assertThat(fixture.status(id)).isEqualTo("done");
    assertThat(fixture.task(id).workerPid()).isNull();
    assertThat(fixture.kinds(id)).endsWith("completed[r]", "spawned[r]");
  }

  @Test
  void shouldChangeNothingInADryRun() {
    String dead = started("dead");
    String parent = started("parent");
    String child = fixture.childOf(parent);
    fixture.board.change(tx -> {
      tx.update("UPDATE tasks SET status = 'archived' WHERE id = ?", parent);
      tx.update("DELETE FROM tasks WHERE id = ?", parent);
    });
    String unassigned = fixture.create(NewTask.titled("u"));
    defaultAssignee = "bob";
    die(dead, new WorkerEnd.Exited(1));
    fixture.pass(60);
    List<String> before = dump();

    TickResult result = dispatch().dryRun();

    assertThat(dump()).isEqualTo(before);
    assertThat(result.crashed()).containsExactly(dead);
    assertThat(result.promoted()).isEqualTo(1);
    assertThat(result.autoAssignedDefault()).containsExactly(unassigned);
    assertThat(result.spawned())
        .extracting(Spawned::taskId)
        .containsExactlyInAnyOrder(child, unassigned);
    assertThat(host.terminated).isEmpty();
  }

  private List<String> dump() {
    return fixture.board.read(tx -> tx.list("""
        SELECT id || status || ifnull(assignee, '') || ifnull(claim_lock, '') || consecutive_failures AS line FROM tasks
        UNION ALL
        SELECT id || kind || ifnull(payload, '') FROM task_events
        UNION ALL
        SELECT id || status FROM task_runs
        UNION ALL
        SELECT run_id || identity FROM talaria_processes
        ORDER BY 1
        """, row -> row.requireText("line")));
  }
}
