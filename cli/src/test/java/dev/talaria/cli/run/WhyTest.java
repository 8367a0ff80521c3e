package dev.talaria.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.GrantClaims.Claimant;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.LauncherRuns;
import dev.talaria.board.dispatch.RespawnGuard;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.dispatch.Verdicts;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.incident.Incidents;
import dev.talaria.board.order.Pauses;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Recompute;
import dev.talaria.board.waiting.FleetTable;
import dev.talaria.board.waiting.LaneFacts;
import dev.talaria.board.waiting.WaitCode;
import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Terminal;
import dev.talaria.cli.metrics.ServiceMetrics;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.dispatcher.duty.FleetNotes;
import dev.talaria.dispatcher.grant.SlotLedger;
import dev.talaria.dispatcher.grant.SlotLedger.DirectLauncher;
import dev.talaria.dispatcher.lock.BoardLocks;
import dev.talaria.dispatcher.presence.LauncherDirectory;
import dev.talaria.dispatcher.relay.Happening;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.Presence.Drain;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Presence.Standing;
import dev.talaria.protocol.message.StandingOrder;
import dev.talaria.protocol.message.StandingOrder.Scope;
import dev.talaria.service.metrics.CurrentRun;
import dev.talaria.service.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each reason is produced on a real board, by the dispatcher's own parts, and read back by the verb and as a metric. */
class WhyTest {
  private static final BoardKey BOARD = new BoardKey("alpha", "default");
  private static final Lane LANE = new Lane("coder");
  private static final LauncherKey BETA = new LauncherKey("beta", "main");
  private static final LauncherKey OWN = new LauncherKey("alpha", "main");
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long NOW = CliRig.NOW.getEpochSecond();

  @TempDir
  Path home;

  private CliRig cli;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ServiceMetrics metrics = new ServiceMetrics(new Meters(registry), new CurrentRun());
  private final LauncherDirectory launchers =
      new LauncherDirectory(Duration.ofSeconds(30), Duration.ofSeconds(7), Duration.ofHours(1));
  private final BoardLocks locks = new BoardLocks();
  private SlotLedger direct;
  private Caps caps = Caps.NONE;
  private boolean grants = true;
  private long nanos = 100 * SECOND;

  @BeforeEach
  void open() {
    cli = new CliRig(home);
    cli.run("init");
  }

  @AfterEach
  void close() {
    locks.close();
  }

  // ---- the fleet

  private BoardFile file() {
    return new BoardFile(BOARD, home.resolve("kanban.db"), home, home, home, true);
  }

  private FleetNotes notes() {
    return new FleetNotes("alpha", "test", grants, caps, Duration.ofSeconds(30), launchers, direct);
  }

  /** A dispatcher serves the board, and has looked. */
  private void dispatched() {
    if (!Files.exists(home.resolve("kanban.db.talaria.lock"))) {
      locks.take(file(), "another");
    }
    cli.onBoard(tx -> notes().note(tx, true, nanos));
  }

  private void hearsKafka() {
    launchers.heardOwnBeat(nanos, NOW * 1_000);
  }

  private void beat(int free, boolean farewell, Standing standing, String... lanes) {
    launchers.heard(
        new LauncherBeat(
            BETA,
            "one",
            1,
            0,
            4,
            free,
            List.of(lanes).stream().map(Lane::new).toList(),
            List.of(),
            Map.of(),
            "test",
            null,
            farewell,
            NOW * 1_000,
            standing),
        nanos);
  }

  /** Kafka is heard, and a launcher elsewhere serves the lane with so many free slots. */
  private void served(int free) {
    hearsKafka();
    beat(free, false, null, LANE.name());
    dispatched();
  }

  private static Standing standing(Map<String, String> faults, Drain drain) {
    return new Standing(Map.of(), faults, List.of(), drain, null);
  }

  // ---- what is told

  private List<JsonNode> why(String task) {
    CliRig.Result result = cli.run("why", task, "--json");
    assertThat(result.exit()).as(result.err()).isZero();
    List<JsonNode> reasons = new ArrayList<>();
    result.json().path("reasons").forEach(reasons::add);
    return reasons;
  }

  private List<String> codes(String task) {
    return why(task).stream().map(it -> it.path("reason").asText()).toList();
  }

  /** The reasons of one task, which alone waits: in the verb's answers, in its table, and as the metric. */
  private JsonNode only(String task, WaitCode code) {
    assertThat(codes(task)).containsExactly(code.wire());
    assertThat(counted()).containsExactly(code.wire());
    assertThat(measured()).containsExactly(code.wire());
    return why(task).get(0);
  }

