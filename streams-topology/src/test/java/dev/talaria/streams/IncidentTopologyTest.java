package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.Incident.State;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import dev.talaria.protocol.policy.Verdict.Action;
import dev.talaria.streams.IncidentFold.ProbeResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncidentTopologyTest {
  private static final String PRINT = "crashed: no module named 'tomllib'";
  private static final RetryPolicy OPEN =
      new Policies().limit(9).systemic(new Systemic(3, 300)).build();
  private static final RetryPolicy PAUSING =
      new Policies().limit(9).systemic(new Systemic(3, 300, 900L, true, 300L)).build();

  @TempDir
  Path state;

  private final List<String> heard = new ArrayList<>();
  private TopologyBench bench;
  private BoardEvents board;

  @BeforeEach
  void open() {
    bench = new TopologyBench(state, new DecisionListener() {
      @Override
      public void incidentOpened(Incident incident) {
        heard.add("opened " + incident.lane());
      }

      @Override
      public void incidentProbe(Incident incident, ProbeResult result) {
        heard.add("probe " + result);
      }
    });
    board = bench.board;
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void shouldOpenAnIncidentWhenEnoughTasksFailAlike() {
    bench.send(failed("t_1", OPEN).model("haiku").launcher("beta/launcher/main").end());
    bench.send(
        failed("t_2", OPEN).model("haiku").launcher("gamma/launcher/main").end());
    assertThat(bench.incidents()).isEmpty();

    Transition third = failed("t_3", OPEN)
        .model("sonnet")
        .launcher("beta/launcher/main")
        .tail("Traceback ...\nno module")
        .end();
    bench.send(third);

    var told = bench.incidents();
    assertThat(told).hasSize(1);
    Incident incident = told.get(0).value;
    assertThat(told.get(0).key)
        .isEqualTo(Incident.key(BoardEvents.BOARD, "coder", PRINT))
        .startsWith("alpha/default|coder|");
    assertThat(incident.state()).isEqualTo(State.OPEN);
    assertThat(incident.fingerprint()).isEqualTo(PRINT);
    assertThat(incident.openedAt()).isEqualTo(third.at() - 2);
    assertThat(incident.lastAt()).isEqualTo(third.at());
    assertThat(incident.failures()).isEqualTo(3);
    assertThat(incident.tasks()).isEqualTo(3);
    assertThat(incident.sample()).containsExactly("t_1", "t_2", "t_3");
    assertThat(incident.models()).isEqualTo(Map.of("haiku", 2L, "sonnet", 1L));
    assertThat(incident.hosts()).containsExactly("beta", "gamma");
    assertThat(incident.output()).isEqualTo("Traceback ...\nno module");
    assertThat(incident.paused()).isFalse();
    assertThat(heard).containsExactly("opened coder");
  }

  @Test
  void shouldNameTheIncidentInEveryDecisionThatGivesUpForIt() {
    Incident incident = opened(OPEN);
    String third = bench.decisions().get(2).verdict().reason();
    assertThat(third).contains("3 tasks of this board failed the same way").contains(incident.id());

    board.later(400); // beyond the window: the incident alone says so
    var verdict = bench.judge(failed("t_9", OPEN));

    assertThat(verdict.action()).isEqualTo(Action.GIVE_UP);
    assertThat(verdict.reason()).contains("incident " + incident.id() + " is open");
    assertThat(bench.incident().tasks()).isEqualTo(4);
  }

  @Test
  void shouldGiveUpInOtherLanesOfTheBoardAndTellThemApart() {
    opened(OPEN);
    bench.decisions();

    var verdict = bench.judge(failed("t_7", OPEN).lane("reviewer"));

    assertThat(verdict.action()).isEqualTo(Action.GIVE_UP);
    Incident other = bench.incident();
    assertThat(other.lane()).isEqualTo("reviewer");
    assertThat(other.tasks()).isEqualTo(1);
    assertThat(heard).containsExactly("opened coder", "opened reviewer");
  }

  @Test
  void shouldOpenOneForEachLaneThatTheFailuresComeFrom() {
    bench
        .send(failed("t_1", OPEN).end())
        .send(failed("t_2", OPEN).lane("reviewer").end());
    bench.send(failed("t_3", OPEN).end());

    assertThat(bench.incidents())
        .extracting(told -> told.value.lane() + " " + told.value.tasks())
        .containsExactlyInAnyOrder("coder 2", "reviewer 1");
  }

  @Test
  void shouldCountFailuresAndTasksApart() {
    opened(OPEN);

    bench.send(failed("t_1", OPEN).end()).send(failed("t_4", OPEN).end());

    Incident incident = bench.incident();
    assertThat(incident.failures()).isEqualTo(5);
    assertThat(incident.tasks()).isEqualTo(4);
    assertThat(incident.sample()).containsExactly("t_2", "t_3", "t_1", "t_4");
  }

  @Test
  void shouldNotOpenForFailuresThatLieFurtherApartThanTheWindow() {
    for (int i = 0; i < 6; i++) {
      bench.send(failed("t_" + i, OPEN).end());
      board.later(200);
    }

    assertThat(bench.incidents()).isEmpty();
  }

  @Test
  void shouldNotCountWhatComesAgainOrLate() {
    Transition first = failed("t_1", OPEN).end();
    Transition second = failed("t_2", OPEN).end();
    bench.send(first).send(second).send(first).send(second).send(first);
    assertThat(bench.incidents()).isEmpty();

    Transition third = failed("t_3", OPEN).end();
    bench.send(third).send(third).send(first);

    assertThat(bench.incidents()).hasSize(1);
    assertThat(bench.trackedIncidents().get(key()).incident().failures()).isEqualTo(3);
  }

  @Test
  void shouldNotActOnHistoryThatIsPublishedAgain() {
    Incident incident = opened(OPEN);
    board.nextLineage();
    for (int i = 0; i < 5; i++) {
      bench.send(BoardEvents.asBackfill(failed("t_" + i, OPEN).end()));
      bench.send(BoardEvents.asBackfill(board.ended("t_" + i, "completed", i, "done")));
    }
    assertThat(bench.incidents()).isEmpty();

    bench.send(failed("t_8", OPEN).end());

    assertThat(bench.incident())
        .satisfies(now -> assertThat(now.id()).isEqualTo(incident.id()))
        .satisfies(now -> assertThat(now.failures()).isEqualTo(4));
  }

  @Test
  void shouldKeepBoardsApart() {
    var other = new BoardEvents(bench.wire, BoardKey.parse("beta/default"));
    bench.send(failed("t_1", OPEN).end()).send(failed("t_2", OPEN).end());
    for (int i = 0; i < 2; i++) {
      bench.send(other.failed("t_" + i, OPEN).lane("coder").fingerprint(PRINT).end());
    }
    assertThat(bench.incidents()).isEmpty();

    bench.send(other.failed("t_2", OPEN).lane("coder").fingerprint(PRINT).end());

    Incident incident = bench.incident();
    assertThat(incident.board()).isEqualTo(BoardKey.parse("beta/default"));
    bench.decisions();
    assertThat(bench.judge(failed("t_1", OPEN)).action()).isEqualTo(Action.RETRY);
  }

  @Test
  void shouldCloseAfterAQuietTimeAndForgetItADayLater() {
    opened(OPEN);
    bench.pass(Duration.ofMinutes(14));
    assertThat(bench.incidents()).isEmpty();

    bench.pass(Duration.ofMinutes(2));

    Incident closed = bench.incident();
    assertThat(closed.state()).isEqualTo(State.CLOSED);
    assertThat(closed.why()).isEqualTo("no such failure for 900 s");
    bench.pass(Duration.ofHours(23));
    assertThat(bench.incidents()).isEmpty();
    assertThat(bench.trackedIncidents().get(key())).isNotNull();
    bench.pass(Duration.ofHours(2));
    assertThat(bench.incidents()).containsExactly(KeyValue.pair(key(), null));
    assertThat(bench.trackedIncidents().get(key())).isNull();
    assertThat(isEmpty(bench.incidentTasks())).isTrue();
    assertThat(isEmpty(bench.failures())).isTrue();
  }

  @Test
  void shouldStayOpenAsLongAsFailuresComeAndKeepWhatItNeeds() {
    opened(OPEN);
    for (int i = 10; i < 20; i++) {
      bench.pass(Duration.ofMinutes(14));
      bench.send(board
          .later(840)
          .failed("t_" + i, OPEN)
          .lane("coder")
          .fingerprint(PRINT)
          .end());
    }

    Incident incident = bench.incident();
    assertThat(incident.isOpen()).isTrue();
    assertThat(incident.tasks()).isEqualTo(13);
    assertThat(bench.failures().get("alpha/default|" + PRINT)).isNotNull();
  }

  @Test
  void shouldBeginAnewAfterItWasClosed() {
    Incident first = opened(OPEN);
    bench.send(board.ended("t_2", "completed", 77, "done"));
    Incident closed = bench.incident();
    assertThat(closed.why()).isEqualTo("task t_2 completed");
    assertThat(closed.closedAt()).isNotNull();
    bench.decisions();

    assertThat(bench.judge(failed("t_5", OPEN)).action()).isEqualTo(Action.RETRY);
    assertThat(bench.incidents()).isEmpty();
    bench.send(failed("t_6", OPEN).end()).send(failed("t_7", OPEN).end());

    Incident second = bench.incident();
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(second.key()).isEqualTo(first.key());
    assertThat(second.sample()).containsExactly("t_5", "t_6", "t_7");
  }

  @Test
  void shouldNotCloseForATaskThatItDidNotHit() {
    opened(OPEN);

    bench.send(board.ended("t_9", "completed", 77, "done"));
    bench.send(board.status("t_1", "unblocked", "ready"));

    assertThat(bench.incidents()).isEmpty();
  }

  @Test
  void shouldCloseOnAnOperatorsWord() {
    Incident incident = opened(OPEN);
    bench.send(board.incidentClosed("t_1", opened("i_00000000", incident), "anna", "stale"));
    assertThat(bench.incidents()).as("another opening of it").isEmpty();

    bench.send(board.incidentClosed("t_1", incident, "anna", "Python is up to date"));

    assertThat(bench.incident().why()).isEqualTo("closed by anna: Python is up to date");
  }

  @Test
  void shouldPauseTheLaneAndCloseWhenItsProbeCompletes() {
    Incident incident = opened(PAUSING);
    assertThat(incident.paused()).isTrue();
    assertThat(incident.nextProbeAt()).isEqualTo(incident.lastAt() + 300);

    Transition probe = board.later(300).probe("t_fresh", incident);
    bench.send(probe).send(probe);
    Incident probed = bench.incident();
    assertThat(probed.probe())
        .isEqualTo(new Incident.Probe("t_fresh", board.lastRun(), probe.at()));
    assertThat(probed.probes()).isEqualTo(1);

    bench.send(board.ended("t_fresh", "completed", board.lastRun(), "done"));

    Incident closed = bench.incident();
    assertThat(closed.state()).isEqualTo(State.CLOSED);
    assertThat(closed.why()).isEqualTo("its probe t_fresh completed");
    assertThat(closed.paused()).isFalse();
    assertThat(heard).containsExactly("opened coder", "probe STARTED", "probe COMPLETED");
  }

  @Test
  void shouldWaitTwiceAsLongAfterEachProbeThatFailsUpToAnHour() {
    Incident incident = opened(PAUSING);
    long[] delays = {600, 1_200, 2_400, 3_600, 3_600};
    for (long delay : delays) {
      bench.send(board.probe("t_2", incident));
      Transition end = failed("t_2", PAUSING).end(board.lastRun());
      bench.send(end);
      incident = bench.incident();
      assertThat(incident.isOpen()).isTrue();
      assertThat(incident.probe()).isNull();
      assertThat(incident.nextProbeAt()).isEqualTo(end.at() + delay);
    }
    assertThat(incident.probes()).isEqualTo(5);
    assertThat(incident.failedProbes()).isEqualTo(5);
    assertThat(incident.failures()).isEqualTo(8);
  }

  @Test
  void shouldNotHoldAProbeThatSaysNothingAgainstTheLane() {
    Incident incident = opened(PAUSING);
    bench.send(board.probe("t_5", incident));
    Transition lost = board.failed("t_5", PAUSING).as(FailureClass.LOST).end(board.lastRun());

    bench.send(lost);

    Incident after = bench.incident();
    assertThat(after.failedProbes()).isZero();
    assertThat(after.nextProbeAt()).isEqualTo(lost.at() + 300);
    bench.send(board.probe("t_6", incident));
    bench.send(board.ended("t_6", "blocked", board.lastRun(), "blocked"));
    assertThat(bench.incident().probe()).isNull();
    assertThat(heard).endsWith("probe UNDECIDED", "probe STARTED", "probe UNDECIDED");
  }

  @Test
  void shouldNotTakeAnotherRunOfTheTaskForItsProbe() {
    Incident incident = opened(PAUSING);
    bench.send(board.probe("t_5", incident));
    long probe = board.lastRun();

    bench.send(board.ended("t_5", "completed", probe - 1, "done"));

    assertThat(bench.incident().probe()).isNotNull();
  }

  @Test
  void shouldTakeAPausedLaneForQuietOnlyOnceAProbeWasDue() {
    opened(PAUSING);
    bench.pass(Duration.ofMinutes(16));
    assertThat(bench.incidents()).isEmpty();

    bench.pass(Duration.ofMinutes(5));

    assertThat(bench.incident().isOpen()).isFalse();
  }

  @Test
  void shouldNotBeQuietWhileAProbeRuns() {
    Incident incident = opened(PAUSING);
    bench.send(board.probe("t_5", incident));
    bench.incidents();

    bench.pass(Duration.ofHours(23));
    assertThat(bench.incidents()).isEmpty();
    bench.pass(Duration.ofHours(2));

    assertThat(bench.incident().isOpen()).as("its end was never heard of").isFalse();
  }

  @Test
  void shouldPauseAndGoOnAsThePolicyOfTheLastFailureSays() {
    assertThat(opened(OPEN).paused()).isFalse();

    bench.send(failed("t_4", PAUSING).end());
    assertThat(bench.incident().paused()).isTrue();
    bench.send(failed("t_5", OPEN).end());

    Incident incident = bench.incident();
    assertThat(incident.paused()).isFalse();
    assertThat(incident.nextProbeAt()).isNull();
  }

  @Test
  void shouldTellSilentEndsAsAnIncidentAndLeaveTheirDecisionsAlone() {
    for (int i = 0; i < 4; i++) {
      var verdict = bench.judge(board
          .failed("t_" + i, OPEN)
          .kind("protocol_violation")
          .as(FailureClass.PROTOCOL)
          .lane("coder")
          .fingerprint("protocol_violation: exit 0 in silence"));
      assertThat(verdict.action()).isEqualTo(Action.BLOCK);
    }

    assertThat(bench.incident().tasks()).isEqualTo(4);
  }

  /** RESEARCH 9, #44812: 270 events of 160 cards, claimed by more than ten hosts. */
  @Test
  void shouldTellViolationsOfManyTasksAndHostsAsOneIncident() {
    for (int i = 0; i < 270; i++) {
      bench.send(board
          .failed("t_%08x".formatted(i % 160), OPEN)
          .kind("protocol_violation")
          .as(FailureClass.PROTOCOL)
          .lane("coder")
          .model("minimax-m" + i % 3)
          .launcher("host-%d/launcher/main".formatted(i % 12))
          .fingerprint("protocol_violation: exit 0 in silence")
          .end());
    }

    var told = bench.incidents();
    assertThat(told).hasSize(1); // when it opened
    Incident incident = bench.incident();
    assertThat(incident.key()).isEqualTo(told.get(0).key);
    assertThat(incident.failures()).isEqualTo(270);
    assertThat(incident.tasks()).isEqualTo(160);
    assertThat(incident.hosts()).hasSize(12);
    assertThat(incident.models()).hasSize(3);
    assertThat(incident.sample()).hasSize(Incident.NAMED);
    assertThat(bench.wire.encode(incident).length).isLessThan(4_000);
  }

  @Test
  void shouldTellWhatAnIncidentGrewToOnceASecond() {
    opened(OPEN);
    for (int i = 0; i < 20; i++) {
      bench.send(failed("t_" + i, OPEN).end());
    }
    assertThat(bench.incidents()).isEmpty();

    bench.pass(IncidentProcessor.TELL_GROWTH);

    assertThat(bench.incidents())
        .singleElement()
        .satisfies(told -> assertThat(told.value.failures()).isEqualTo(23));
    bench.pass(IncidentProcessor.TELL_GROWTH);
    assertThat(bench.incidents()).as("it stayed as it was").isEmpty();
  }

  @Test
  void shouldBoundTheOpenIncidentsOfABoard() {
    for (int i = 0; i < IncidentFold.MOST_OPEN + 5; i++) {
      for (int task = 0; task < 3; task++) {
        bench.send(board
            .failed("t_%d_%d".formatted(i, task), OPEN)
            .lane("coder")
            .fingerprint("failure " + i)
            .end());
      }
    }

    assertThat(bench.incidents()).hasSize(IncidentFold.MOST_OPEN);
    var decisions = bench.decisions();
    assertThat(decisions.get(decisions.size() - 1).verdict().action())
        .as("what is not told is given up all the same")
        .isEqualTo(Action.GIVE_UP);
  }

  @Test
  void shouldOpenNoneWhereItIsTurnedOffOrTheLaneIsUnknown() {
    var off = new Policies().limit(9).systemic(new Systemic(0, 300)).build();
    for (int i = 0; i < 4; i++) {
      bench.send(failed("t_" + i, off).end());
      bench.send(board.failed("t_" + i, OPEN).fingerprint("other").end());
      bench.send(
          board.failed("t_" + i, OPEN).lane("No Lane|x").fingerprint("third").end());
    }

    assertThat(bench.incidents()).isEmpty();
    assertThat(bench.deadLetters()).isEmpty();
  }

  private BoardEvents.Failure failed(String task, RetryPolicy policy) {
    return board.failed(task, policy).lane("coder").fingerprint(PRINT);
  }

  private Incident opened(RetryPolicy policy) {
    for (String task : List.of("t_1", "t_2", "t_3")) {
      bench.send(failed(task, policy).end());
    }
    return bench.incident();
  }

  private static Incident opened(String id, Incident like) {
    return Incident.opened(id, like.board(), like.lane(), like.fingerprint(), like.openedAt());
  }

  private static boolean isEmpty(KeyValueStore<String, ?> store) {
    try (var entries = store.all()) {
      return !entries.hasNext();
    }
  }

  private static String key() {
    return Incident.key(BoardEvents.BOARD, "coder", PRINT);
  }
}
