package dev.talaria.protocol.policy;

import dev.talaria.protocol.policy.Ladder.Rung;
import dev.talaria.protocol.policy.RetryPolicy.RateLimit;
import dev.talaria.protocol.policy.Verdict.Action;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The retry policy (DESIGN 8): the history of a task, the end of a run and the policy in force give the verdict. Pure: no
 * clock, no random source, no state. The topology, the dispatcher's fall-back and replay all call it.
 */
public final class RetryRules {
  private RetryRules() {}

  /**
   * Judges a failed run.
   *
   * @param before what is known of the task, without this run's end
   * @param end how the run ended
   * @param policy the policy that its record carries
   * @param around what is known beyond the task
   */
  public static Verdict judge(
      TaskHistory before, RunEnd end, RetryPolicy policy, Circumstances around) {
    TaskHistory now = counted(before.spent(Burn.of(end, policy.budget())), end);
    Verdict verdict = byClass(now, end, policy, around);
    return usedUp(verdict, now, end, policy, around)
        .map(bound -> overBudget(now, end, policy, bound))
        .orElse(verdict);
  }

  private static TaskHistory counted(TaskHistory before, RunEnd end) {
    return switch (end.failure()) {
      case TASK -> before.failed();
      case PROTOCOL -> before.silent();
      case PROVIDER -> before.waited(end.at());
      case INFRA, LOST -> before;
    };
  }

  /** A task that goes on needs something left of its budget; one that lost its launcher has done nothing wrong. */
  private static Optional<UsedUp> usedUp(
      Verdict verdict, TaskHistory now, RunEnd end, RetryPolicy policy, Circumstances around) {
    return policy.budget() == null || !verdict.goesOn() || end.failure() == FailureClass.LOST
        ? Optional.empty()
        : policy.budget().usedUp(now.allBurn(), end.lane(), around.laneBurn());
  }

  private static Verdict overBudget(TaskHistory now, RunEnd end, RetryPolicy policy, UsedUp bound) {
    return new Verdict(
        Action.BLOCK,
        null,
        null,
        now.failures(),
        policy.limit(),
        policy.source(),
        end.kind() + ": " + bound.words(),
        null,
        now,
        bound);
  }

  private static Verdict byClass(
      TaskHistory now, RunEnd end, RetryPolicy policy, Circumstances around) {
    return switch (end.failure()) {
      case TASK -> judgeTask(now, end, policy, around);
      case PROTOCOL -> judgeSilent(now, end, policy);
      case PROVIDER -> judgeRateLimited(now, end, policy);
      case INFRA ->
        retry(
            now,
            policy,
            end.at() + policy.infraBackoffSeconds(),
            "%s is the host's fault and does not count: try again in %d s"
                .formatted(end.kind(), policy.infraBackoffSeconds()));
      case LOST ->
        retry(
            now,
            policy,
            null,
            end.kind() + " is not the task's fault and does not count: try again");
    };
  }

  private static Verdict judgeTask(
      TaskHistory now, RunEnd end, RetryPolicy policy, Circumstances around) {
    int systemic = policy.systemic().tasks();
    if (systemic > 0 && around.systemicTasks() >= systemic) {
      return giveUp(
          now,
          policy,
          "%s: %d tasks of this board failed the same way within %d s%s; trying again would burn money"
              .formatted(
                  end.kind(),
                  around.systemicTasks(),
                  policy.systemic().windowSeconds(),
                  around.incident() == null ? "" : " (incident " + around.incident() + ")"));
    }
    if (systemic > 0 && around.incident() != null) {
      return giveUp(
          now,
          policy,
          end.kind() + ": incident " + around.incident()
              + " is open, in which tasks of this board fail the same way; trying again would burn money");
    }
    Optional<Rung> rung = policy.ladder().next(end.override(), end.reportedModel());
    boolean fromLastRung = policy.escalateBeforeGivingUp() && policy.source() != LimitSource.TASK;
    int rungs = policy.ladder().steps().size();
    // the end of it, however an operator moves the override about in between
    boolean spent = now.failures() >= Math.max(1, policy.limit()) + (fromLastRung ? rungs : 0);
    boolean climbFirst = fromLastRung && rung.isPresent() && now.escalations() < rungs && !spent;
    int counted = fromLastRung ? now.failuresOnRung() : now.failures();
    String so = end.kind() + ": failure " + counted + " of " + policy.limit() + " (limit of the "
        + word(policy) + ")";
    if (climbFirst) {
      return escalate(
          now, end, policy, rung.get(), so + ", and the ladder is climbed before giving up");
    }
    if (spent && counted < policy.limit()) {
      return giveUp(
          now,
          policy,
          "%s: failure %d in a row, as many as the ladder's rungs and the limit of the %s allow together"
              .formatted(end.kind(), now.failures(), word(policy)));
    }
    if (counted >= policy.limit()) {
      return giveUp(
          now,
          policy,
          so + (fromLastRung && now.escalations() > 0 ? " on the ladder's last rung" : ""));
    }
    if (rung.isPresent()) {
      return escalate(now, end, policy, rung.get(), so);
    }
    return retry(now, policy, notBefore(now, end, policy), so + ": try again");
  }

