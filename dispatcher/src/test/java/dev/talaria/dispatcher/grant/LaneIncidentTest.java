package dev.talaria.dispatcher.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.ReadyWork;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.dispatch.Verdicts;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.incident.Incidents;
import dev.talaria.board.incident.OpenIncident;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.dispatcher.apply.Decisions;
import dev.talaria.dispatcher.apply.Latencies;
import dev.talaria.dispatcher.apply.RunReports;
import dev.talaria.dispatcher.apply.Turn;
import dev.talaria.dispatcher.grant.Granting.Recipient;
import dev.talaria.dispatcher.incident.IncidentMirror;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand.Claim;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.Reply.ClaimAnswered;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.FailureClass;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lane that an incident holds: nothing starts but one probe at a time. */
class LaneIncidentTest {
  private static final BoardKey BOARD = new BoardKey("h0", "default");
  private static final Lane LANE = new Lane("coder");
  private static final Lane OTHER = new Lane("writer");
  private static final String PRINT = "crashed: no module";
  private static final Recipient LAUNCHER =
      new Recipient(new LauncherKey("h0", "main"), 1, "instance");

  @TempDir
  Path directory;

  private final IncidentMirror mirror = new IncidentMirror(BOARD, true);
  private long now = 1_700_000_000L;
  private Board board;
  private Granting granting;

  @BeforeEach
  void create() {
    open();
    for (Lane lane : List.of(LANE, LANE, LANE, LANE, OTHER)) {
      board.change(tx -> new TaskCreation(Skills.hermesToolsets(), null)
          .create(tx, NewTask.titled("t").withAssignee(lane.name())));
    }
  }

  private void open() {
    board = Board.openOrCreate(
        directory.resolve("b.db"),
        new BoardOptions(() -> Instant.ofEpochSecond(now), TaskIds.random(new Random(1))));
    granting = TestGranting.of(BOARD, directory);
  }

  @AfterEach
  void close() {
    board.close();
  }

  @Test
  void shouldStartNothingInTheLaneUntilItsProbeIsDue() {
    tell(incident("i_1").pausedUntil(now + 300));

    assertThat(grant(LANE)).isEmpty();
    assertThat(hasWork(LANE)).isFalse();
    assertThat(grant(OTHER)).as("other lanes go on").hasSize(1);
    now += 299;
    assertThat(grant(LANE)).isEmpty();
    now += 1;
    assertThat(hasWork(LANE)).isTrue();
    List<RunKey> probe = grant(LANE);
    assertThat(probe).as("one, however many slots there are").hasSize(1);
    assertThat(grant(LANE)).as("one at a time").isEmpty();
    now += 10_000;
    assertThat(hasWork(LANE)).isFalse();
    assertThat(known().probe()).isEqualTo(probe.get(0).taskId());
  }

  @Test
  void shouldWriteTheProbeIntoTheBoardsEventsWithItsGrant() {
    tell(incident("i_1").pausedUntil(now));

    RunKey probe = grant(LANE).get(0);

    var events = board.read(tx -> EventLog.ofTask(tx, probe.taskId()));
    var last = events.get(events.size() - 1);
    assertThat(last.kind()).isEqualTo("incident_probe");
    assertThat(last.runId()).isEqualTo(probe.runId());
    assertThat(last.payloadObject().path("incident").asText()).isEqualTo("i_1");
    assertThat(last.payloadObject().path("lane").asText()).isEqualTo("coder");
    assertThat(last.payloadObject().path("fingerprint").asText()).isEqualTo(PRINT);
  }

  @Test
  void shouldGoOnAsSoonAsTheProbeHasCompletedWhateverTheTopologyHasHeard() {
    Incident open = incident("i_1").pausedUntil(now);
    tell(open);
    RunKey probe = grant(LANE).get(0);

    board.change(tx -> new Completions(new Recompute(1))
        .complete(
            tx, probe.taskId(), new Completion("done", null, null, List.of(), probe.runId())));

    assertThat(grant(LANE)).hasSize(3);
    tell(open.with(new Incident.Failure("t_9", now, null, null, null), true));
    assertThat(mayStart()).as("what was said before it completed").isTrue();
  }

  @Test
  void shouldWaitAfterAProbeThatFailedAndDoubleThat() {
    Incident open = incident("i_1").pausedUntil(now);
    tell(open);
    RunKey probe = grant(LANE).get(0);
    fail(probe);

    assertThat(grant(LANE)).isEmpty();
    now += 599;
    assertThat(hasWork(LANE)).isFalse();
    tell(open); // the topology has not heard of the probe yet: what the board knows stays
    assertThat(hasWork(LANE)).isFalse();
    now += 1;
    assertThat(grant(LANE)).hasSize(1);
  }

  @Test
  void shouldGoOnWhenTheIncidentIsClosed() {
    tell(incident("i_1").pausedUntil(now + 300));
    assertThat(grant(LANE)).isEmpty();

    tell();

    assertThat(grant(LANE)).hasSize(4);
  }

