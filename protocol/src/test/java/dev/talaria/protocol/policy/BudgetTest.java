package dev.talaria.protocol.policy;

import static dev.talaria.protocol.policy.PolicyFixture.NOW;
import static dev.talaria.protocol.policy.PolicyFixture.aBoard;
import static dev.talaria.protocol.policy.PolicyFixture.crash;
import static dev.talaria.protocol.policy.PolicyFixture.end;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.protocol.policy.Budget.Bounds;
import dev.talaria.protocol.policy.Budget.LaneBounds;
import dev.talaria.protocol.policy.RetryPolicy.SilentExit;
import dev.talaria.protocol.policy.Verdict.Action;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
  private static final RetryPolicy PATIENT = aBoard()
      .limit(1_000)
      .silentExit(SilentExit.RETRY)
      .rateLimit(1, 1_000, 1_000_000)
      .policy();
  private static final Prices PRICES = new Prices(Map.of("", 0.5, "opus", 6.0));

  @Test
  void shouldBlockWhenTheTaskHasNoAttemptLeft() {
    RetryPolicy policy = PATIENT.withBudget(ofTask(3L, null, null));
    TaskHistory twice = fail(fail(TaskHistory.EMPTY, policy, 10), policy, 10);

    Verdict third = judge(twice, crash().in("coder", 10), policy, Burn.NONE);

    assertThat(third.action()).isEqualTo(Action.BLOCK);
    assertThat(third.reason())
        .isEqualTo("crashed: the budget of the task is used up: 3 of 3 failed runs");
    assertThat(third.budget())
        .isEqualTo(new UsedUp(UsedUp.Scope.TASK, "coder", UsedUp.Bound.ATTEMPTS, 3, 3, null));
    assertThat(third.notBefore()).isNull();
    assertThat(third.history().failures()).isEqualTo(3);
    assertThat(third.history().gaveUp()).isFalse();
    assertThat(third.history().burn()).isEqualTo(new Burn(3, 30, 0));
  }

  @ParameterizedTest
  @CsvSource({"59,RETRY", "60,BLOCK", "61,BLOCK"})
  void shouldBlockWhenTheRunTimeIsUsedUp(long seconds, Action action) {
    RetryPolicy policy = PATIENT.withBudget(ofTask(null, 100L, null));

    Verdict verdict =
        judge(fail(TaskHistory.EMPTY, policy, 40), crash().in("coder", seconds), policy, Burn.NONE);

    assertThat(verdict.action()).isEqualTo(action);
    if (action == Action.BLOCK) {
      assertThat(verdict.reason()).contains("%d of 100 s of failed runs".formatted(40 + seconds));
    }
  }

  @ParameterizedTest(name = "override {0}, reported {1}: {2} millionths a minute")
  @CsvSource({
    ",     ,      500000",
    ",     haiku, 500000",
    ",     opus,  6000000",
    "opus, haiku, 6000000",
    "'',   opus,  6000000",
    "haiku, opus, 500000"
  })
  void shouldPriceARunByItsModel(
      @Nullable String override, @Nullable String reported, long micros) {
    var prices = new Budget(null, null, null, PRICES);

    assertThat(Burn.of(crash(override, reported).in("coder", 60), prices))
        .isEqualTo(new Burn(1, 60, micros));
  }

  @Test
  void shouldBlockWhenTheMoneyIsSpent() {
    RetryPolicy policy =
        PATIENT.withBudget(new Budget(new Bounds(null, null, 10.0), null, null, PRICES));
    TaskHistory once = judge(
            TaskHistory.EMPTY, crash("opus", null).in("coder", 99), policy, Burn.NONE)
        .history();

    assertThat(judge(once, crash().in("coder", 11), policy, Burn.NONE).action())
        .isEqualTo(Action.RETRY);
    Verdict verdict = judge(once, crash().in("coder", 12), policy, Burn.NONE);
    assertThat(verdict.action()).isEqualTo(Action.BLOCK);
    assertThat(verdict.reason())
        .isEqualTo("crashed: the budget of the task is used up: failed runs cost 10.00 of 10.00");
  }

  @Test
  void shouldCostNothingWithoutPrices() {
    assertThat(Burn.of(crash().in("coder", 600), null)).isEqualTo(new Burn(1, 600, 0));
    assertThat(Burn.of(crash("opus", null).in("coder", 600), ofTask(1L, null, null))
            .costMicros())
        .isZero();
    var onlyOpus = new Budget(null, null, null, new Prices(Map.of("opus", 6.0)));
    assertThat(Burn.of(crash("haiku", null).in("coder", 600), onlyOpus).costMicros())
        .isZero();
  }

  @ParameterizedTest
  @EnumSource(FailureClass.class)
  void shouldCountWhatTheTaskOrItsProviderBurntAndNotWhatOthersBroke(FailureClass failure) {
    boolean counts = failure != FailureClass.INFRA && failure != FailureClass.LOST;

    assertThat(Burn.of(end("x", failure, null, null).in("coder", 7), null))
        .isEqualTo(counts ? new Burn(1, 7, 0) : Burn.NONE);
  }

  @ParameterizedTest
  @EnumSource(FailureClass.class)
  void shouldLetNothingGoOnOverTheBudgetButALoss(FailureClass failure) {
    RetryPolicy policy = PATIENT.withBudget(ofTask(1L, null, null));
    TaskHistory spent = TaskHistory.EMPTY.spent(new Burn(1, 5, 0));

    Verdict verdict = judge(spent, end("x", failure, null, null), policy, Burn.NONE);

    assertThat(verdict.action())
        .isEqualTo(failure == FailureClass.LOST ? Action.RETRY : Action.BLOCK);
  }

  @Test
  void shouldLeaveAVerdictThatStopsTheTaskAnyway() {
    RetryPolicy strict = aBoard().limit(1).policy().withBudget(ofTask(1L, null, null));
    RetryPolicy silent = aBoard().policy().withBudget(ofTask(1L, null, null));

    assertThat(judge(TaskHistory.EMPTY, crash(), strict, Burn.NONE).action())
        .isEqualTo(Action.GIVE_UP);
    Verdict blocked = judge(TaskHistory.EMPTY, PolicyFixture.silent(), silent, Burn.NONE);
    assertThat(blocked.action()).isEqualTo(Action.BLOCK);
    assertThat(blocked.budget()).isNull();
    assertThat(blocked.history().burn()).isEqualTo(new Burn(1, 0, 0));
  }

  @Test
  void shouldNotClimbTheLadderOverTheBudget() {
    RetryPolicy policy =
        aBoard().limit(5).ladder("", "opus").policy().withBudget(ofTask(1L, null, null));

    Verdict verdict = judge(TaskHistory.EMPTY, crash(), policy, Burn.NONE);

    assertThat(verdict.action()).isEqualTo(Action.BLOCK);
    assertThat(verdict.toModel()).isNull();
    assertThat(verdict.history().escalations()).isZero();
  }

  // lanes

  @Test
  void shouldBlockWhenTheLaneHasNothingLeft() {
    RetryPolicy policy = PATIENT.withBudget(ofLane(20L, 86_400));

    assertThat(judge(TaskHistory.EMPTY, crash().in("coder", 1), policy, new Burn(19, 9, 0))
            .action())
        .isEqualTo(Action.RETRY);
    Verdict verdict = judge(TaskHistory.EMPTY, crash().in("coder", 1), policy, new Burn(21, 9, 0));
    assertThat(verdict.action()).isEqualTo(Action.BLOCK);
    assertThat(verdict.reason())
        .isEqualTo("crashed: the budget of lane 'coder' is used up: 21 of 20 failed runs in 24 h");
  }

  @Test
  void shouldBoundNoLaneWhereNoneIsKnown() {
    RetryPolicy policy = PATIENT.withBudget(ofLane(1L, 3_600));

    assertThat(judge(TaskHistory.EMPTY, crash(), policy, new Burn(99, 0, 0)).action())
        .isEqualTo(Action.RETRY);
  }

  @Test
  void shouldNameTheTasksBudgetBeforeItsLanes() {
    RetryPolicy policy = PATIENT.withBudget(
        new Budget(new Bounds(1L, null, null), new LaneBounds(1L, null, null, 3_600), null, null));

    UsedUp bound = judge(TaskHistory.EMPTY, crash().in("coder", 1), policy, new Burn(1, 1, 0))
        .budget();

    assertThat(bound).isNotNull();
    assertThat(bound.scope()).isEqualTo(UsedUp.Scope.TASK);
  }

  @Test
  void shouldTakeALanesOwnBounds() {
    var all = new LaneBounds(5L, null, null, 86_400);
    var own = new LaneBounds(null, 60L, null, 3_600);
    var board = new Budget(null, all, Map.of("painter", own), PRICES);

    assertThat(PATIENT.withBudget(board).forLane("painter").budget())
        .isEqualTo(new Budget(null, own, null, PRICES));
    assertThat(PATIENT.withBudget(board).forLane("coder").budget())
        .isEqualTo(new Budget(null, all, null, PRICES));
    assertThat(PATIENT.withBudget(board).forLane(null).budget())
        .isEqualTo(new Budget(null, all, null, PRICES));
    assertThat(PATIENT.forLane("coder")).isEqualTo(PATIENT);
    assertThat(PATIENT.withBudget(board).forTask(7).budget()).isEqualTo(board);
  }

  // what is refused

  @ParameterizedTest
  @ValueSource(longs = {0, -1})
  void shouldRefuseABoundOfNothing(long bound) {
    assertThatThrownBy(() -> new Bounds(bound, null, null)).hasMessageContaining("more than none");
    assertThatThrownBy(() -> new Bounds(null, bound, null)).hasMessageContaining("more than none");
    assertThatThrownBy(() -> new Bounds(null, null, (double) bound))
        .hasMessageContaining("more than none");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3_599, 86_401})
  void shouldRefuseAWindowThatTheRingDoesNotHold(long window) {
    assertThatThrownBy(() -> new LaneBounds(1L, null, null, window))
        .hasMessageContaining("an hour to 24 hours");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY, 1_000_001})
  void shouldRefuseAnImpossiblePrice(double price) {
    Map<String, Double> prices = new HashMap<>();
    prices.put("", price);

    assertThatThrownBy(() -> new Prices(prices)).hasMessageContaining("cost_per_minute.''");
  }

  private static Budget ofTask(
      @Nullable Long attempts, @Nullable Long seconds, @Nullable Double cost) {
    return new Budget(new Bounds(attempts, seconds, cost), null, null, null);
  }

  private static Budget ofLane(long attempts, long window) {
    return new Budget(null, new LaneBounds(attempts, null, null, window), null, null);
  }

  private static TaskHistory fail(TaskHistory before, RetryPolicy policy, long seconds) {
    return judge(before, crash().in("coder", seconds), policy, Burn.NONE).history();
  }

  private static Verdict judge(TaskHistory before, RunEnd end, RetryPolicy policy, Burn ofLane) {
    assertThat(end.at()).isEqualTo(NOW);
    return RetryRules.judge(before, end, policy, Circumstances.NONE.withLaneBurn(ofLane));
  }
}
