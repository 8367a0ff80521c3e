package dev.talaria.protocol.policy;

import static dev.talaria.protocol.policy.PolicyFixture.NOW;
import static dev.talaria.protocol.policy.PolicyFixture.aBoard;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.PolicyFold.Step;
import dev.talaria.protocol.policy.Verdict.Action;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyFoldTest {
  private static final TaskHistory FAILED = new TaskHistory(2, 1, 1, 1, 3, NOW, false, 1, 10);
  private static final TaskHistory GIVEN_UP = new TaskHistory(2, 1, 1, 1, 0, 0, true, 1, 10);
  private static final Burn SPENT = new Burn(3, 100, 5);
  private static final TaskHistory FRESH = new TaskHistory(0, 0, 0, 0, 0, 0, false, 1, 11);

  private final Wire wire = new Wire();
  private final PolicyFold fold = new PolicyFold(wire);

  // what resets

  @ParameterizedTest
  @ValueSource(strings = {"completed", "unblocked"})
  void shouldStartFreshOnCompletionAndUnblocking(String kind) {
    assertThat(after(FAILED, event(11, kind, null))).isEqualTo(FRESH);
    assertThat(after(GIVEN_UP, event(11, kind, null))).isEqualTo(FRESH);
  }

  @Test
  void shouldStartFreshOnPromotionOnlyAfterGivingUp() {
    assertThat(after(GIVEN_UP, event(11, "promoted", null))).isEqualTo(FRESH);
    assertThat(after(FAILED, event(11, "promoted", null))).isEqualTo(FAILED.seen(1, 11));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "created",
        "claimed",
        "spawned",
        "heartbeat",
        "commented",
        "assigned",
        "edited",
        "blocked",
        "scheduled",
        "reclaimed",
        "stale",
        "status",
        "promoted_manual",
        "linked",
        "archived",
        "claim_extended",
        "respawn_guarded",
        "model_escalated",
        "worker_exited",
        "newer_than_us",
        ""
      })
  void shouldCountNothingForAnyOtherKind(String kind) {
    assertThat(after(FAILED, event(11, kind, null))).isEqualTo(FAILED.seen(1, 11));
    assertThat(after(GIVEN_UP, event(11, kind, wire.object().put("x", 1))))
        .isEqualTo(GIVEN_UP.seen(1, 11));
  }

  // what it has cost

  @ParameterizedTest
  @ValueSource(strings = {"unblocked", "submitted", "promoted", "blocked", "claimed"})
  void shouldKeepWhatItHasCostThroughEachReset(String kind) {
    assertThat(after(GIVEN_UP.withBurn(SPENT), event(11, kind, null)).burn()).isEqualTo(SPENT);
    assertThat(after(FAILED.withBurn(SPENT), event(11, kind, wire.object().put("more", 0)))
            .burn())
        .isEqualTo(SPENT);
  }

  @Test
  void shouldStartTheAccountAfreshOnCompletionAndWhenAnOperatorAllowsMore() {
    assertThat(after(FAILED.withBurn(SPENT), event(11, "completed", null))).isEqualTo(FRESH);
    assertThat(
            after(FAILED.withBurn(SPENT), event(11, "unblocked", wire.object().put("more", 2))))
        .isEqualTo(FRESH);
  }

  @Test
  void shouldChargeHermessOwnFailuresWithTheirTime() {
    TaskHistory after = after(
        FAILED.withBurn(SPENT), event(11, "timed_out", wire.object().put("elapsed_seconds", 600)));

    assertThat(after.burn()).isEqualTo(new Burn(4, 700, 5));
    assertThat(after(FAILED, event(11, "protocol_violation", null)).burn())
        .isEqualTo(new Burn(1, 0, 0));
    assertThat(after(FAILED, event(11, "crashed", wire.object().put("class", "task")))
            .burn())
        .isNull();
  }

  @Test
  void shouldReadTheLaneAndTheRunTimeOfARecord() {
    PolicyEvent event = pending(11, "crashed", FailureClass.TASK, aBoard());
    payload(event).put("lane", "coder").put("elapsed_seconds", 9);
    assertThat(fold.runEnd(event).seconds()).isEqualTo(9);
    payload(event).put("seconds", 42);

    assertThat(fold.judgedEnd(event)).hasValueSatisfying(end -> {
      assertThat(end.lane()).isEqualTo("coder");
      assertThat(end.seconds()).isEqualTo(42);
    });
    assertThat(fold.judgedEnd(event(12, "crashed", wire.object().put("class", "lost"))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-5,0", "99999999999,31622400"})
  void shouldBoundAnImpossibleRunTime(long said, long taken) {
    PolicyEvent event = pending(11, "crashed", FailureClass.TASK, aBoard());
    payload(event).put("seconds", said);

    assertThat(fold.runEnd(event).seconds()).isEqualTo(taken);
  }

  @Test
  void shouldKeepTheBurnWhenADecisionThatAnOlderDispatcherAppliedHasLostIt() {
    ObjectNode payload = wire.object();
    payload.set("history", wire.tree(new TaskHistory(1, 1, 0, 0, 0, 0, false, 1, 10)));

    assertThat(after(FAILED.withBurn(SPENT), event(11, "decided", payload)).burn())
        .isEqualTo(SPENT);
    payload.set(
        "history", wire.tree(new TaskHistory(1, 1, 0, 0, 0, 0, false, 1, 10, new Burn(9, 9, 9))));
    assertThat(after(FAILED.withBurn(SPENT), event(11, "decided", payload)).burn())
        .isEqualTo(new Burn(9, 9, 9));
  }

  @Test
  void shouldReadHistoriesAndPoliciesOfTheFormBeforeBudgets() {
    ObjectNode policy = wire.objectOrNull("""
        {"limit":3,"source":"board","ladder":{"":"sonnet"},"escalate_before_giving_up":false,
         "backoff":{"initial_seconds":10,"factor":2.0,"max_seconds":600},"silent_exit":"block",
         "rate_limit":{"cooldown_seconds":60,"max_waits":10,"max_seconds":21600},
         "infra_backoff_seconds":10,"systemic":{"tasks":3,"window_seconds":300}}
        """);
    ObjectNode history = wire.objectOrNull("""
        {"failures":2,"failures_on_rung":1,"silent_exits":1,"escalations":1,"waits":3,
         "waiting_since":1790000000,"gave_up":false,"lineage":1,"event":10}
        """);

    assertThat(wire.view(policy, RetryPolicy.class).budget()).isNull();
    assertThat(wire.view(history, TaskHistory.class)).isEqualTo(FAILED);
  }

  // hermes's own failures

  @ParameterizedTest
  @ValueSource(strings = {"crashed", "timed_out", "spawn_failed"})
  void shouldCountHermessOwnFailuresWithoutADecision(String kind) {
    Step step =
        fold.advance(FAILED, event(11, kind, wire.object().put("pid", 7)), Circumstances.NONE);

    assertThat(step.verdict()).isNull();
    assertThat(step.history().failures()).isEqualTo(3);
    assertThat(step.history().failuresOnRung()).isEqualTo(2);
    assertThat(after(FAILED, event(11, kind, null)).failures()).isEqualTo(3);
  }

  @Test
  void shouldCountHermessOwnSilentExitAsSilent() {
    TaskHistory after = after(FAILED, event(11, "protocol_violation", null));

    assertThat(after.silentExits()).isEqualTo(2);
    assertThat(after.failures()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"crashed", "timed_out", "spawn_failed", "protocol_violation"})
  void shouldNotCountOurOwnRecordsThatAskForNoDecision(String kind) {
    ObjectNode ours = wire.object().put("class", "task");

    assertThat(after(FAILED, event(11, kind, ours))).isEqualTo(FAILED.seen(1, 11));
  }

  @ParameterizedTest
  @CsvSource({"5,5", "1,2", "0,2"})
  void shouldTakeTheCountOfAGiveUpWhenItIsHigher(int counted, int failures) {
    TaskHistory after = after(FAILED, event(11, "gave_up", wire.object().put("failures", counted)));

    assertThat(after.failures()).isEqualTo(failures);
    assertThat(after.gaveUp()).isTrue();
  }

  @Test
  void shouldTakeAGiveUpWithoutAPayload() {
    assertThat(after(FAILED, event(11, "gave_up", null)).gaveUp()).isTrue();
  }

  // decisions

  @Test
  void shouldJudgeARecordThatAsksForADecisionByThePolicyThatItCarries() {
    PolicyFixture strict = aBoard().limit(1);
    PolicyFixture lax = aBoard().limit(9);

    assertThat(verdict(pending(11, "crashed", FailureClass.TASK, strict)).action())
        .isEqualTo(Action.GIVE_UP);
    assertThat(verdict(pending(11, "crashed", FailureClass.TASK, lax)).action())
        .isEqualTo(Action.RETRY);
  }

  @Test
  void shouldHandOverrideModelErrorAndRunToTheRules() {
    PolicyEvent event = pending(11, "crashed", FailureClass.TASK, aBoard());
    payload(event).put("model_override", "haiku").put("model", "sonnet").put("error", "boom");

    assertThat(fold.runEnd(event))
        .isEqualTo(new RunEnd(4, NOW, "crashed", FailureClass.TASK, "boom", "haiku", "sonnet"));
    assertThat(fold.policy(event)).isEqualTo(aBoard().policy());
  }

  @Test
  void shouldKeepTheVerdictsHistoryAsTheTasks() {
    Step step = fold.advance(
        TaskHistory.EMPTY, pending(11, "crashed", FailureClass.TASK, aBoard()), Circumstances.NONE);

    assertThat(step.verdict()).isNotNull();
    assertThat(step.history()).isEqualTo(step.verdict().history());
    assertThat(step.history().event()).isEqualTo(11);
  }

  @Test
  void shouldPassOnHowManyTasksFailedTheSameWay() {
    Step step = fold.advance(
        TaskHistory.EMPTY,
        pending(11, "crashed", FailureClass.TASK, aBoard()),
        Circumstances.NONE.withSystemicTasks(3));

    assertThat(step.verdict().action()).isEqualTo(Action.GIVE_UP);
  }

  @Test
  void shouldTakeWhatWasDecidedOverWhatItWouldHaveDecided() {
    TaskHistory decided = new TaskHistory(7, 3, 0, 2, 0, 0, true, 1, 9);
    ObjectNode payload = wire.object().put("action", "give_up");
    payload.set("history", wire.tree(decided));

    assertThat(after(FAILED, event(11, "decided", payload))).isEqualTo(decided.seen(1, 11));
  }

  @Test
  void shouldKeepItsOwnCountForADecisionWithoutAHistory() {
    assertThat(after(FAILED, event(11, "decided", null))).isEqualTo(FAILED.seen(1, 11));
    assertThat(after(FAILED, event(11, "decided", wire.object().put("by", "x"))))
        .isEqualTo(FAILED.seen(1, 11));
  }

  @Test
  void shouldAgreeOnSeveralFailuresWhetherDecidedHereOrReadBack() {
    TaskHistory judged = TaskHistory.EMPTY;
    TaskHistory read = TaskHistory.EMPTY;
    for (int i = 1; i <= 3; i++) {
      PolicyEvent failure =
          pending(i * 10, "crashed", FailureClass.TASK, aBoard().limit(5));
      Step step = fold.advance(judged, failure, Circumstances.NONE);
      ObjectNode payload = wire.object();
      payload.set("history", wire.tree(step.history()));
      PolicyEvent decided = event(i * 10 + 1, "decided", payload);
      judged = after(step.history(), decided);
      read = after(read, decided);
    }

    assertThat(read).isEqualTo(judged);
    assertThat(read.failures()).isEqualTo(3);
  }

  // order

  @ParameterizedTest
  @ValueSource(longs = {10, 9, 1})
  void shouldIgnoreARepeatedOrOlderEvent(long id) {
    assertThat(after(FAILED, event(id, "completed", null))).isSameAs(FAILED);
    Step step = fold.advance(
        FAILED, pending(id, "crashed", FailureClass.TASK, aBoard()), Circumstances.NONE);
    assertThat(step.verdict()).isNull();
    assertThat(step.history()).isSameAs(FAILED);
  }

  @Test
  void shouldIgnoreAnEventOfAFormerLineage() {
    TaskHistory second = FAILED.seen(2, 3);

    assertThat(after(second, new PolicyEvent(1, 999, null, "completed", NOW, null)))
        .isSameAs(second);
  }

  @Test
  void shouldStartFromNothingInANewLineage() {
    // the restored file's history comes again: what hermes counted before would count twice
    TaskHistory first = after(TaskHistory.EMPTY, event(11, "crashed", null));
    TaskHistory second = after(first, new PolicyEvent(2, 11, 4L, "crashed", NOW, null));

    assertThat(second).isEqualTo(first.seen(2, 11));
    assertThat(second.failures()).isEqualTo(1);
  }

  // bad records

  @Test
  void shouldSayWhatARecordThatAsksForADecisionLacks() {
    PolicyEvent good = pending(11, "crashed", FailureClass.TASK, aBoard());
    PolicyEvent noRun = new PolicyEvent(1, 11, null, "crashed", NOW, good.payload());

    assertMalformed(noRun, "without a run or a class");
    assertMalformed(without("class"), "without a run or a class");
    assertMalformed(without("policy"), "carries no policy");
    assertMalformed(with("class", "unheard"), "unheard");
    assertMalformed(with("class", null), "FailureClass");
    assertMalformed(with("policy", null), "RetryPolicy");
    assertMalformed(with("policy", "none"), "RetryPolicy");
  }

  @Test
  void shouldRefuseADecisionWhoseHistoryCannotBeRead() {
    PolicyEvent decided = event(11, "decided", wire.object().put("history", "none"));
    PolicyEvent isNull = event(11, "decided", wire.object().putNull("history"));

    assertMalformed(decided, "TaskHistory");
    assertMalformed(isNull, "TaskHistory");
  }

  @Test
  void shouldKnowACleanTask() {
    assertThat(TaskHistory.EMPTY.isClean()).isTrue();
    assertThat(TaskHistory.EMPTY.seen(1, 7).isClean()).isTrue();
    assertThat(FAILED.isClean()).isFalse();
    assertThat(FAILED.reset().isClean()).isTrue();
    assertThat(TaskHistory.EMPTY.silent().isClean()).isFalse();
    assertThat(TaskHistory.EMPTY.waited(NOW).isClean()).isFalse();
    assertThat(TaskHistory.EMPTY.givenUp().isClean()).isFalse();
  }

  private void assertMalformed(PolicyEvent event, String reason) {
    assertThatThrownBy(() -> fold.advance(FAILED, event, Circumstances.NONE))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(reason);
  }

  private PolicyEvent without(String key) {
    PolicyEvent event = pending(11, "crashed", FailureClass.TASK, aBoard());
    payload(event).remove(key);
    return event;
  }

  private PolicyEvent with(String key, @Nullable String value) {
    PolicyEvent event = pending(11, "crashed", FailureClass.TASK, aBoard());
    payload(event).put(key, value);
    return event;
  }

  private static ObjectNode payload(PolicyEvent event) {
    return java.util.Objects.requireNonNull(event.payload());
  }

  private Verdict verdict(PolicyEvent event) {
    return fold.advance(TaskHistory.EMPTY, event, Circumstances.NONE).verdict();
  }

  private TaskHistory after(TaskHistory before, PolicyEvent event) {
    Step step = fold.advance(before, event, Circumstances.NONE);
    assertThat(step.verdict()).isNull();
    return step.history();
  }

  private static PolicyEvent event(long id, String kind, @Nullable ObjectNode payload) {
    return new PolicyEvent(1, id, 4L, kind, NOW, payload);
  }

  private PolicyEvent pending(long id, String kind, FailureClass failure, PolicyFixture board) {
    ObjectNode payload = wire.object().put("decision_pending", true);
    payload.set("class", wire.tree(failure));
    payload.set("policy", wire.tree(board.policy()));
    return event(id, kind, payload);
  }
}
