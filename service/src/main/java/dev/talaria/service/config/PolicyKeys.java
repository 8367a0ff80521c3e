package dev.talaria.service.config;

import dev.talaria.protocol.policy.Backoff;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.RetryPolicy.RateLimit;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import java.time.Duration;
import java.util.function.Supplier;

/** Reads the section {@code policy}. What it does not say stays as it is in the policy that it is read over. */
final class PolicyKeys {
  private static final String LADDER = "policy.retry_model_escalation";

  private PolicyKeys() {}

  /**
   * The section.
   *
   * @param base what holds where a key is not set
   * @throws ConfigException when a value has no sense
   */
  static PolicyConfig read(ConfigSource source, PolicyConfig base) {
    var steps = source.map(LADDER);
    return new PolicyConfig(
        source.number("policy.failure_limit").orElse(base.failureLimit()),
        source.has(LADDER) ? checked(() -> new Ladder(steps)) : base.retryModelEscalation(),
        source.flag("policy.escalate_before_giving_up", base.escalateBeforeGivingUp()),
        backoff(source, base.retryBackoff()),
        source.choice("policy.on_silent_exit", base.onSilentExit()),
        rateLimit(source, base.rateLimit()),
        source.duration("policy.infra_backoff", base.infraBackoff()),
        systemic(source, base.systemic()),
        BudgetKeys.read(source, base.budget()));
  }

  private static Backoff backoff(ConfigSource source, Backoff base) {
    var given = source.duration("policy.retry_backoff.initial");
    var initial = given.orElse(Duration.ofSeconds(base.initialSeconds()));
    double factor = source.decimal("policy.retry_backoff.factor", base.factor());
    // Without a bound of its own a back-off may grow to an hour.
    var unbounded = initial.compareTo(Duration.ofHours(1)) > 0 ? initial : Duration.ofHours(1);
    var otherwise = given.isEmpty() || initial.isZero() ? base.maxSeconds() : unbounded.toSeconds();
    var most = source.duration("policy.retry_backoff.max", Duration.ofSeconds(otherwise));
    return checked(() -> new Backoff(initial.toSeconds(), factor, most.toSeconds()));
  }

  private static RateLimit rateLimit(ConfigSource source, RateLimit base) {
    var cooldown =
        source.duration("policy.rate_limit.cooldown", Duration.ofSeconds(base.cooldownSeconds()));
    int waits = source.number("policy.rate_limit.max_waits", base.maxWaits());
    var most =
        source.duration("policy.rate_limit.max_duration", Duration.ofSeconds(base.maxSeconds()));
    return checked(() -> new RateLimit(cooldown.toSeconds(), waits, most.toSeconds()));
  }

  private static Systemic systemic(ConfigSource source, Systemic base) {
    int tasks = source.number("policy.systemic.tasks", base.tasks());
    var window =
        source.duration("policy.systemic.window", Duration.ofSeconds(base.windowSeconds()));
    var closeAfter =
        source.duration("policy.systemic.close_after", Duration.ofSeconds(base.quietSeconds()));
    boolean pauseLane = source.flag("policy.systemic.pause_lane", base.pausesLane());
    var probeAfter = source.duration(
        "policy.systemic.probe_after", Duration.ofSeconds(base.firstProbeSeconds()));
    return checked(() -> new Systemic(
        tasks, window.toSeconds(), closeAfter.toSeconds(), pauseLane, probeAfter.toSeconds()));
  }

  /** The protocol's records know their own bounds; the section is ours to name. */
  private static <T> T checked(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new ConfigException("policy.%s".formatted(e.getMessage()), e);
    }
  }
}