  private List<String> counted() {
    List<String> codes = new ArrayList<>();
    cli.run("why", "--json").json().path("waiting").forEach(it -> {
      assertThat(it.path("tasks").asInt()).isEqualTo(1);
      codes.add(it.path("reason").asText());
    });
    return codes;
  }

  private List<String> measured() {
    metrics.waiting(
        BOARD,
        cli.onBoard(tx ->
            WaitingCounts.of(tx, LaneFacts.of(tx, FleetTable.read(tx), LaneFacts.Lock.HELD))));
    return registry.find("talaria.board.waiting").gauges().stream()
        .filter(gauge -> gauge.value() == 1)
        .map(gauge -> gauge.getId().getTag("reason"))
        .toList();
  }

  private String create(String... more) {
    String[] args = new String[more.length + 2];
    args[0] = "--assignee";
    args[1] = LANE.name();
    System.arraycopy(more, 0, args, 2, more.length);
    return cli.create("work", args);
  }

  private long granted(String task) {
    return cli.onBoard(tx -> {
      ClaimResult result = GrantClaims.claim(
          tx, task, new Claimant(BETA.toString(), 1, "one", "beta:7:main", 900), 24);
      return ((ClaimResult.Granted) result).runId();
    });
  }

  // ---- nobody, or nothing, starts work

  @Test
  void shouldSayThatNoDispatcherServesTheBoard() {
    String task = create();

    assertThat(only(task, WaitCode.NO_DISPATCHER).path("text").asText())
        .contains("No dispatcher has ever served this board");
  }

  @Test
  void shouldSayThatTheDispatcherStoppedOrDied() {
    String task = create();
    served(4);
    cli.onBoard(tx -> {
      notes().stopped(tx, nanos);
      return true;
    });
    locks.close();
    assertThat(why(task).get(0).path("text").asText()).contains("was stopped at 14:05:09");

    cli.onBoard(tx -> notes().note(tx, true, nanos));
    assertThat(why(task).get(0).path("text").asText()).contains("it has died or hangs");
  }

  @Test
  void shouldSayThatAnotherProgramDispatchesTheBoard() {
    String task = create();
    locks.take(file(), "another");

    assertThat(why(task).get(0).path("text").asText()).contains("another program");
  }

  @Test
  void shouldSayThatTheBoardIsOnlyWatched() {
    grants = false;
    String task = create();
    served(4);

    only(task, WaitCode.NOT_GRANTED);
  }

  @Test
  void shouldSayThatKafkaIsAwayUnlessTheLaneIsServedHere() {
    String task = create();
    served(4);
    nanos += 20 * SECOND;
    dispatched();

    assertThat(only(task, WaitCode.KAFKA_AWAY).path("facts").path("since").asLong())
        .isEqualTo(NOW);

    direct = new SlotLedger(new DirectLauncher(OWN, 1, "own", 2, Map.of(LANE, 2)));
    dispatched();
    only(task, WaitCode.STARTING);
  }

  // ---- the lane

  @Test
  void shouldSayThatNobodyIsNamedOrThatItCannotBeALane() {
    String nobodys = cli.create("nobody's");
    served(4);
    only(nobodys, WaitCode.UNASSIGNED);
    cli.onBoard(tx -> tx.update("UPDATE tasks SET status = 'review' WHERE id = ?", nobodys));
    only(nobodys, WaitCode.UNASSIGNED);

    String odd = create();
    cli.onBoard(tx -> tx.update("UPDATE tasks SET assignee = 'not a lane' WHERE id = ?", odd));
    assertThat(codes(odd)).containsExactly(WaitCode.NOT_A_LANE.wire());
    assertThat(measured()).contains(WaitCode.NOT_A_LANE.wire());
    assertThat(gauge("other", WaitCode.NOT_A_LANE).value())
        .as("names from outside are no labels")
        .isEqualTo(1);
  }

  private Gauge gauge(String lane, WaitCode reason) {
    return registry
        .get("talaria.board.waiting")
        .tags("board", BOARD.toString(), "lane", lane, "reason", reason.wire())
        .gauge();
  }