  @Test
  void shouldHoldNothingWhereTheIncidentOrTheConfigurationDoesNotPause() {
    tell(incident("i_1"));
    assertThat(grant(LANE)).hasSize(4);
    assertThat(board.<Boolean>read(tx -> Incidents.with(tx, PRINT, "writer").isPresent()))
        .isTrue();

    var off = new IncidentMirror(BOARD, false);
    off.heard(List.of(incident("i_1").pausedUntil(now + 300)));
    board.change(off::copy);
    assertThat(mayStart()).isTrue();
  }

  @Test
  void shouldKeepWhatWasKnownLast() {
    tell(incident("i_1").pausedUntil(now + 300));
    board.close();
    open();

    assertThat(new IncidentMirror(BOARD, true).isBehind())
        .as("Kafka has said nothing yet")
        .isFalse();
    assertThat(grant(LANE)).isEmpty();
  }

  @Test
  void shouldHaveOneProbeForAllIncidentsOfTheLane() {
    Incident second = Incident.opened("i_2", BOARD, "coder", "crashed: other", now);
    tell(incident("i_1").pausedUntil(now), second.pausedUntil(now + 500));

    RunKey probe = grant(LANE).get(0);

    assertThat(grant(LANE)).isEmpty();
    assertThat(board.<List<OpenIncident>>read(Incidents::all))
        .extracting(OpenIncident::probe)
        .containsExactly(probe.taskId(), probe.taskId());
  }

  @Test
  void shouldAnswerClaimsWithNoMoreThanTheProbe() {
    tell(incident("i_1").pausedUntil(now + 10));
    assertThat(answered("one")).isZero();

    now += 10;

    assertThat(answered("two")).isEqualTo(1);
    assertThat(answered("three")).isZero();
  }

  @Test
  void shouldGiveUpForAnOpenIncidentWhenTheTopologyIsTooLate() {
    String print = "crashed: error: no module";
    tell(Incident.opened("i_1", BOARD, "writer", print, now));
    RunKey run = grant(LANE).get(0);
    var wire = new Wire();
    var listener = TestGranting.listener();
    var latencies = new Latencies(BOARD, () -> Instant.ofEpochSecond(now), listener);
    var recompute = new Recompute(1);
    var reports = new RunReports(
        TestGranting.settings(BOARD), wire, new Completions(recompute), latencies, listener);
    board.change(tx -> reports.failed(
        tx,
        run,
        new RunReports.Failed(
            "crashed", "exit 1", wire.object(), FailureClass.TASK, "Error: no module\n")));
    var decisions =
        new Decisions(BOARD, directory, wire, new Verdicts(recompute), latencies, listener);

    board.change(tx -> decisions.decide(tx, Holds.get(tx, run.taskId()).orElseThrow()));

    EventRow decided = board
        .<List<EventRow>>read(tx -> EventLog.ofTask(tx, run.taskId(), "decided"))
        .get(0);
    assertThat(decided.payloadObject().path("by").asText()).isEqualTo("dispatcher");
    assertThat(decided.payloadObject().path("action").asText()).isEqualTo("give_up");
    assertThat(decided.payloadObject().path("reason").asText()).contains("incident i_1 is open");
  }

  private int answered(String command) {
    var turn = new Turn(true);
    board.change(tx -> granting.answer(
        tx,
        turn,
        new Claim(
            "h1/launcher/main/" + command,
            new LauncherKey("h1", "main"),
            1,
            "instance",
            LANE,
            5,
            1,
            Map.of()),
        ReadyWork.Taker.ANYBODY,
        5));
    return turn.replies().stream()
        .filter(ClaimAnswered.class::isInstance)
        .mapToInt(reply -> ((ClaimAnswered) reply).granted())
        .sum();
  }

  private void fail(RunKey run) {
    board.change(tx -> RunEnds.closeRun(
        tx, run.taskId(), run.runId(), RunEnd.of("crashed", "crashed").withError("x")));
  }

  private void tell(Incident... open) {
    mirror.heard(List.of(open));
    board.change(mirror::copy);
    mirror.settle(true);
  }

  private List<RunKey> grant(Lane lane) {
    return board.write(tx ->
        granting.grantDirectly(tx, new Turn(true), LAUNCHER, ReadyWork.Taker.ANYBODY, lane, 10));
  }

  private boolean hasWork(Lane lane) {
    return board.<Boolean>read(tx -> granting.hasWork(tx, lane, ReadyWork.Taker.ANYBODY));
  }

  private boolean mayStart() {
    return board.<Boolean>read(tx -> Incidents.mayStart(tx, LANE.name()));
  }

  private OpenIncident known() {
    return board.<List<OpenIncident>>read(Incidents::all).get(0);
  }

  private Incident incident(String id) {
    return Incident.opened(id, BOARD, LANE.name(), PRINT, now);
  }
}
