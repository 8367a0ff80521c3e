package dev.talaria.cli.replay.story;

import dev.talaria.cli.replay.story.DecisionTold.Rule;
import dev.talaria.cli.replay.story.DecisionTold.State;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.protocol.policy.Verdict.Action;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells decisions, whoever made them. */
final class Decided {
  private Decided() {}

  static DecisionTold of(
      Verdict verdict,
      String by,
      State state,
      @Nullable FailureClass failure,
      @Nullable Long decidedAt,
      @Nullable Long appliedAt) {
    return new DecisionTold(
        state,
        by,
        verdict.action(),
        rule(verdict, failure),
        verdict.count(),
        verdict.limit(),
        word(verdict.source()),
        verdict.fromModel(),
        verdict.toModel(),
        verdict.notBefore(),
        verdict.reason(),
        decidedAt,
        appliedAt);
  }

  /** A {@code gave_up} that no decision led to: hermes wrote it, or a turn of {@code talaria dispatch} by its rules. */
  static DecisionTold ofHermes(Transition gaveUp) {
    var payload = new Payload(gaveUp);
    int failures = Optional.ofNullable(payload.integer("failures")).orElse(0);
    Integer limit = payload.integer("effective_limit");
    String reason = Optional.ofNullable(payload.text("reason"))
        .or(() -> Optional.ofNullable(payload.text("error")))
        .orElse("");
    return new DecisionTold(
        State.APPLIED,
        "hermes",
        Action.GIVE_UP,
        Rule.LIMIT,
        failures,
        limit,
        payload.text("limit_source"),
        null,
        null,
        null,
        reason,
        null,
        gaveUp.at());
  }

  /** Which part of the policy said so. */
  static Rule rule(Verdict verdict, @Nullable FailureClass failure) {
    if (verdict.budget() != null) {
      return Rule.BUDGET;
    }
    if (failure == null) {
      return Rule.OTHER;
    }
    return switch (failure) {
      case TASK ->
        switch (verdict.action()) {
          case ESCALATE -> Rule.LADDER;
          case RETRY -> Rule.LIMIT;
          case GIVE_UP -> verdict.count() >= verdict.limit() ? Rule.LIMIT : Rule.SYSTEMIC;
          case BLOCK -> Rule.OTHER;
        };
      case PROTOCOL -> verdict.action() == Action.ESCALATE ? Rule.LADDER : Rule.SILENT_EXIT;
      case PROVIDER -> Rule.RATE_LIMIT;
      case INFRA -> Rule.INFRA;
      case LOST -> Rule.OTHER;
    };
  }

  static String word(LimitSource source) {
    return source.name().toLowerCase(Locale.ROOT);
  }
}