  @Test
  void shouldSayThatNoLauncherServesTheLaneAndWhichDid() {
    String task = create();
    hearsKafka();
    beat(4, false, null, "writer");
    dispatched();
    assertThat(only(task, WaitCode.LANE_UNSERVED).path("text").asText())
        .contains("served are writer");

    beat(4, true, null, LANE.name());
    dispatched();
    assertThat(only(task, WaitCode.LANE_UNSERVED).path("text").asText())
        .contains("beta/launcher/main, which stopped at 14:05:09");
  }

  @Test
  void shouldSayThatALauncherFellSilent() {
    String task = create();
    served(4);
    for (int i = 0; i < 10; i++) {
      nanos += 4 * SECOND;
      hearsKafka();
    }
    dispatched();

    assertThat(only(task, WaitCode.LANE_UNSERVED).path("text").asText())
        .contains("beta/launcher/main, silent since 14:04:39");
  }

  @Test
  void shouldSayWhyTheLanesCommandCannotStart() {
    String task = create();
    hearsKafka();
    beat(4, false, standing(Map.of(LANE.name(), "no program 'codr' on the PATH"), null), "writer");
    dispatched();

    assertThat(only(task, WaitCode.LANE_FAULT).path("text").asText())
        .contains("beta/launcher/main says: no program 'codr' on the PATH");
  }

  @Test
  void shouldSayWhichIncidentHoldsTheLaneAndWhenTheNextProbeComes() {
    String task = create();
    served(4);
    Incident incident = Incident.opened("i_1234abcd", BOARD, LANE.name(), "crashed: no module", NOW)
        .with(new Incident.Failure("t_1", NOW, "haiku", "beta", null), true)
        .pausedUntil(NOW + 300);
    cli.onBoard(tx -> Incidents.replace(tx, List.of(incident), true));

    JsonNode reason = only(task, WaitCode.LANE_INCIDENT);
    assertThat(reason.path("text").asText())
        .contains("Incident i_1234abcd holds lane 'coder'", "crashed: no module", "14:10:09");
    assertThat(reason.path("facts").path("incidents").get(0).asText()).isEqualTo("i_1234abcd");
    measured();
    assertThat(gauge(LANE.name(), WaitCode.LANE_INCIDENT).value()).isEqualTo(1);
  }

  @Test
  void shouldSayThatEveryLauncherIsDrained() {
    String task = create();
    hearsKafka();
    beat(
        4,
        false,
        standing(Map.of(), new Drain("ann", "new disk", NOW * 1_000, null, null)),
        LANE.name());
    dispatched();

    assertThat(only(task, WaitCode.DRAINING).path("text").asText())
        .contains("by ann since 14:05:09 (0s ago), new disk");
  }

  @Test
  void shouldSayWhoIsAheadWhenAllSlotsAreBusy() {
    create("--priority", "9");
    String task = create("--priority", "5");
    create("--priority", "1");
    served(0);

    List<JsonNode> reasons = why(task);
    assertThat(reasons.get(0).path("text").asText()).contains("beta/launcher/main (4 of 4)");
    assertThat(reasons.get(1).path("facts").path("ahead").asInt()).isEqualTo(1);
    assertThat(reasons.get(1).path("facts").path("position").asInt()).isEqualTo(2);
    assertThat(codes(task)).containsOnly(WaitCode.SLOTS_BUSY.wire());
    measured();
    assertThat(gauge(LANE.name(), WaitCode.SLOTS_BUSY).value()).isEqualTo(3);
  }

  @Test
  void shouldSayWhichCapIsReached() {
    caps = new Caps(null, 5, 1);
    granted(create());
    String task = create();
    served(4);

    assertThat(codes(task)).containsExactly(WaitCode.CAPPED.wire());
    assertThat(why(task).get(0).path("facts").path("bound").asText())
        .isEqualTo("kanban.max_in_progress_per_profile");
    assertThat(counted()).containsExactly(WaitCode.CAPPED.wire(), WaitCode.RUNNING.wire());
    assertThat(measured())
        .containsExactlyInAnyOrder(WaitCode.CAPPED.wire(), WaitCode.RUNNING.wire());
  }

