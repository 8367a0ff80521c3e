package dev.talaria.service.config;

import dev.talaria.protocol.policy.Backoff;
import dev.talaria.protocol.policy.Budget;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.RetryPolicy.RateLimit;
import dev.talaria.protocol.policy.RetryPolicy.SilentExit;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The retry policy as configured.
 *
 * @param failureLimit failures at which a task is given up; null leaves it to the default of {@value
 *     RetryPolicy#DEFAULT_LIMIT}
 * @param retryModelEscalation which model follows which
 * @param escalateBeforeGivingUp whether the limit counts from the last rung on
 * @param retryBackoff wait before the next attempt
 * @param onSilentExit what becomes of a task whose worker exited with 0 in silence
 * @param rateLimit how long a task waits for its provider
 * @param infraBackoff wait after a fault of the host
 * @param systemic when equal failures of several tasks count as one
 * @param budget what failed runs may cost
 */
public record PolicyConfig(
    @Nullable Integer failureLimit,
    Ladder retryModelEscalation,
    boolean escalateBeforeGivingUp,
    Backoff retryBackoff,
    SilentExit onSilentExit,
    RateLimit rateLimit,
    Duration infraBackoff,
    Systemic systemic,
    Budget budget) {
  /** What holds where nothing is configured. */
  public static final PolicyConfig DEFAULT = of(RetryPolicy.DEFAULT);

  public PolicyConfig {
    Check.all(
        () -> checkLimit(failureLimit),
        () -> Check.notNegative("policy.infra_backoff", infraBackoff),
        () -> checkPrices(budget));
  }

  private static void checkLimit(@Nullable Integer failureLimit) {
    if (failureLimit != null) {
      Check.between("policy.failure_limit", failureLimit, 1, Integer.MAX_VALUE);
    }
  }

  /** The same policy as configuration; a limit of a task's own is no part of it. */
  static PolicyConfig of(RetryPolicy policy) {
    return new PolicyConfig(
        policy.source() == LimitSource.BOARD ? Integer.valueOf(policy.limit()) : null,
        policy.ladder(),
        policy.escalateBeforeGivingUp(),
        policy.backoff(),
        policy.silentExit(),
        policy.rateLimit(),
        Duration.ofSeconds(policy.infraBackoffSeconds()),
        policy.systemic(),
        policy.budget() == null ? Budget.NONE : policy.budget());
  }

  /** The same with what hermes's own configuration says. */
  PolicyConfig withHermes(@Nullable Integer limit, Ladder ladder) {
    return new PolicyConfig(
        limit,
        ladder,
        escalateBeforeGivingUp,
        retryBackoff,
        onSilentExit,
        rateLimit,
        infraBackoff,
        systemic,
        budget);
  }

  /** A cost that nothing adds to would never be reached, and nobody would notice. */
  private static void checkPrices(Budget budget) {
    if (budget.costPerMinute() != null) {
      return;
    }
    Budget.Bounds task = budget.task();
    if (task != null && task.cost() != null) {
      throw priceless("policy.budget.task.cost", task.cost());
    }
    Budget.LaneBounds lane = budget.lane();
    if (lane != null && lane.cost() != null) {
      throw priceless("policy.budget.lane.cost", lane.cost());
    }
    if (budget.lanes() != null) {
      budget.lanes().forEach((name, bounds) -> {
        if (bounds.cost() != null) {
          throw priceless("policy.budget.lanes." + name + ".cost", bounds.cost());
        }
      });
    }
  }

  private static ConfigException priceless(String key, double cost) {
    return new ConfigException(
        "%s is %s; expected prices in policy.budget.cost_per_minute too, or nothing has a cost."
            .formatted(key, cost));
  }

  /** The policy of a board, before any task's own limit. */
  public RetryPolicy retryPolicy() {
    return new RetryPolicy(
        failureLimit == null ? RetryPolicy.DEFAULT_LIMIT : failureLimit,
        failureLimit == null ? LimitSource.DEFAULT : LimitSource.BOARD,
        retryModelEscalation,
        escalateBeforeGivingUp,
        retryBackoff,
        onSilentExit,
        rateLimit,
        infraBackoff.toSeconds(),
        systemic,
        budget.isEmpty() ? null : budget);
  }
}
