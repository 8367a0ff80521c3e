package dev.talaria.protocol.policy;

import static dev.talaria.protocol.policy.PolicyFixture.NOW;
import static dev.talaria.protocol.policy.PolicyFixture.aBoard;
import static dev.talaria.protocol.policy.PolicyFixture.crash;
import static dev.talaria.protocol.policy.PolicyFixture.end;
import static dev.talaria.protocol.policy.PolicyFixture.rateLimited;
import static dev.talaria.protocol.policy.PolicyFixture.silent;
import static dev.talaria.protocol.policy.Verdict.Action.BLOCK;
import static dev.talaria.protocol.policy.Verdict.Action.ESCALATE;
import static dev.talaria.protocol.policy.Verdict.Action.GIVE_UP;
import static dev.talaria.protocol.policy.Verdict.Action.RETRY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.policy.RetryPolicy.SilentExit;
import dev.talaria.protocol.policy.Verdict.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryRulesTest {

  @Test
  void shouldRetryOnceAndThenGiveUpByDefault() {
    List<Verdict> verdicts = crashes(aBoard(), 2);

    assertThat(verdicts).extracting(Verdict::action).containsExactly(RETRY, GIVE_UP);
    assertThat(verdicts).extracting(Verdict::count).containsExactly(1, 2);
    assertThat(verdicts).extracting(Verdict::limit).containsOnly(2);
    assertThat(verdicts).extracting(Verdict::source).containsOnly(LimitSource.DEFAULT);
    assertThat(verdicts.get(1).reason())
        .isEqualTo("crashed: failure 2 of 2 (limit of the default): given up");
    assertThat(verdicts.get(1).history().gaveUp()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"crashed", "timed_out", "spawn_failed"})
  void shouldCountEachFailureOfTheTask(String kind) {
    Verdict verdict = aBoard().judge(TaskHistory.EMPTY, end(kind, FailureClass.TASK, null, null));

    assertThat(verdict.history().failures()).isEqualTo(1);
    assertThat(verdict.reason()).startsWith(kind + ": failure 1 of 2");
  }

  @ParameterizedTest
  @EnumSource(FailureClass.class)
  void shouldCountEachClassWhereItCountsAndNowhereElse(FailureClass failure) {
    TaskHistory after = aBoard()
        .limit(9)
        .judge(TaskHistory.EMPTY, end("x", failure, null, null))
        .history();

    assertThat(after.failures()).isEqualTo(failure == FailureClass.TASK ? 1 : 0);
    assertThat(after.failuresOnRung()).isEqualTo(failure == FailureClass.TASK ? 1 : 0);
    assertThat(after.silentExits()).isEqualTo(failure == FailureClass.PROTOCOL ? 1 : 0);
    assertThat(after.waits()).isEqualTo(failure == FailureClass.PROVIDER ? 1 : 0);
    assertThat(after.escalations()).isZero();
    assertThat(after.gaveUp()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureClass.class,
      names = {"INFRA", "LOST"})
  void shouldNeverGiveUpForWhatIsNotTheTasksFault(FailureClass failure) {
    TaskHistory history = aBoard().judge(TaskHistory.EMPTY, crash()).history();

    for (int i = 0; i < 50; i++) {
      Verdict verdict =
          aBoard().ladder("", "sonnet").judge(history, end("stale", failure, null, null));
      assertThat(verdict.action()).isEqualTo(RETRY);
      assertThat(verdict.count()).isEqualTo(1);
      assertThat(verdict.history()).isEqualTo(history);
      history = verdict.history();
    }
  }

  @Test
  void shouldWaitAfterAFaultOfTheHostAndNotAfterALostLauncher() {
    assertThat(aBoard()
            .judge(TaskHistory.EMPTY, end("x", FailureClass.INFRA, null, null))
            .notBefore())
        .isEqualTo(NOW + 10);
    assertThat(aBoard()
            .judge(TaskHistory.EMPTY, end("x", FailureClass.LOST, null, null))
            .notBefore())
        .isNull();
  }

  // the limit

  @ParameterizedTest(name = "max_retries {0} over a board's limit of {1}: given up at failure {2}")
  @CsvSource({"5,2,5", "1,3,1", "0,3,1", "-1,3,1", "3,3,3", "2,0,2"})
  void shouldLetTheTasksOwnLimitWin(int maxRetries, int board, int givenUpAt) {
    List<Verdict> verdicts = crashes(aBoard().limit(board).taskLimit(maxRetries), givenUpAt);

    assertThat(verdicts.subList(0, givenUpAt - 1))
        .allSatisfy(verdict -> assertThat(verdict.action()).isEqualTo(RETRY));
    Verdict last = verdicts.get(givenUpAt - 1);
    assertThat(last.action()).isEqualTo(GIVE_UP);
    assertThat(last.limit()).isEqualTo(maxRetries);
    assertThat(last.source()).isEqualTo(LimitSource.TASK);
    assertThat(last.reason()).contains("limit of the task");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void shouldGiveUpAtOnceAtALimitOfOneOrLess(int limit) {
    Verdict verdict = aBoard().limit(limit).ladder("", "sonnet").judge(TaskHistory.EMPTY, crash());

    assertThat(verdict.action()).isEqualTo(GIVE_UP);
    assertThat(verdict.source()).isEqualTo(LimitSource.BOARD);
  }

  @Test
  void shouldLeaveThePolicyAloneForATaskWithoutOwnLimit() {
    assertThat(aBoard().limit(7).policy().forTask(null))
        .isEqualTo(aBoard().limit(7).policy());
  }

  // escalation

  @Test
  void shouldNotEscalateWithAnEmptyMap() {
    PolicyFixture board = aBoard().limit(5).ladder(Map.of());

    assertThat(crashes(board, 4)).allSatisfy(verdict -> {
      assertThat(verdict.action()).isEqualTo(RETRY);
      assertThat(verdict.toModel()).isNull();
      assertThat(verdict.fromModel()).isNull();
    });
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureClass.class,
      names = {"INFRA", "LOST", "PROVIDER"})
  void shouldNotEscalateWithoutAFailure(FailureClass failure) {
    Verdict verdict =
        aBoard().ladder("", "sonnet").judge(TaskHistory.EMPTY, end("x", failure, null, null));

    assertThat(verdict.action()).isEqualTo(RETRY);
    assertThat(verdict.toModel()).isNull();
  }

  @Test
  void shouldEscalateFromNoModelByTheEmptyKey() {
    Verdict verdict = aBoard().ladder("", "sonnet").judge(TaskHistory.EMPTY, crash(null, null));

    assertThat(verdict.action()).isEqualTo(ESCALATE);
    assertThat(verdict.fromModel()).isEmpty();
    assertThat(verdict.toModel()).isEqualTo("sonnet");
    assertThat(verdict.reason()).contains("'sonnet' instead of the profile's default model");
    assertThat(verdict.history().escalations()).isEqualTo(1);
    assertThat(verdict.history().failures()).isEqualTo(1);
  }

  @Test
  void shouldEscalateFromASetOverride() {
    Verdict verdict = aBoard()
        .ladder("", "haiku", "haiku", "sonnet")
        .judge(TaskHistory.EMPTY, crash("haiku", null));

    assertThat(verdict.fromModel()).isEqualTo("haiku");
    assertThat(verdict.toModel()).isEqualTo("sonnet");
    assertThat(verdict.reason()).contains("'sonnet' instead of 'haiku'");
  }

  @Test
  void shouldStayAtTheTopOfTheChain() {
    Verdict verdict = aBoard()
        .ladder("", "sonnet", "haiku", "sonnet")
        .judge(TaskHistory.EMPTY, crash("sonnet", "haiku"));

    assertThat(verdict.action()).isEqualTo(RETRY);
  }

  @ParameterizedTest(name = "override {0}, reported {1}: {2}")
  @CsvSource({
    ",         haiku,  sonnet",
    "'',       haiku,  sonnet",
    ",         other,  small",
    ",         '',     small",
    ",         ,       small",
    "haiku,    other,  sonnet",
    "unlisted, haiku,  "
  })
  void shouldLookUpTheReportedModelBeforeTheEmptyKeyButOnlyWithoutAnOverride(
      String override, String reported, String to) {
    PolicyFixture board = aBoard().ladder("", "small", "haiku", "sonnet");

    assertThat(board.judge(TaskHistory.EMPTY, crash(override, reported)).toModel())
        .isEqualTo(to);
  }

  @Test
  void shouldReachOneRungOnlyWithTheDefaultLimit() {
    PolicyFixture board = aBoard().ladder("", "sonnet", "sonnet", "opus");

    assertThat(climb(board, 2)).extracting(Verdict::action).containsExactly(ESCALATE, GIVE_UP);
  }

  @Test
  void shouldClimbOneRungForEachFailureBelowTheLimit() {
    PolicyFixture board = aBoard().limit(5).ladder("", "sonnet", "sonnet", "opus");

    assertThat(climb(board, 5))
        .extracting(Verdict::action)
        .containsExactly(ESCALATE, ESCALATE, RETRY, RETRY, GIVE_UP);
  }

  // escalate_before_giving_up

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void shouldClimbTheWholeLadderAndThenCountFromItsLastRung(int limit) {
    PolicyFixture board =
        aBoard().limit(limit).ladder("", "sonnet", "sonnet", "opus").climbFirst();
    List<Verdict> verdicts = climb(board, limit + 2);

    assertThat(verdicts.subList(0, 2))
        .extracting(Verdict::toModel)
        .containsExactly("sonnet", "opus");
    assertThat(verdicts.subList(2, limit + 1))
        .allSatisfy(verdict -> assertThat(verdict.action()).isEqualTo(RETRY));
    Verdict last = verdicts.get(limit + 1);
    assertThat(last.action()).isEqualTo(GIVE_UP);
    assertThat(last.count()).isEqualTo(limit + 2);
    assertThat(last.reason())
        .isEqualTo(
            "crashed: failure %1$d of %1$d (limit of the board) on the ladder's last rung: given up"
                .formatted(limit));
  }

  @Test
  void shouldClimbFirstFromWhereTheTaskStands() {
    PolicyFixture board =
        aBoard().limit(1).ladder("", "sonnet", "sonnet", "opus").climbFirst();

    assertThat(board.judge(TaskHistory.EMPTY, crash("sonnet", null)).toModel()).isEqualTo("opus");
    assertThat(board.judge(TaskHistory.EMPTY, crash("opus", null)).action()).isEqualTo(GIVE_UP);
  }

  @Test
  void shouldNotClimbFirstOverTheTasksOwnLimit() {
    PolicyFixture board =
        aBoard().limit(5).ladder("", "sonnet", "sonnet", "opus").climbFirst().taskLimit(2);

    assertThat(climb(board, 2)).extracting(Verdict::action).containsExactly(ESCALATE, GIVE_UP);
  }

  @Test
  void shouldClimbFirstAtALimitOfZeroAndGiveUpAtTheTop() {
    PolicyFixture board =
        aBoard().limit(0).ladder("", "sonnet", "sonnet", "opus").climbFirst();

    assertThat(climb(board, 3))
        .extracting(Verdict::action)
        .containsExactly(ESCALATE, ESCALATE, GIVE_UP);
  }

  @Test
  void shouldGiveUpHoweverOftenTheOverrideIsTakenBack() {
    PolicyFixture board =
        aBoard().limit(3).ladder("", "sonnet", "sonnet", "opus").climbFirst();
    List<Verdict> verdicts = crashes(board, 5);

    assertThat(verdicts.subList(0, 4)).extracting(Verdict::action).doesNotContain(GIVE_UP);
    assertThat(verdicts.get(4).action()).isEqualTo(GIVE_UP);
    assertThat(verdicts.get(4).reason()).contains("failure 5 in a row");
  }

  // silent exits

  @Test
  void shouldBlockASilentExitAtTheFirstTime() {
    Verdict verdict = aBoard().limit(5).ladder("", "sonnet").judge(TaskHistory.EMPTY, silent());

    assertThat(verdict.action()).isEqualTo(BLOCK);
    assertThat(verdict.count()).isZero();
    assertThat(verdict.history().gaveUp()).isFalse();
    assertThat(verdict.reason())
        .contains("exited with 0")
        .contains("neither completed nor blocked");
  }

  @ParameterizedTest(name = "max_retries {0}, {1} failures before: {2}")
  @CsvSource({"0,0,BLOCK", "1,0,BLOCK", "2,0,RETRY", "2,1,BLOCK", "3,1,RETRY", "3,2,BLOCK"})
  void shouldRetryASilentExitWhileTheTasksOwnLimitIsNotUsedUp(
      int max, int failures, Action action) {
    TaskHistory before = TaskHistory.EMPTY;
    for (int i = 0; i < failures; i++) {
      before = before.failed();
    }

    assertThat(aBoard().taskLimit(max).judge(before, silent()).action()).isEqualTo(action);
  }

  @Test
  void shouldCountSilentExitsAgainstTheTasksOwnLimitToo() {
    PolicyFixture board = aBoard().taskLimit(3);
    TaskHistory once = board.judge(TaskHistory.EMPTY, silent()).history();
    TaskHistory twice = board.judge(once, silent()).history();

    assertThat(board.judge(once, silent()).action()).isEqualTo(RETRY);
    assertThat(board.judge(twice, silent()).action()).isEqualTo(BLOCK);
    assertThat(twice.failures()).isZero();
  }

  @Test
  void shouldRetryASilentExitUpToTheLimitWherePolicySaysSo() {
    PolicyFixture board = aBoard().limit(2).silentExit(SilentExit.RETRY);
    Verdict first = board.judge(TaskHistory.EMPTY, silent());

    assertThat(first.action()).isEqualTo(RETRY);
    assertThat(first.reason()).contains("attempt 1 of 2 (limit of the board)");
    assertThat(board.judge(first.history(), silent()).action()).isEqualTo(BLOCK);
  }

  @Test
  void shouldGiveUpASilentExitWherePolicySaysSo() {
    Verdict verdict =
        aBoard().limit(5).silentExit(SilentExit.GIVE_UP).judge(TaskHistory.EMPTY, silent());

    assertThat(verdict.action()).isEqualTo(GIVE_UP);
    assertThat(verdict.history().gaveUp()).isTrue();
  }

  @Test
  void shouldUseUpTheTasksOwnLimitBeforeAPolicyOfGivingUp() {
    PolicyFixture board = aBoard().silentExit(SilentExit.GIVE_UP).taskLimit(2);
    Verdict first = board.judge(TaskHistory.EMPTY, silent());

    assertThat(first.action()).isEqualTo(RETRY);
    assertThat(board.judge(first.history(), silent()).action()).isEqualTo(GIVE_UP);
  }

  @Test
  void shouldEscalateAtTheRetryOfASilentExit() {
    Verdict verdict = aBoard().ladder("", "sonnet").taskLimit(2).judge(TaskHistory.EMPTY, silent());

    assertThat(verdict.action()).isEqualTo(ESCALATE);
    assertThat(verdict.toModel()).isEqualTo("sonnet");
  }

  // rate limits

  @Test
  void shouldWaitForAProviderWithoutCountingAFailure() {
    Verdict verdict =
        aBoard().limit(1).ladder("", "sonnet").judge(TaskHistory.EMPTY, rateLimited(NOW));

    assertThat(verdict.action()).isEqualTo(RETRY);
    assertThat(verdict.notBefore()).isEqualTo(NOW + 60);
    assertThat(verdict.count()).isZero();
    assertThat(verdict.reason()).isEqualTo("rate-limited, wait 1 of 10: try again in 60 s");
  }

  @Test
  void shouldBlockAfterTooManyWaitsInARow() {
    PolicyFixture board = aBoard().rateLimit(1, 3, 1_000_000);
    List<Verdict> verdicts = run(board, 4, i -> rateLimited(NOW + i));

    assertThat(verdicts).extracting(Verdict::action).containsExactly(RETRY, RETRY, RETRY, BLOCK);
    assertThat(verdicts.get(3).reason()).contains("4 times in 3 s").contains("quota");
  }

  @ParameterizedTest
  @CsvSource({"3600,RETRY", "3601,BLOCK"})
  void shouldBlockAfterTooLongAWait(long later, Action action) {
    PolicyFixture board = aBoard().rateLimit(60, 1_000, 3_600);
    TaskHistory waiting = board.judge(TaskHistory.EMPTY, rateLimited(NOW)).history();

    assertThat(board.judge(waiting, rateLimited(NOW + later)).action()).isEqualTo(action);
  }

  @Test
  void shouldCountWaitsFromTheStartAfterAFailureOfAnotherKind() {
    PolicyFixture board = aBoard().limit(9).rateLimit(60, 1, 3_600);
    TaskHistory waiting = board.judge(TaskHistory.EMPTY, rateLimited(NOW)).history();
    TaskHistory crashed = board.judge(waiting, crash()).history();

    assertThat(board.judge(waiting, rateLimited(NOW + 1)).action()).isEqualTo(BLOCK);
    assertThat(board.judge(crashed, rateLimited(NOW + 9_999)).action()).isEqualTo(RETRY);
  }

  // systemic failures

  @ParameterizedTest
  @CsvSource({"2,RETRY", "3,GIVE_UP", "4,GIVE_UP"})
  void shouldGiveUpAtOnceWhenSeveralTasksFailTheSameWay(int tasks, Action action) {
    PolicyFixture board = aBoard().limit(9).taskLimit(9);

    Verdict verdict = RetryRules.judge(TaskHistory.EMPTY, crash(), board.policy(), alike(tasks));

    assertThat(verdict.action()).isEqualTo(action);
  }

  @Test
  void shouldSayThatAFailureIsSystemic() {
    Verdict verdict = RetryRules.judge(TaskHistory.EMPTY, crash(), aBoard().policy(), alike(3));

    assertThat(verdict.reason()).contains("3 tasks of this board failed the same way within 300 s");
  }

  @Test
  void shouldGiveUpWhatBelongsToAnOpenIncident() {
    Verdict verdict = RetryRules.judge(
        TaskHistory.EMPTY,
        crash(),
        aBoard().limit(9).policy(),
        Circumstances.NONE.withIncident("i_1234abcd"));

    assertThat(verdict.action()).isEqualTo(GIVE_UP);
    assertThat(verdict.reason()).contains("incident i_1234abcd is open");
  }

  @Test
  void shouldNotLookAtOtherTasksWhereSystemicIsOff() {
    PolicyFixture board = aBoard().systemic(0, 300);

    assertThat(RetryRules.judge(TaskHistory.EMPTY, crash(), board.policy(), alike(99))
            .action())
        .isEqualTo(RETRY);
  }

  @ParameterizedTest
  @EnumSource(value = FailureClass.class, names = "TASK", mode = EnumSource.Mode.EXCLUDE)
  void shouldCallOnlyTheTasksOwnFailuresSystemic(FailureClass failure) {
    Verdict verdict = RetryRules.judge(
        TaskHistory.EMPTY, end("x", failure, null, null), aBoard().policy(), alike(99));

    assertThat(verdict.action()).isNotEqualTo(GIVE_UP);
  }

  // back-off

  @Test
  void shouldRetryAtOnceByDefault() {
    assertThat(aBoard().judge(TaskHistory.EMPTY, crash()).notBefore()).isNull();
  }

  @Test
  void shouldWaitLongerAfterEachFailure() {
    PolicyFixture board = aBoard().limit(9).backoff(new Backoff(10, 3, 100));

    assertThat(crashes(board, 4))
        .extracting(Verdict::notBefore)
        .containsExactly(NOW + 10, NOW + 30, NOW + 90, NOW + 100);
  }

  @Test
  void shouldWaitBeforeAnEscalatedAttemptToo() {
    PolicyFixture board = aBoard().ladder("", "sonnet").backoff(new Backoff(10, 2, 100));

    assertThat(board.judge(TaskHistory.EMPTY, crash()).notBefore()).isEqualTo(NOW + 10);
  }

  @Test
  void shouldJitterTheWaitAfterATimeOutByItsRun() {
    PolicyFixture board = aBoard().limit(9).backoff(new Backoff(1_000, 2, 4_000));
    List<Long> waits = new ArrayList<>();
    for (long run = 1; run <= 200; run++) {
      var end = new RunEnd(run, NOW, "timed_out", FailureClass.TASK, null, null, null);
      waits.add(board.judge(TaskHistory.EMPTY, end).notBefore() - NOW);
      assertThat(board.judge(TaskHistory.EMPTY, end))
          .isEqualTo(board.judge(TaskHistory.EMPTY, end));
    }

    assertThat(waits).allSatisfy(wait -> assertThat(wait).isBetween(500L, 1_000L));
    assertThat(waits.stream().distinct().count()).as("different waits").isGreaterThan(100);
  }

  @Test
  void shouldNotWaitBeforeAStop() {
    PolicyFixture board = aBoard().limit(1).backoff(new Backoff(10, 2, 100));

    assertThat(board.judge(TaskHistory.EMPTY, crash()).notBefore()).isNull();
    assertThat(board.judge(TaskHistory.EMPTY, silent()).notBefore()).isNull();
  }

  private static List<Verdict> crashes(PolicyFixture board, int times) {
    return run(board, times, i -> crash());
  }

  /** Crashes, each with the override that the verdict before set. */
  private static List<Verdict> climb(PolicyFixture board, int times) {
    List<Verdict> verdicts = new ArrayList<>();
    TaskHistory history = TaskHistory.EMPTY;
    String override = null;
    for (int i = 0; i < times; i++) {
      Verdict verdict = board.judge(history, crash(override, null));
      override = verdict.toModel() == null ? override : verdict.toModel();
      history = verdict.history();
      verdicts.add(verdict);
    }
    return verdicts;
  }

  private static List<Verdict> run(
      PolicyFixture board, int times, java.util.function.IntFunction<RunEnd> ends) {
    List<Verdict> verdicts = new ArrayList<>();
    TaskHistory history = TaskHistory.EMPTY;
    for (int i = 0; i < times; i++) {
      Verdict verdict = board.judge(history, ends.apply(i));
      history = verdict.history();
      verdicts.add(verdict);
    }
    return verdicts;
  }

  private static Circumstances alike(int tasks) {
    return Circumstances.NONE.withSystemicTasks(tasks);
  }
}
