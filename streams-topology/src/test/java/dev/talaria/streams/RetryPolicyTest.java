package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.policy.Backoff;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.RetryPolicy.RateLimit;
import dev.talaria.protocol.policy.RetryPolicy.SilentExit;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.protocol.policy.Verdict.Action;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of the retry policy, through the topology: records in, decisions out. */
class RetryPolicyTest {
  private static final Ladder LADDER =
      new Ladder(Map.of("", "sonnet", "haiku", "sonnet", "sonnet", "opus"));

  @TempDir
  Path state;

  private TopologyBench bench;
  private BoardEvents board;

  @BeforeEach
  void open() {
    bench = new TopologyBench(state);
    board = bench.board;
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void shouldCountFailuresAndGiveUpAtTheLimit() {
    var policy = limit(3);

    var verdicts = List.of(
        bench.judge(board.failed("t_1", policy)),
        bench.judge(board.failed("t_1", policy)),
        bench.judge(board.failed("t_1", policy)));

    assertThat(verdicts)
        .extracting(Verdict::action)
        .containsExactly(Action.RETRY, Action.RETRY, Action.GIVE_UP);
    assertThat(verdicts).extracting(Verdict::count).containsExactly(1, 2, 3);
    assertThat(verdicts).extracting(Verdict::limit).containsOnly(3);
    assertThat(verdicts).extracting(Verdict::source).containsOnly(LimitSource.BOARD);
    assertThat(verdicts.get(2).reason()).contains("failure 3 of 3").contains("limit of the board");
  }

  @Test
  void shouldGiveUpAtTheSecondFailureByDefault() {
    assertThat(bench.judge(board.failed("t_1", RetryPolicy.DEFAULT)).action())
        .isEqualTo(Action.RETRY);

    var second = bench.judge(board.failed("t_1", RetryPolicy.DEFAULT));

    assertThat(second.action()).isEqualTo(Action.GIVE_UP);
    assertThat(second.source()).isEqualTo(LimitSource.DEFAULT);
  }

  @Test
  void shouldCountEachTaskForItself() {
    bench.judge(board.failed("t_1", limit(2)));

    assertThat(bench.judge(board.failed("t_2", limit(2))).action()).isEqualTo(Action.RETRY);
    assertThat(bench.judge(board.failed("t_1", limit(2))).action()).isEqualTo(Action.GIVE_UP);
  }

  @Test
  void shouldChangeNothingWithAnEmptyLadder() {
    var verdict = bench.judge(board.failed("t_1", limit(3)).model("haiku"));

    assertThat(verdict.action()).isEqualTo(Action.RETRY);
    assertThat(verdict.toModel()).isNull();
    assertThat(verdict.fromModel()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"created", "claimed", "spawned", "completed", "heartbeat", "commented"})
  void shouldNotDecideAtAFirstSpawn(String kind) {
    bench.send(board.plain("t_1", kind));

    assertThat(bench.decisions()).isEmpty();
    assertThat(bench.tasks().approximateNumEntries()).as("nothing has failed").isZero();
  }

  @Test
  void shouldEscalateFromNoModel() {
    var verdict = bench.judge(board.failed("t_1", ladder(3)));

    assertThat(verdict.action()).isEqualTo(Action.ESCALATE);
    assertThat(verdict.fromModel()).isEmpty();
    assertThat(verdict.toModel()).isEqualTo("sonnet");
    assertThat(verdict.count()).isEqualTo(1);
  }

  @Test
  void shouldEscalateFromASetOverride() {
    var verdict = bench.judge(board.failed("t_1", ladder(3)).override("sonnet").model("haiku"));

    assertThat(verdict.action()).isEqualTo(Action.ESCALATE);
    assertThat(verdict.fromModel()).isEqualTo("sonnet");
    assertThat(verdict.toModel()).isEqualTo("opus");
  }

  @Test
  void shouldEscalateFromTheReportedModelWhenItIsOnTheLadder() {
    var verdict = bench.judge(board.failed("t_1", ladder(3)).model("haiku"));

    assertThat(verdict.fromModel()).isEqualTo("haiku");
    assertThat(verdict.toModel()).isEqualTo("sonnet");
  }

  @Test
  void shouldEscalateFromTheEmptyRungWhenTheReportedModelIsNotOnTheLadder() {
    var verdict = bench.judge(board.failed("t_1", ladder(3)).model("qwen"));

    assertThat(verdict.fromModel()).isEmpty();
    assertThat(verdict.toModel()).isEqualTo("sonnet");
  }

  @Test
  void shouldStayAtTheTopOfTheChain() {
    var verdict = bench.judge(board.failed("t_1", ladder(3)).override("opus"));

    assertThat(verdict.action()).isEqualTo(Action.RETRY);
    assertThat(verdict.toModel()).isNull();
  }

  @Test
  void shouldLetTheTasksOwnLimitWinOverTheBoards() {
    var own = limit(2).forTask(4);

    bench.judge(board.failed("t_1", own));
    var second = bench.judge(board.failed("t_1", own));
    bench.judge(board.failed("t_1", own));
    var fourth = bench.judge(board.failed("t_1", own));

    assertThat(second.action()).isEqualTo(Action.RETRY);
    assertThat(second.source()).isEqualTo(LimitSource.TASK);
    assertThat(fourth.action()).isEqualTo(Action.GIVE_UP);
    assertThat(fourth.limit()).isEqualTo(4);
  }

  @Test
  void shouldGiveUpAtOnceWhenTheTasksOwnLimitIsZero() {
    assertThat(bench.judge(board.failed("t_1", limit(5).forTask(0))).action())
        .isEqualTo(Action.GIVE_UP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"completed", "unblocked"})
  void shouldStartCountingAgainAfter(String kind) {
    bench.judge(board.failed("t_1", limit(2)));
    bench.send(board.plain("t_1", kind));

    var verdict = bench.judge(board.failed("t_1", limit(2)));

    assertThat(verdict.action()).isEqualTo(Action.RETRY);
    assertThat(verdict.count()).isEqualTo(1);
  }

  @Test
  void shouldStartCountingAgainWhenAGivenUpTaskIsUnblocked() {
    bench.judge(board.failed("t_1", limit(1)));
    assertThat(bench.history("t_1").gaveUp()).isTrue();

    bench.send(board.plain("t_1", "unblocked"));

    assertThat(bench.history("t_1").gaveUp()).isFalse();
    assertThat(bench.judge(board.failed("t_1", limit(2))).count()).isEqualTo(1);
  }

  @Test
  void shouldStartCountingAgainWhenAGivenUpTaskRecovers() {
    bench.judge(board.failed("t_1", limit(1)));
    bench.send(board.plain("t_1", "promoted"));

    assertThat(bench.judge(board.failed("t_1", limit(2))).count()).isEqualTo(1);
  }

  @Test
  void shouldGoOnCountingWhenATaskIsPromotedThatWasNotGivenUp() {
    bench.judge(board.failed("t_1", limit(2)));
    bench.send(board.plain("t_1", "promoted"));

    assertThat(bench.judge(board.failed("t_1", limit(2))).action()).isEqualTo(Action.GIVE_UP);
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureClass.class,
      names = {"INFRA", "LOST"})
  void shouldNeverCountWhatIsNotTheTasksFault(FailureClass failure) {
    for (int i = 0; i < 10; i++) {
      assertThat(bench.judge(board.failed("t_1", limit(1)).as(failure)).action())
          .isEqualTo(Action.RETRY);
    }

    assertThat(bench.judge(board.failed("t_1", limit(2))).count()).isEqualTo(1);
  }

  @Test
  void shouldWaitAfterAFaultOfTheHostAndNotAfterALoss() {
    var infra = board.failed("t_1", limit(1)).as(FailureClass.INFRA).end();
    bench.send(infra);

    assertThat(bench.verdict().notBefore()).isEqualTo(infra.at() + 10);
    assertThat(bench.judge(board.failed("t_1", limit(1)).as(FailureClass.LOST)).notBefore())
        .isNull();
  }

  @Test
  void shouldKeepFailuresThroughALoss() {
    bench.judge(board.failed("t_1", limit(2)));
    bench.judge(board.failed("t_1", limit(2)).as(FailureClass.LOST));

    assertThat(bench.judge(board.failed("t_1", limit(2))).action()).isEqualTo(Action.GIVE_UP);
  }

  @Test
  void shouldCoolDownAndThenBlockWhenRateLimited() {
    var policy = new Policies().rateLimit(new RateLimit(60, 2, 3_600)).limit(1).build();

    var first = board
        .failed("t_1", policy)
        .as(FailureClass.PROVIDER)
        .kind("rate_limited")
        .end();
    bench.send(first);
    var waits = bench.verdict();
    var second = bench.judge(board.later(60).failed("t_1", policy).as(FailureClass.PROVIDER));
    var third = bench.judge(board.later(60).failed("t_1", policy).as(FailureClass.PROVIDER));

    assertThat(waits.action()).isEqualTo(Action.RETRY);
    assertThat(waits.notBefore()).isEqualTo(first.at() + 60);
    assertThat(waits.count()).as("not a failure").isZero();
    assertThat(second.action()).isEqualTo(Action.RETRY);
    assertThat(third.action()).isEqualTo(Action.BLOCK);
    assertThat(third.reason()).contains("quota");
  }

  @Test
  void shouldBlockWhenTheProviderRefusesForTooLong() {
    var policy = new Policies().rateLimit(new RateLimit(60, 100, 3_600)).build();
    bench.judge(board.failed("t_1", policy).as(FailureClass.PROVIDER));

    var late = bench.judge(board.later(3_700).failed("t_1", policy).as(FailureClass.PROVIDER));

    assertThat(late.action()).isEqualTo(Action.BLOCK);
  }

  @Test
  void shouldBlockAtTheFirstSilentExit() {
    var verdict = bench.judge(
        board.failed("t_1", limit(3)).as(FailureClass.PROTOCOL).kind("protocol_violation"));

    assertThat(verdict.action()).isEqualTo(Action.BLOCK);
    assertThat(verdict.count()).as("does not count toward giving up").isZero();
  }

  @Test
  void shouldRetryASilentExitWhileTheTasksOwnRetriesLast() {
    var own = limit(1).forTask(2);

    var first = bench.judge(board.failed("t_1", own).as(FailureClass.PROTOCOL));
    var second = bench.judge(board.failed("t_1", own).as(FailureClass.PROTOCOL));

    assertThat(first.action()).isEqualTo(Action.RETRY);
    assertThat(second.action()).isEqualTo(Action.BLOCK);
  }

  @Test
  void shouldRetryOrGiveUpASilentExitAsThePolicySays() {
    var retry = new Policies().limit(2).silentExit(SilentExit.RETRY).build();
    var giveUp = new Policies().limit(2).silentExit(SilentExit.GIVE_UP).build();

    assertThat(bench.judge(board.failed("t_1", retry).as(FailureClass.PROTOCOL)).action())
        .isEqualTo(Action.RETRY);
    assertThat(
            bench.judge(board.failed("t_2", giveUp).as(FailureClass.PROTOCOL)).action())
        .isEqualTo(Action.GIVE_UP);
  }

  @Test
  void shouldJudgeEachRecordByThePolicyThatItCarries() {
    bench.judge(board.failed("t_1", limit(5)));
    var strict = bench.judge(board.failed("t_1", limit(2)));
    bench.judge(board.failed("t_2", limit(1)));
    var generous = bench.judge(board.failed("t_2", ladder(5)));

    assertThat(strict.action()).isEqualTo(Action.GIVE_UP);
    assertThat(strict.limit()).isEqualTo(2);
    assertThat(generous.action()).isEqualTo(Action.ESCALATE);
    assertThat(generous.limit()).isEqualTo(5);
    assertThat(generous.count()).isEqualTo(2);
  }

  @Test
  void shouldClimbTheWholeLadderBeforeGivingUpWhereAskedTo() {
    var policy = new Policies().limit(2).ladder(LADDER).climbFirst().build();

    var first = bench.judge(board.failed("t_1", policy));
    var second = bench.judge(board.failed("t_1", policy).override("sonnet"));
    var third = bench.judge(board.failed("t_1", policy).override("opus"));
    var fourth = bench.judge(board.failed("t_1", policy).override("opus"));

    assertThat(List.of(first, second, third, fourth))
        .extracting(Verdict::action)
        .containsExactly(Action.ESCALATE, Action.ESCALATE, Action.RETRY, Action.GIVE_UP);
    assertThat(first.toModel()).isEqualTo("sonnet");
    assertThat(second.toModel()).isEqualTo("opus");
    assertThat(fourth.reason()).contains("last rung");
  }

  @Test
  void shouldNotClimbFirstWhenTheTaskHasItsOwnLimit() {
    var policy = new Policies().limit(2).ladder(LADDER).climbFirst().build().forTask(1);

    assertThat(bench.judge(board.failed("t_1", policy)).action()).isEqualTo(Action.GIVE_UP);
  }

  @Test
  void shouldBackOffAsThePolicySays() {
    var policy = new Policies().limit(9).backoff(new Backoff(10, 2, 60)).build();
    var first = board.failed("t_1", policy).end();
    var second = board.failed("t_1", policy).end();

    assertThat(bench.send(first).verdict().notBefore()).isEqualTo(first.at() + 10);
    assertThat(bench.send(second).verdict().notBefore()).isEqualTo(second.at() + 20);
  }

  @Test
  void shouldGiveUpAtOnceWhenManyTasksFailTheSameWay() {
    var policy = new Policies().limit(5).systemic(new Systemic(3, 300)).build();

    bench.judge(board.failed("t_1", policy).fingerprint("crashed: no such key"));
    var second = bench.judge(board.failed("t_2", policy).fingerprint("crashed: no such key"));
    var third = bench.judge(board.failed("t_3", policy).fingerprint("crashed: no such key"));

    assertThat(second.action()).isEqualTo(Action.RETRY);
    assertThat(third.action()).isEqualTo(Action.GIVE_UP);
    assertThat(third.reason()).contains("3 tasks of this board failed the same way");
  }

  @Test
  void shouldNotTakeOneTaskOrManyFingerprintsForASystemicFailure() {
    var policy = new Policies().limit(9).systemic(new Systemic(3, 300)).build();

    for (int i = 0; i < 4; i++) {
      assertThat(bench.judge(board.failed("t_1", policy).fingerprint("same")).action())
          .isEqualTo(Action.RETRY);
      assertThat(bench
              .judge(board.failed("t_" + (2 + i), policy).fingerprint("other " + i))
              .action())
          .isEqualTo(Action.RETRY);
      assertThat(bench.judge(board.failed("t_" + (9 + i), policy)).action())
          .isEqualTo(Action.RETRY);
    }
  }

  @Test
  void shouldForgetFailuresThatLieBeforeTheWindow() {
    var policy = new Policies().limit(9).systemic(new Systemic(3, 300)).build();
    bench.judge(board.failed("t_1", policy).fingerprint("same"));
    bench.judge(board.failed("t_2", policy).fingerprint("same"));

    var late = bench.judge(board.later(301).failed("t_3", policy).fingerprint("same"));

    assertThat(late.action()).isEqualTo(Action.RETRY);
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureClass.class,
      names = {"INFRA", "LOST", "PROVIDER", "PROTOCOL"})
  void shouldCountOnlyTheTasksOwnFailuresAsSystemic(FailureClass failure) {
    var policy = new Policies().limit(9).systemic(new Systemic(2, 300)).build();
    bench.judge(board.failed("t_1", policy).as(failure).fingerprint("same"));

    assertThat(bench.judge(board.failed("t_2", policy).fingerprint("same")).action())
        .isEqualTo(Action.RETRY);
  }

  @Test
  void shouldNotCountAnotherBoardsFailures() {
    var policy = new Policies().limit(9).systemic(new Systemic(2, 300)).build();
    var other = new BoardEvents(bench.wire, dev.talaria.protocol.id.BoardKey.parse("beta/default"));
    bench.judge(board.failed("t_1", policy).fingerprint("same"));

    assertThat(bench.judge(other.failed("t_2", policy).fingerprint("same")).action())
        .isEqualTo(Action.RETRY);
  }

  @Test
  void shouldTakeItsStateFromWhatTheBoardSaysWasDecided() {
    var first = bench.judge(board.failed("t_1", limit(3)));
    bench.send(board.failed("t_1", limit(3)).end());
    bench.decisions();

    // The fall-back had not heard of the second failure's predecessor: the board's word counts.
    bench.send(board.decided("t_1", first.history()));

    assertThat(bench.history("t_1").failures()).isEqualTo(1);
    assertThat(bench.judge(board.failed("t_1", limit(3))).count()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"crashed", "timed_out", "spawn_failed"})
  void shouldCountWhatHermesRecordedAndNotAnswerIt(String kind) {
    bench.send(board.plain("t_1", kind));

    assertThat(bench.decisions()).isEmpty();
    assertThat(bench.judge(board.failed("t_1", limit(2))).action()).isEqualTo(Action.GIVE_UP);
  }

  private static RetryPolicy limit(int limit) {
    return new Policies().limit(limit).build();
  }

  private static RetryPolicy ladder(int limit) {
    return new Policies().limit(limit).ladder(LADDER).build();
  }
}