  @Test
  void shouldSayWhichOrderOfAnOperatorHoldsIt() {
    String task = create();
    served(4);
    for (StandingOrder order : List.of(
        order(Scope.ALL, null),
        order(Scope.BOARD, BOARD.toString()),
        order(Scope.LANE, LANE.name()),
        order(Scope.HOST, "beta"),
        order(Scope.LAUNCHER, BETA.toString()))) {
      cli.onBoard(tx -> Pauses.replace(tx, List.of(order), "ann"));
      assertThat(only(task, WaitCode.PAUSED).path("text").asText())
          .endsWith("is paused by ann since 14:05:09 (0s ago): audit.");
    }
    cli.onBoard(tx -> Pauses.replace(tx, List.of(order(Scope.HOST, "gamma")), "ann"));
    only(task, WaitCode.STARTING);
    var drain = new StandingOrder(
        StandingOrder.Act.DRAIN, Scope.HOST, "beta", "ann", "new disk", NOW * 1_000, null);
    cli.onBoard(tx -> Pauses.replace(tx, List.of(drain), "ann"));
    assertThat(only(task, WaitCode.DRAINING).path("text").asText()).contains("new disk");
  }

  private static StandingOrder order(Scope scope, String target) {
    return new StandingOrder(
        StandingOrder.Act.PAUSE, scope, target, "ann", "audit", NOW * 1_000, null);
  }

  @Test
  void shouldSayThatNoLauncherHasTheLabelsOrTheDirectory() {
    String labelled = create("--require", "gpu=true");
    served(4);
    assertThat(only(labelled, WaitCode.NOT_PLACED).path("text").asText())
        .contains("none has gpu=true: beta/launcher/main has no labels");
    cli.run("archive", labelled);

    String placed = create("--workspace", "dir:/srv/repo");
    assertThat(only(placed, WaitCode.NOT_PLACED).path("text").asText())
        .contains("'/srv/repo' of host 'alpha'");
    beat(4, false, new Standing(Map.of(), Map.of(), List.of("/srv"), null, null), LANE.name());
    dispatched();
    only(placed, WaitCode.STARTING);
  }

  // ---- the task

  private String failed(String outcome, String error) {
    String task = create();
    long run = granted(task);
    cli.onBoard(tx -> RunEnds.closeRun(
        tx,
        task,
        run,
        RunEnd.of("crashed", outcome).withError(error).counted().awaitingDecision(NOW + 5, null)));
    return task;
  }

  private long runOf(String task) {
    return cli.onBoard(tx -> Holds.get(tx, task).orElseThrow().runId());
  }

  private final Verdicts verdicts = new Verdicts(new Recompute(1));

  @Test
  void shouldSayThatADecisionIsAwaitedAndThenWhenItIsTriedAgain() {
    String task = failed("crashed", "exit code 3");
    served(4);
    JsonNode awaited = only(task, WaitCode.AWAITS_DECISION);
    assertThat(awaited.path("facts").path("until").asLong()).isEqualTo(NOW + 5);
    assertThat(awaited.path("text").asText()).contains("decides at 14:05:14 (in 5s)");

    long run = runOf(task);
    cli.onBoard(tx -> verdicts.backoff(tx, task, run, NOW + 60));
    JsonNode backingOff = only(task, WaitCode.BACKING_OFF);
    assertThat(backingOff.path("text").asText())
        .contains("exit code 3")
        .contains("14:06:09 (in 1m)");
  }

  @Test
  void shouldSayThatItsFormerWorkerHasNotEnded() {
    String task = create();
    long run = granted(task);
    served(4);
    cli.run("reclaim", task);

    assertThat(only(task, WaitCode.STOPPING).path("text").asText())
        .isEqualTo(
            "It waits until the former worker (run %d) has ended on launcher beta/launcher/main; until 14:06:09 (in 1m) at the latest."
                .formatted(run));
    cli.onBoard(tx -> LauncherRuns.exited(tx, run));
    only(task, WaitCode.STARTING);
  }

  @Test
  void shouldSayThatItsProviderIsLeftAlone() {
    String task = failed("rate_limited", "429 from the provider");
    served(4);
    long run = runOf(task);
    cli.onBoard(tx -> verdicts.backoff(tx, task, run, NOW + 60));
    only(task, WaitCode.COOL_DOWN);

    cli.onBoard(tx -> {
      Holds.delete(tx, task);
      return RespawnGuard.hold(tx, task, new RespawnGuard.Guarded("blocker_auth", NOW + 300));
    });
    only(task, WaitCode.COOL_DOWN);
  }

  @Test
  void shouldSayWhyTheGuardKeepsItBack() {
    String task = create();
    served(4);
    cli.onBoard(
        tx -> RespawnGuard.hold(tx, task, new RespawnGuard.Guarded("active_pr", NOW + 300)));

    assertThat(only(task, WaitCode.GUARDED).path("text").asText()).contains("pull request");
  }

