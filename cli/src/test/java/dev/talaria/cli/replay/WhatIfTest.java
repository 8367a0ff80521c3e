package dev.talaria.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.Terminal;
import dev.talaria.cli.replay.gaveup.GaveUpReport;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.replay.story.StoryTeller;
import dev.talaria.cli.replay.trail.TaskTrail;
import dev.talaria.cli.replay.whatif.Around;
import dev.talaria.cli.replay.whatif.Choice;
import dev.talaria.cli.replay.whatif.Parting;
import dev.talaria.cli.replay.whatif.Parting.Way;
import dev.talaria.cli.replay.whatif.Turn;
import dev.talaria.cli.replay.whatif.Turn.Difference;
import dev.talaria.cli.replay.whatif.WhatIf;
import dev.talaria.cli.replay.whatif.WhatIfTold;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.Backoff;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.Verdict.Action;
import dev.talaria.service.config.PolicyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another policy would have made of what a real board did. */
class WhatIfTest {
  private static final String TAIL = "checksum mismatch in block 17";
  private static final RetryPolicy POLICY = new RetryPolicy(
      3,
      LimitSource.BOARD,
      new Ladder(Map.of("", "sonnet")),
      false,
      new Backoff(10, 2, 600),
      RetryPolicy.SilentExit.BLOCK,
      RetryPolicy.RateLimit.DEFAULT,
      10,
      new RetryPolicy.Systemic(0, 300));

  @TempDir
  Path directory;

  private RealBoard board;

  @BeforeEach
  void open() {
    board = new RealBoard(directory, POLICY);
  }

  @AfterEach
  void close() {
    board.close();
  }