  private static Verdict judgeSilent(TaskHistory now, RunEnd end, RetryPolicy policy) {
    int used = now.failures() + now.silentExits();
    String so = "the worker exited with 0 and had neither completed nor blocked its task";
    boolean ownRetriesLeft = policy.source() == LimitSource.TASK && used < policy.limit();
    boolean retriesLeft =
        policy.silentExit() == RetryPolicy.SilentExit.RETRY && used < policy.limit();
    if (ownRetriesLeft || retriesLeft) {
      String left =
          so + ": attempt %d of %d (limit of the %s)".formatted(used, policy.limit(), word(policy));
      return policy
          .ladder()
          .next(end.override(), end.reportedModel())
          .map(rung -> escalate(now, end, policy, rung, left))
          .orElseGet(() -> retry(now, policy, notBefore(now, end, policy), left + ": try again"));
    }
    return policy.silentExit() == RetryPolicy.SilentExit.GIVE_UP
        ? giveUp(now, policy, so)
        : verdict(Action.BLOCK, now, policy, null, null, so);
  }

  private static Verdict judgeRateLimited(TaskHistory now, RunEnd end, RetryPolicy policy) {
    RateLimit bound = policy.rateLimit();
    long waited = end.at() - now.waitingSince();
    if (now.waits() > bound.maxWaits() || waited > bound.maxSeconds()) {
      return verdict(
          Action.BLOCK,
          now,
          policy,
          null,
          null,
          "rate-limited %d times in %d s (at most %d times and %d s): the provider's quota needs a look"
              .formatted(now.waits(), waited, bound.maxWaits(), bound.maxSeconds()));
    }
    return retry(
        now,
        policy,
        end.at() + bound.cooldownSeconds(),
        "rate-limited, wait %d of %d: try again in %d s"
            .formatted(now.waits(), bound.maxWaits(), bound.cooldownSeconds()));
  }

  private static Verdict escalate(
      TaskHistory now, RunEnd end, RetryPolicy policy, Rung rung, String so) {
    String from = rung.from().isEmpty() ? "the profile's default model" : "'" + rung.from() + "'";
    return new Verdict(
        Action.ESCALATE,
        rung.to(),
        rung.from(),
        now.failures(),
        policy.limit(),
        policy.source(),
        "%s: go on with '%s' instead of %s".formatted(so, rung.to(), from),
        notBefore(now, end, policy),
        now.escalated());
  }

  private static Verdict giveUp(TaskHistory now, RetryPolicy policy, String so) {
    return verdict(Action.GIVE_UP, now.givenUp(), policy, null, null, so + ": given up");
  }

  private static Verdict retry(
      TaskHistory now, RetryPolicy policy, @Nullable Long notBefore, String reason) {
    return verdict(Action.RETRY, now, policy, null, notBefore, reason);
  }

  private static Verdict verdict(
      Action action,
      TaskHistory now,
      RetryPolicy policy,
      @Nullable String toModel,
      @Nullable Long notBefore,
      String reason) {
    return new Verdict(
        action,
        toModel,
        null,
        now.failures(),
        policy.limit(),
        policy.source(),
        reason,
        notBefore,
        now);
  }

  private static @Nullable Long notBefore(TaskHistory now, RunEnd end, RetryPolicy policy) {
    int failures = Math.max(1, now.failures() + now.silentExits());
    long wait = end.kind().equals("timed_out")
        ? policy.backoff().jittered(failures, end.run())
        : policy.backoff().after(failures);
    return wait <= 0 ? null : end.at() + wait;
  }

  private static String word(RetryPolicy policy) {
    return switch (policy.source()) {
      case TASK -> "task";
      case BOARD -> "board";
      case DEFAULT -> "default";
    };
  }
}
