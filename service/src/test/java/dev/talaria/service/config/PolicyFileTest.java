package dev.talaria.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.protocol.policy.Backoff;
import dev.talaria.protocol.policy.Budget;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.RetryPolicy.RateLimit;
import dev.talaria.protocol.policy.RetryPolicy.SilentExit;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFileTest {
  private static final RetryPolicy IN_FORCE = new RetryPolicy(
      3,
      LimitSource.BOARD,
      new Ladder(Map.of("haiku", "opus")),
      true,
      new Backoff(10, 3, 600),
      SilentExit.RETRY,
      new RateLimit(30, 4, 900),
      17,
      new Systemic(5, 120, 900L, false, 300L));

  @TempDir
  Path directory;

  private PolicyFile file(String text) throws IOException {
    return PolicyFile.read(Files.writeString(directory.resolve("policy.yaml"), text));
  }

  @Test
  void shouldChangeOnlyWhatItSays() throws IOException {
    RetryPolicy policy = file("policy:\n  failure_limit: 5\n").over(IN_FORCE);

    assertThat(policy)
        .isEqualTo(new RetryPolicy(
            5,
            LimitSource.BOARD,
            IN_FORCE.ladder(),
            true,
            IN_FORCE.backoff(),
            SilentExit.RETRY,
            IN_FORCE.rateLimit(),
            17,
            IN_FORCE.systemic()));
  }

  @Test
  void shouldChangeEachPart() throws IOException {
    PolicyFile file = file("""
        policy:
          retry_model_escalation: {'': sonnet}
          escalate_before_giving_up: false
          retry_backoff: {initial: 1m}
          on_silent_exit: give-up
          rate_limit: {max_waits: 1}
          infra_backoff: 5s
          systemic: {tasks: 0}
        """);

    RetryPolicy policy = file.over(IN_FORCE);

    assertThat(policy.limit()).isEqualTo(3);
    assertThat(policy.ladder().steps()).isEqualTo(Map.of("", "sonnet"));
    assertThat(policy.escalateBeforeGivingUp()).isFalse();
    assertThat(policy.backoff()).isEqualTo(new Backoff(60, 3, 3_600));
    assertThat(policy.silentExit()).isEqualTo(SilentExit.GIVE_UP);
    assertThat(policy.rateLimit()).isEqualTo(new RateLimit(30, 1, 900));
    assertThat(policy.infraBackoffSeconds()).isEqualTo(5);
    assertThat(policy.systemic()).isEqualTo(new Systemic(0, 120, 900L, false, 300L));
    assertThat(file.settings())
        .containsEntry("policy.rate_limit.max_waits", "1")
        .containsEntry("policy.retry_model_escalation.''", "sonnet")
        .hasSize(7);
  }

  @Test
  void shouldLeaveATaskItsOwnLimit() throws IOException {
    RetryPolicy policy = file("policy.failure_limit: 5").over(IN_FORCE.forTask(0));

    assertThat(policy.limit()).isZero();
    assertThat(policy.source()).isEqualTo(LimitSource.TASK);
  }

  @Test
  void shouldTakeALadderAway() throws IOException {
    assertThat(file("policy: {retry_model_escalation: {}}").over(IN_FORCE).ladder())
        .isEqualTo(Ladder.NONE);
  }

  @Test
  void shouldRefuseWhatNobodyKnows() {
    assertThatThrownBy(() -> file("policy:\n  failure_limt: 5\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'policy.failure_limt'")
        .hasMessageContaining("did you mean 'policy.failure_limit'");
    assertThatThrownBy(() -> file("policy: {failure_limit: many}"))
        .hasMessageContaining("policy.failure_limit");
    assertThatThrownBy(() -> file("policy: {retry_model_escalation: {a: b, b: a}}"))
        .hasMessageContaining("circle");
    assertThatThrownBy(() -> file("")).hasMessageContaining("changes nothing");
    assertThatThrownBy(() -> PolicyFile.read(directory.resolve("none.yaml")))
        .hasMessageContaining("There is no file");
  }

  @Test
  void shouldTryAnotherBudgetOnWhatHappened() throws IOException {
    var inForce = RetryPolicy.DEFAULT.withBudget(
        new Budget(new Budget.Bounds(10L, 600L, null), null, null, null));

    var other = file("policy: {budget: {task: {attempts: 3}}}").over(inForce);

    assertThat(other.budget()).isNotNull();
    assertThat(other.budget().task()).isEqualTo(new Budget.Bounds(3L, 600L, null));
    assertThat(file("policy: {failure_limit: 5}").over(inForce).budget())
        .isEqualTo(inForce.budget());
  }
}