  private OtherPolicies other(String yaml) {
    try {
      return new OtherPolicies(
          PolicyFile.read(Files.writeString(directory.resolve("policy.yaml"), yaml)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private WhatIfTold judge(
      TaskTrail trail, OtherPolicies other, Function<Transition, Circumstances> around) {
    return WhatIf.judge(trail, StoryTeller.tell(trail, board.wire), other, around, board.wire);
  }

  private WhatIfTold judge(String task, String yaml) {
    return judge(board.trail(task), other(yaml), end -> Circumstances.NONE);
  }

  private String crashing(int times, Long maxRetries) {
    String task = board.create("Read the torn ledger", maxRetries);
    for (int i = 0; i < times; i++) {
      board.crash(task, TAIL);
    }
    return task;
  }

  @Test
  void shouldNotPartFromItself() {
    WhatIfTold told = judge(crashing(3, null), "policy: {failure_limit: 3}");

    assertThat(told.parting()).isNull();
    assertThat(told.turns()).hasSize(3).allSatisfy(turn -> {
      assertThat(turn.difference()).isEqualTo(Difference.SAME);
      assertThat(turn.other().reason()).isEqualTo(turn.real().reason());
    });
    assertThat(told.turns())
        .extracting(turn -> turn.real().waitSeconds())
        .containsExactly(10L, 20L, 0L);
  }

  @Test
  void shouldGoOnWhereTheLimitIsHigherAndClaimNothingBeyond() {
    WhatIfTold told = judge(crashing(3, null), "policy: {failure_limit: 5}");

    Parting parting = told.parting();
    assertThat(parting.attempt()).isEqualTo(3);
    assertThat(parting.way()).isEqualTo(Way.GOES_ON);
    assertThat(parting.model()).isEqualTo("sonnet");
    assertThat(parting.addedAtMost()).isEqualTo(2);
    assertThat(parting.words()).contains("with 'sonnet' at attempt 4").contains("unknown");
    assertThat(told.turns())
        .extracting(Turn::difference)
        .containsExactly(Difference.SAME, Difference.SAME, Difference.PARTED);
    assertThat(told.turns().get(2).real().action()).isEqualTo(Action.GIVE_UP);
    assertThat(told.turns().get(2).other().action()).isEqualTo(Action.RETRY);
  }

  @Test
  void shouldSayWhatAnEarlierEndWouldHaveSaved() {
    WhatIfTold told = judge(crashing(3, null), "policy: {failure_limit: 1}");

    Parting parting = told.parting();
    assertThat(parting.way()).isEqualTo(Way.STOPS_EARLIER);
    assertThat(parting.attempt()).isEqualTo(1);
    assertThat(parting.savedAttempts()).isEqualTo(2);
    assertThat(parting.savedSeconds()).isEqualTo(84);
    assertThat(parting.missedCompletion()).isNull();
    assertThat(parting.words()).contains("2 attempts earlier, saving 84 s");
    assertThat(told.turns())
        .extracting(Turn::difference)
        .containsExactly(Difference.PARTED, Difference.UNKNOWN, Difference.UNKNOWN);
    assertThat(told.turns().get(1).other()).isNull();
  }

  @Test
  void shouldSayThatAnEarlierEndWouldHaveMissedTheCompletion() {
    String task = crashing(2, null);
    long run = board.claim(task);
    board.later(30);
    board.write(tx ->
        new Completions(new Recompute(1)).complete(tx, task, Completion.empty().withRun(run)));

    Parting parting = judge(task, "policy: {failure_limit: 2}").parting();

    assertThat(parting.way()).isEqualTo(Way.STOPS_EARLIER);
    assertThat(parting.savedAttempts()).isEqualTo(1);
    assertThat(parting.missedCompletion()).isEqualTo(3);
    assertThat(parting.words()).contains("attempt 3, which completed the task");
  }

  @Test
  void shouldCountAsSavedOnlyWhatFollowedByItself() {
    String task = crashing(3, null);
    board.write(tx -> Blocks.unblock(tx, task));
    board.crash(task, TAIL);

    Parting parting = judge(task, "policy: {failure_limit: 1}").parting();

    assertThat(parting.savedAttempts())
        .as("the fourth came of an operator's act")
        .isEqualTo(2);
  }

  @Test
  void shouldPartWhereTheModelIsAnother() {
    WhatIfTold told =
        judge(crashing(3, null), "policy: {retry_model_escalation: {'': haiku, haiku: opus}}");

    assertThat(told.parting().attempt()).isEqualTo(1);
    assertThat(told.parting().way()).isEqualTo(Way.OTHER_MODEL);
    assertThat(told.parting().model()).isEqualTo("haiku");
    assertThat(told.parting().addedAtMost()).isNull();
    assertThat(told.parting().words()).contains("'haiku' at attempt 2 instead of 'sonnet'");
  }

  @Test
  void shouldNotPartForAnotherWait() {
    WhatIfTold told = judge(crashing(3, null), "policy: {retry_backoff: {initial: 1m}}");

    assertThat(told.parting()).isNull();
    assertThat(told.turns())
        .extracting(Turn::difference)
        .containsExactly(Difference.WAIT, Difference.WAIT, Difference.SAME);
    assertThat(told.turns().get(1).other().waitSeconds()).isEqualTo(120);
  }

  @Test
  void shouldLeaveATaskItsOwnLimit() {
    WhatIfTold told = judge(crashing(2, 2L), "policy: {failure_limit: 9}");

    assertThat(told.parting()).isNull();
    assertThat(told.notes())
        .containsExactly("the task's own max_retries of 2 wins over failure_limit");
  }

  @Test
  void shouldJudgeASilentExitByTheOtherPolicy() {
    String task = board.create("Open the valve", null);
    long run = board.claim(task);
    board.fail(task, run, 5, "protocol_violation", FailureClass.PROTOCOL, "haiku", "bye");
    board.later(1);
    board.decide(task);

    Parting retried = judge(task, "policy: {on_silent_exit: retry}").parting();
    Parting givenUp = judge(task, "policy: {on_silent_exit: give-up}").parting();

    assertThat(retried.way()).isEqualTo(Way.GOES_ON);
    assertThat(givenUp.way()).isEqualTo(Way.STOPS_OTHERWISE);
    assertThat(givenUp.words()).contains("given up").contains("and not blocked");
  }

  @Test
  void shouldJudgeHistoryThatWasPublishedAnewAlike() {
    String task = crashing(3, null);
    OtherPolicies other = other("policy: {failure_limit: 5}");
    WhatIfTold first = judge(board.trail(task), other, end -> Circumstances.NONE);

    WhatIfTold anew = judge(
        board.trailOf(task, board.transitions(task, 2, true)), other, end -> Circumstances.NONE);

    assertThat(anew).isEqualTo(first);
  }

  @Test
  void shouldNotSetAnEndToWaitingForAProvider() {
    String task = board.create("Ask a busy provider", null);
    for (int i = 0; i < 2; i++) {
      long run = board.claim(task);
      board.fail(task, run, 1, "rate_limited", FailureClass.PROVIDER, null, "429");
      board.later(1);
      board.decide(task);
      board.later(70);
    }

    Parting parting = judge(task, "policy: {rate_limit: {max_waits: 1}}").parting();

    assertThat(parting.attempt()).isEqualTo(2);
    assertThat(parting.way()).isEqualTo(Way.STOPS_EARLIER);
    assertThat(parting.savedAttempts()).isZero();
    assertThat(parting.words()).contains("before any further attempt");
  }

  // ---- failures of several tasks

  private ConsumerRecord<byte[], byte[]> rec(Transition t) {
    return new ConsumerRecord<>(
        "transitions",
        0,
        t.event(),
        t.taskKey().toString().getBytes(StandardCharsets.UTF_8),
        board.wire.encode(t));
  }

  @Test
  void shouldCountFailuresOfOtherTasksByTheOtherPolicysWindow() {
    List<String> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String task = board.create("One of many", null);
      tasks.add(task);
      board.crash(task, TAIL);
    }
    String last = tasks.get(2);
    List<Transition> all = new ArrayList<>();
    tasks.forEach(task -> all.addAll(board.transitions(task)));
    all.sort((a, b) -> Long.compare(a.event(), b.event()));

    Parting wide =
        judgeAmong(last, all, "policy: {systemic: {tasks: 3, window: 10m}}").parting();
    WhatIfTold narrow = judgeAmong(last, all, "policy: {systemic: {tasks: 3, window: 2m}}");

    assertThat(wide.way()).isEqualTo(Way.STOPS_EARLIER);
    assertThat(wide.attempt()).isEqualTo(1);
    assertThat(narrow.parting()).isNull();
  }

  @Test
  void shouldJudgeByWhatTheLaneHadSpent() {
    List<String> tasks = List.of(crashing(1, null), crashing(1, null), crashing(2, null));
    List<Transition> all = new ArrayList<>();
    tasks.forEach(task -> all.addAll(board.transitions(task)));
    all.sort((a, b) -> Long.compare(a.event(), b.event()));
    String last = tasks.get(2);

    WhatIfTold told = judgeAmong(last, all, "policy: {budget: {lane: {attempts: 4}}}");
    WhatIfTold more = judgeAmong(last, all, "policy: {budget: {lane: {attempts: 5}}}");

    assertThat(told.parting().attempt()).isEqualTo(2);
    assertThat(told.turns().get(1).other().action()).isEqualTo(Action.BLOCK);
    assertThat(told.turns().get(1).other().reason()).contains("4 of 4 failed runs");
    assertThat(more.parting()).isNull();
  }

  private WhatIfTold judgeAmong(String task, List<Transition> all, String yaml) {
    OtherPolicies other = other(yaml);
    var around = new Around(board.wire, List.of(new TaskKey(RealBoard.KEY, task)), other::over);
    var taker = around.taker();
    all.forEach(t -> taker.take(rec(t)));
    return judge(board.trail(task), other, around::at);
  }

  // ---- many tasks

  @Test
  void shouldSumUpWhatGaveUpByCause() {
    OtherPolicies other = other("policy: {failure_limit: 5}");
    var report = new GaveUpReport.Builder(board.clock.instant().getEpochSecond());
    List<String> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      tasks.add(crashing(3, null));
    }
    String own = board.create("Its own limit", 1L);
    board.crash(own, "another thing");
    tasks.add(own);
    tasks.add(crashing(1, null)); // not given up
    for (String task : tasks) {
      TaskTrail trail = board.trail(task);
      Story story = StoryTeller.tell(trail, board.wire);
      report.add(story, WhatIf.judge(trail, story, other, end -> Circumstances.NONE, board.wire));
    }

    GaveUpReport told = report.build("24h", other.settings());

    assertThat(told.tasks()).isEqualTo(4);
    assertThat(told.attempts()).isEqualTo(10);
    assertThat(told.seconds()).isEqualTo(420);
    assertThat(told.stillBlocked()).isEqualTo(4);
    assertThat(told.causes()).hasSize(2);
    assertThat(told.causes().get(0).cause()).isEqualTo("crashed: checksum mismatch in block <n>");
    assertThat(told.causes().get(0).tasks()).hasSize(3);
    assertThat(told.whatIf().goneOn()).isEqualTo(3);
    assertThat(told.whatIf().goneOnWith()).isEqualTo(Map.of("sonnet", 3));
    assertThat(told.whatIf().addedAtMost()).isEqualTo(6);
    assertThat(told.whatIf().same()).isEqualTo(1);
    assertThat(new WhatIfText(Terminal.none(), ZoneOffset.UTC).lines(told))
        .anySatisfy(line -> assertThat(line).startsWith("4 tasks gave up in the last 24h"))
        .anySatisfy(line -> assertThat(line).contains("3 would have gone on: 3 with 'sonnet'"));
  }

  @Test
  void shouldLeaveOutWhatGaveUpBefore() {
    String task = crashing(3, null);
    var report = new GaveUpReport.Builder(board.clock.instant().getEpochSecond());

    report.add(StoryTeller.tell(board.trail(task), board.wire), null);

    assertThat(report.build("1h", null).tasks()).isZero();
  }

  @Test
  void shouldTellTheTurnsInATable() {
    List<String> lines = new WhatIfText(Terminal.none(), ZoneOffset.UTC)
        .lines(judge(crashing(3, null), "policy: {failure_limit: 5}"));

    assertThat(lines)
        .anySatisfy(line -> assertThat(line)
            .contains("give up (3 of 3)")
            .contains("retry (3 of 5)")
            .contains("<- parted"));
    assertThat(lines).anySatisfy(line -> assertThat(line).startsWith("It would have gone on"));
  }

  @Test
  void shouldCompareChoicesByWhatTheyDo() {
    var retry = new Choice(Action.RETRY, null, 1, 2, 0, "");
    assertThat(retry.goesOn()).isTrue();
    assertThat(new Choice(Action.BLOCK, null, 1, 2, 0, "").goesOn()).isFalse();
  }
}