  @Test
  void shouldSayWhichParentsHoldItUpAndWhatHoldsThem() {
    String grandparent = create();
    String parent = create("--parent", grandparent);
    String task = create("--parent", parent);
    long run = granted(grandparent);
    cli.onBoard(tx -> {
      RunEnds.closeRun(
          tx,
          grandparent,
          run,
          RunEnd.of("crashed", "crashed").counted().awaitingDecision(NOW, null));
      return verdicts.giveUp(
          tx, grandparent, run, BoardJson.object().put("error", "exit code 3").put("failures", 2));
    });
    served(4);

    JsonNode reason = why(task).get(0);
    assertThat(codes(task)).containsExactly(WaitCode.AWAITS_PARENTS.wire());
    assertThat(reason.path("text").asText())
        .isEqualTo(
            "It waits for %s (todo). Behind them: %s (gave up).".formatted(parent, grandparent));
    assertThat(reason.path("advice").asText()).contains("talaria why " + grandparent);
    assertThat(codes(grandparent)).containsExactly(WaitCode.GAVE_UP.wire());
    assertThat(why(grandparent).get(0).path("text").asText())
        .contains("after 2 failures: exit code 3");
    measured();
    assertThat(gauge(LANE.name(), WaitCode.AWAITS_PARENTS).value()).isEqualTo(2);
    assertThat(gauge(LANE.name(), WaitCode.GAVE_UP).value()).isEqualTo(1);
  }

  @Test
  void shouldSayWhoStoppedIt() {
    served(4);
    String task = create();
    cli.run("block", task, "which colour?");
    assertThat(only(task, WaitCode.BLOCKED).path("text").asText()).contains(": which colour?");
    cli.run("set", task, "--status", "triage");
    only(task, WaitCode.TRIAGE);
    cli.run("set", task, "--status", "ready");
    cli.run("schedule", task, "--at", "+2h");
    assertThat(only(task, WaitCode.SCHEDULED).path("text").asText())
        .contains("until 16:05:09 (in 2h)");
    cli.run("unblock", task);
    cli.onBoard(
        tx -> GrantClaims.claim(tx, task, new Claimant("beta/launcher/main", 1, "one", "l", 9), 0));
    assertThat(only(task, WaitCode.AT_CEILING).path("advice").asText())
        .contains("talaria unblock " + task + " --more N");
    cli.onBoard(tx -> tx.update("UPDATE tasks SET status = 'todo' WHERE id = ?", task));
    only(task, WaitCode.HELD_IN_TODO);
    cli.onBoard(tx -> tx.update("UPDATE tasks SET status = 'later' WHERE id = ?", task));
    only(task, WaitCode.UNKNOWN_STATUS);
  }

  @Test
  void shouldSayWhichBudgetIsUsedUpAndHowToGoOn() {
    served(4);
    String ofTask = create();
    overBudget(ofTask, "task", "crashed: the budget of the task is used up: 3 of 3 failed runs");

    JsonNode why = only(ofTask, WaitCode.OVER_BUDGET);
    assertThat(why.path("text").asText())
        .contains("the budget of the task is used up: 3 of 3 failed runs.")
        .doesNotContain("Last output");
    assertThat(why.path("advice").asText()).contains("talaria unblock " + ofTask + " --more N");
    assertThat(why.path("facts").path("budget").path("scope").asText()).isEqualTo("task");
    String ofLane = create();
    overBudget(ofLane, "lane", "crashed: the budget of lane 'coder' is used up");
    assertThat(codes(ofLane)).containsExactly(WaitCode.OVER_BUDGET.wire());
    assertThat(why(ofLane).get(0).path("advice").asText())
        .contains("raise policy.budget")
        .doesNotContain("--more");
    measured();
    assertThat(gauge(LANE.name(), WaitCode.OVER_BUDGET).value()).isEqualTo(2);
  }

  private void overBudget(String task, String scope, String text) {
    long run = granted(task);
    cli.onBoard(tx -> {
      RunEnds.closeRun(
          tx, task, run, RunEnd.of("crashed", "crashed").counted().awaitingDecision(NOW, null));
      var payload = BoardJson.object().put("reason", text + ". Last output:\n\"budget\"");
      payload.putObject("budget").put("scope", scope).put("text", text);
      return verdicts.blockWithReason(tx, task, run, payload);
    });
  }

