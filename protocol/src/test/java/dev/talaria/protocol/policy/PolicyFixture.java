package dev.talaria.protocol.policy;

import dev.talaria.protocol.policy.RetryPolicy.RateLimit;
import dev.talaria.protocol.policy.RetryPolicy.SilentExit;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A board's policy and the ends of runs, one change at a time. */
record PolicyFixture(RetryPolicy policy) {
  static final long NOW = 1_790_000_000L;

  static PolicyFixture aBoard() {
    return new PolicyFixture(RetryPolicy.DEFAULT);
  }

  PolicyFixture limit(int limit) {
    return with(
        limit,
        LimitSource.BOARD,
        policy.ladder(),
        policy.escalateBeforeGivingUp(),
        policy.backoff(),
        policy.silentExit(),
        policy.rateLimit());
  }

  PolicyFixture taskLimit(int maxRetries) {
    return new PolicyFixture(policy.forTask(maxRetries));
  }

  PolicyFixture ladder(String... steps) {
    var map = new java.util.HashMap<String, String>();
    for (int i = 0; i < steps.length; i += 2) {
      map.put(steps[i], steps[i + 1]);
    }
    return ladder(map);
  }

  PolicyFixture ladder(Map<String, String> steps) {
    return with(
        policy.limit(),
        policy.source(),
        new Ladder(steps),
        policy.escalateBeforeGivingUp(),
        policy.backoff(),
        policy.silentExit(),
        policy.rateLimit());
  }

  PolicyFixture climbFirst() {
    return with(
        policy.limit(),
        policy.source(),
        policy.ladder(),
        true,
        policy.backoff(),
        policy.silentExit(),
        policy.rateLimit());
  }

  PolicyFixture backoff(Backoff backoff) {
    return with(
        policy.limit(),
        policy.source(),
        policy.ladder(),
        policy.escalateBeforeGivingUp(),
        backoff,
        policy.silentExit(),
        policy.rateLimit());
  }

  PolicyFixture silentExit(SilentExit silentExit) {
    return with(
        policy.limit(),
        policy.source(),
        policy.ladder(),
        policy.escalateBeforeGivingUp(),
        policy.backoff(),
        silentExit,
        policy.rateLimit());
  }

  PolicyFixture rateLimit(long cooldown, int waits, long seconds) {
    return with(
        policy.limit(),
        policy.source(),
        policy.ladder(),
        policy.escalateBeforeGivingUp(),
        policy.backoff(),
        policy.silentExit(),
        new RateLimit(cooldown, waits, seconds));
  }

  PolicyFixture systemic(int tasks, long window) {
    return new PolicyFixture(new RetryPolicy(
        policy.limit(),
        policy.source(),
        policy.ladder(),
        policy.escalateBeforeGivingUp(),
        policy.backoff(),
        policy.silentExit(),
        policy.rateLimit(),
        policy.infraBackoffSeconds(),
        new Systemic(tasks, window)));
  }

  Verdict judge(TaskHistory before, RunEnd end) {
    return RetryRules.judge(before, end, policy, Circumstances.NONE);
  }

  static RunEnd crash() {
    return end("crashed", FailureClass.TASK, null, null);
  }

  static RunEnd crash(@Nullable String override, @Nullable String reported) {
    return end("crashed", FailureClass.TASK, override, reported);
  }

  static RunEnd silent() {
    return end("protocol_violation", FailureClass.PROTOCOL, null, null);
  }

  static RunEnd rateLimited(long at) {
    return new RunEnd(7, at, "rate_limited", FailureClass.PROVIDER, null, null, null);
  }

  static RunEnd end(
      String kind, FailureClass failure, @Nullable String override, @Nullable String reported) {
    return new RunEnd(7, NOW, kind, failure, "error", override, reported);
  }

  private PolicyFixture with(
      int limit,
      LimitSource source,
      Ladder ladder,
      boolean climbFirst,
      Backoff backoff,
      SilentExit silentExit,
      RateLimit rateLimit) {
    return new PolicyFixture(new RetryPolicy(
        limit,
        source,
        ladder,
        climbFirst,
        backoff,
        silentExit,
        rateLimit,
        policy.infraBackoffSeconds(),
        policy.systemic()));
  }
}
