package dev.talaria.cli.replay.whatif;

import dev.talaria.board.event.EventKind;
import dev.talaria.cli.replay.story.Act;
import dev.talaria.cli.replay.story.Attempt;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.replay.whatif.Parting.Way;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.RetryRules;
import dev.talaria.protocol.policy.RunEnd;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.protocol.policy.Verdict.Action;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what a parting comes to: what is known to have been saved, and what might have been added. */
final class Partings {
  private static final int MOST_TRIED = 100;

  /** What starts a task afresh, under any policy. */
  private static final Set<String> FRESH_STARTS =
      Set.of(EventKind.UNBLOCKED, EventKind.PROMOTED, EventKind.PROMOTED_MANUAL, EventKind.STATUS);

  private final Story story;
  private final PolicyFold fold;

  Partings(Story story, PolicyFold fold) {
    this.story = story;
    this.fold = fold;
  }

  Parting at(
      Attempt attempt,
      Choice real,
      Choice other,
      Transition end,
      RetryPolicy policy,
      Verdict verdict) {
    RunEnd ended = fold.runEnd(WhatIf.event(end, end.payload()));
    if (!other.goesOn()) {
      return real.goesOn() ? stopsEarlier(attempt, other) : stopsOtherwise(attempt, real, other);
    }
    String model = model(other, ended);
    boolean added = !real.goesOn();
    Integer atMost = added ? atMost(ended, policy, verdict) : null;
    String words =
        "would have gone on with %s at attempt %d%s; how that would have ended is unknown"
            .formatted(named(model), attempt.number() + 1, instead(real, ended));
    if (added) {
      words += atMost == null
          ? ", and nothing of this policy would have ended it"
          : "; at most %d more attempt%s, had each failed alike"
              .formatted(atMost, atMost == 1 ? "" : "s");
    }
    return new Parting(
        attempt.number(), added ? Way.GOES_ON : Way.OTHER_MODEL, words, model, 0, 0, null, atMost);
  }

  private static String instead(Choice real, RunEnd ended) {
    return real.goesOn() ? " instead of " + named(model(real, ended)) : "";
  }

  private static String model(Choice choice, RunEnd ended) {
    String to = choice.toModel();
    if (to != null) {
      return to;
    }
    return ended.override() == null ? Ladder.PROFILE_DEFAULT : ended.override();
  }

  private static String named(String model) {
    return model.isEmpty() ? "the profile's model" : "'" + model + "'";
  }

  private Parting stopsOtherwise(Attempt attempt, Choice real, Choice other) {
    return new Parting(
        attempt.number(),
        Way.STOPS_OTHERWISE,
        "would have been %s at the end of attempt %d, and not %s"
            .formatted(stopped(other.action()), attempt.number(), stopped(real.action())),
        null,
        0,
        0,
        null,
        null);
  }

  private static String stopped(Action action) {
    return action == Action.GIVE_UP ? "given up" : "blocked";
  }

  private Parting stopsEarlier(Attempt attempt, Choice other) {
    long from = attempt.ending() == null ? 0 : attempt.ending().event();
    long until = story.acts().stream()
        .filter(act -> act.event() > from && FRESH_STARTS.contains(act.kind()))
        .mapToLong(Act::event)
        .min()
        .orElse(Long.MAX_VALUE);
    List<Attempt> saved = story.attempts().stream()
        .filter(it -> it.number() > attempt.number() && it.event() < until)
        .toList();
    long seconds = saved.stream()
        .map(Attempt::seconds)
        .mapToLong(ran -> ran == null ? 0 : ran)
        .sum();
    Integer missed = saved.stream()
        .filter(it -> it.ending() != null && it.ending().succeeded())
        .map(Attempt::number)
        .findFirst()
        .orElse(null);
    String words = "would have been %s at the end of attempt %d, %s"
        .formatted(stopped(other.action()), attempt.number(), saved(saved.size(), seconds));
    if (missed != null) {
      words += ": among them attempt %d, which completed the task".formatted(missed);
    }
    return new Parting(
        attempt.number(), Way.STOPS_EARLIER, words, null, saved.size(), seconds, missed, null);
  }

  private static String saved(int attempts, long seconds) {
    return attempts == 0
        ? "before any further attempt"
        : "%d attempt%s earlier, saving %d s"
            .formatted(attempts, attempts == 1 ? "" : "s", seconds);
  }

  /** How many more attempts there would be if each ended as this one did, at once after its wait. */
  private static @Nullable Integer atMost(RunEnd ended, RetryPolicy policy, Verdict first) {
    Verdict verdict = first;
    RunEnd end = ended;
    for (int more = 1; more <= MOST_TRIED; more++) {
      String override = verdict.toModel() == null ? end.override() : verdict.toModel();
      long at = verdict.notBefore() == null ? end.at() : verdict.notBefore();
      end = new RunEnd(
              end.run(),
              at + end.seconds(),
              end.kind(),
              end.failure(),
              end.error(),
              override,
              verdict.toModel() == null ? end.reportedModel() : verdict.toModel())
          .in(end.lane(), end.seconds());
      verdict = RetryRules.judge(verdict.history(), end, policy, Circumstances.NONE);
      if (!verdict.goesOn()) {
        return more;
      }
    }
    return null;
  }
}