  @Test
  void shouldSayWhichLauncherHasIt() {
    served(4);
    String task = create();
    long run = granted(task);
    assertThat(only(task, WaitCode.RUNNING).path("text").asText())
        .contains("Run " + run + " was granted to launcher beta/launcher/main");

    cli.onBoard(tx -> LauncherRuns.started(tx, run, null));
    cli.onBoard(tx -> {
      Claims.setWorkerPid(tx, task, 4711);
      return true;
    });
    assertThat(only(task, WaitCode.RUNNING).path("text").asText())
        .isEqualTo(
            "It runs: run %d on launcher beta/launcher/main, process 4711, since 14:05:09 (0s ago)."
                .formatted(run));
  }

  @Test
  void shouldSayThatSomebodyElseHasClaimedIt() {
    served(4);
    String task = create("--require", "gpu=true");
    cli.onBoard(tx -> Claims.claim(tx, task, "elsewhere:77", 900));
    assertThat(only(task, WaitCode.CLAIMED_ELSEWHERE).path("text").asText())
        .contains("It is claimed by 'elsewhere:77'")
        .contains("no launcher of Talaria has it");

    for (String status : List.of("ready", "review")) {
      cli.onBoard(tx -> tx.update("UPDATE tasks SET status = ? WHERE id = ?", status, task));
      assertThat(codes(task)).first().isEqualTo(WaitCode.CLAIMED_ELSEWHERE.wire());
      assertThat(counted()).containsExactly(WaitCode.CLAIMED_ELSEWHERE.wire());
      assertThat(measured()).containsExactly(WaitCode.CLAIMED_ELSEWHERE.wire());
    }
    cli.onBoard(
        tx -> tx.update("UPDATE tasks SET status = 'ready', assignee = NULL WHERE id = ?", task));
    assertThat(codes(task)).first().isEqualTo(WaitCode.CLAIMED_ELSEWHERE.wire());
    assertThat(measured()).containsExactly(WaitCode.CLAIMED_ELSEWHERE.wire());
  }

  /** What is finished waits no more; that it was finished is counted when the relay publishes the end of its run. */
  @Test
  void shouldSayThatNothingIsLeftAndCountTheEnd() {
    served(4);
    String byWorker = create();
    granted(byWorker);
    cli.run("complete", byWorker);
    String byHand = create();
    cli.run("complete", byHand, "--summary", "done by hand");

    for (String task : List.of(byWorker, byHand)) {
      assertThat(codes(task)).containsExactly(WaitCode.FINISHED.wire());
    }
    assertThat(counted()).isEmpty();
    assertThat(measured()).isEmpty();
    cli.<List<Happening>>onBoard(tx -> EventLog.eventsAfter(tx, 0, 1_000).stream()
            .flatMap(event -> Happening.of(tx, BOARD, event).stream())
            .toList())
        .forEach(it -> metrics.happened(BOARD, it));
    assertThat(registry.find("talaria.runs").tag("outcome", "completed").counters().stream()
            .mapToDouble(Counter::count)
            .sum())
        .isEqualTo(2);
  }

  @Test
  void shouldForgetAReasonThatHasEnded() {
    String task = create();
    served(4);
    only(task, WaitCode.STARTING);
    granted(task);
    only(task, WaitCode.RUNNING);
    cli.run("complete", task);

    assertThat(measured()).isEmpty();
    assertThat(cli.run("why").out()).contains("Nothing waits.");
  }

  // ---- for people

  @Test
  void shouldFitATerminalOfEightyColumns() {
    String task = create();
    create("--priority", "9");
    served(0);
    CliRig.Result one = cli.on(new Terminal(true, 80, false)).run("why", task);
    CliRig.Result all = cli.run("why");

    assertThat(one.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(all.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(one.out()).contains("  docs/troubleshooting.md#slots-busy");
    assertThat(all.out())
        .contains("Dispatched by host 'alpha'; Kafka is heard; 1 launcher with 0 of 4 slots free.")
        .containsPattern("2 +coder +slots_busy +all slots are busy");
  }

  @Test
  void shouldRefuseAnUnknownTask() {
    CliRig.Result result = cli.run("why", "t_nope");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("Task 't_nope' is not on this board");
  }

  @Test
  void shouldExplainEveryReasonOnTheTroubleshootingPage() throws Exception {
    String page = Files.readString(Path.of("../docs/troubleshooting.md"));

    assertThat(List.of(WaitCode.values())).allSatisfy(code -> {
      assertThat(page).contains("### " + code.wire().replace('_', '-') + "\n");
    });
  }
}
