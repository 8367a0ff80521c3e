package dev.talaria.cli.replay.whatif;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.cli.replay.story.Attempt;
import dev.talaria.cli.replay.story.DecisionTold;
import dev.talaria.cli.replay.story.DecisionTold.Rule;
import dev.talaria.cli.replay.story.Ending;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.replay.trail.TaskTrail;
import dev.talaria.cli.replay.whatif.Turn.Difference;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.TaskHistory;
import dev.talaria.protocol.policy.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Judges the ends of a task's runs by another policy, with the same pure rules. Up to where the two part, everything happened
 * as it would have; beyond, nobody knows, and nothing is claimed. One instance judges one task.
 */
public final class WhatIf {
  private final Wire wire;
  private final PolicyFold fold;
  private final OtherPolicy other;
  private final Function<Transition, Circumstances> around;
  private final Story story;
  private final Map<Long, Attempt> attempts = new HashMap<>();
  private final List<Turn> turns = new ArrayList<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private TaskHistory history = TaskHistory.EMPTY;
  private @Nullable Parting parting;

  private WhatIf(
      Story story, OtherPolicy other, Function<Transition, Circumstances> around, Wire wire) {
    this.wire = wire;
    this.fold = new PolicyFold(wire);
    this.other = other;
    this.around = around;
    this.story = story;
    story.attempts().forEach(attempt -> attempts.put(attempt.run(), attempt));
  }

  /** Another policy. */
  public interface OtherPolicy {
    /** What would have been in force instead of this one. */
    RetryPolicy over(RetryPolicy inForce);

    /** What it sets, by dotted names. */
    SortedMap<String, String> settings();
  }

  /**
   * Judges.
   *
   * @param trail the task's events
   * @param story the same, told
   * @param around what was known beyond the task at the end of a run, see {@link Around#at}
   */
  public static WhatIfTold judge(
      TaskTrail trail,
      Story story,
      OtherPolicy other,
      Function<Transition, Circumstances> around,
      Wire wire) {
    return new WhatIf(story, other, around, wire).judge(trail);
  }

  private WhatIfTold judge(TaskTrail trail) {
    for (Transition event : trail.events()) {
      Attempt attempt = event.run() == null ? null : attempts.get(event.run());
      Ending ending = attempt == null ? null : attempt.ending();
      if (attempt != null && ending != null && ending.event() == event.event()) {
        ended(event, attempt, ending);
      } else if (parting == null) {
        remember(event);
      }
    }
    return new WhatIfTold(other.settings(), turns, parting, List.copyOf(notes));
  }

  /** Until they part, the board's word on a decision counts for both. */
  private void remember(Transition event) {
    try {
      history = fold.advance(history, event(event, event.payload()), Circumstances.NONE)
          .history();
    } catch (MalformedMessageException e) {
      notes.add("event %d cannot be read, and is left out".formatted(event.event()));
    }
  }

  private void ended(Transition event, Attempt attempt, Ending ending) {
    DecisionTold decided = attempt.decision().orElse(null);
    Choice real = decided == null ? null : real(decided, ending);
    if (parting != null) {
      if (real != null) {
        add(attempt, ending, real, null, Difference.UNKNOWN);
      }
    } else if (ending.policy() == null) {
      remember(event);
      if (real != null || !ending.succeeded() && ending.failure() == null) {
        add(attempt, ending, real, null, Difference.NOT_JUDGED);
      }
    } else {
      compare(event, attempt, ending, ending.policy(), real, decided);
    }
  }

  private void compare(
      Transition event,
      Attempt attempt,
      Ending ending,
      RetryPolicy inForce,
      @Nullable Choice real,
      @Nullable DecisionTold decided) {
    RetryPolicy policy = other.over(inForce).forLane(attempt.lane());
    noteOwnLimit(inForce);
    Verdict verdict = verdict(event, policy, around(event, inForce, decided));
    if (verdict == null) {
      add(attempt, ending, real, null, Difference.NOT_JUDGED);
      return;
    }
    history = verdict.history();
    Choice choice = choice(verdict, ending);
    if (real != null && isOverBudget(decided) && verdict.goesOn()) {
      choice = real; // what its lane had spent is not all on the topic any more
    }
    if (real == null || decided == null) {
      add(attempt, ending, null, choice, Difference.UNDECIDED);
    } else if (!real.isLike(choice)) {
      add(attempt, ending, real, choice, Difference.PARTED);
      parting = new Partings(story, fold).at(attempt, real, choice, event, policy, verdict);
    } else {
      boolean waits = real.waitSeconds() == choice.waitSeconds();
      add(attempt, ending, real, choice, waits ? Difference.SAME : Difference.WAIT);
    }
  }

  private boolean isOverBudget(@Nullable DecisionTold decided) {
    return decided != null
        && decided.rule() == Rule.BUDGET
        && other.settings().keySet().stream().noneMatch(key -> key.startsWith("policy.budget"));
  }

  private void noteOwnLimit(RetryPolicy inForce) {
    if (inForce.source() == LimitSource.TASK
        && other.settings().containsKey("policy.failure_limit")) {
      notes.add(
          "the task's own max_retries of %d wins over failure_limit".formatted(inForce.limit()));
    }
  }

  /** What the records that are still on the topic tell, and at least what the real decision was made by. */
  private Circumstances around(
      Transition event, RetryPolicy inForce, @Nullable DecisionTold decided) {
    Circumstances known = around.apply(event);
    int needed = inForce.systemic().tasks();
    if (decided == null || decided.rule() != Rule.SYSTEMIC || known.systemicTasks() >= needed) {
      return known;
    }
    notes.add(
        "how many tasks failed in the way of event %d is not on the topic any more: %d are assumed"
            .formatted(event.event(), needed));
    return known.withSystemicTasks(needed);
  }

  private @Nullable Verdict verdict(Transition event, RetryPolicy policy, Circumstances known) {
    ObjectNode payload =
        event.payload() == null ? wire.object() : event.payload().deepCopy();
    payload.put(PolicyEvent.DECISION_PENDING, true); // history that is published anew has it not
    payload.set(PolicyEvent.POLICY, wire.tree(policy));
    try {
      return fold.advance(history, event(event, payload), known).verdict();
    } catch (MalformedMessageException e) {
      notes.add("the end of run %d cannot be judged: %s".formatted(event.run(), e.getMessage()));
      return null;
    }
  }

  private void add(
      Attempt attempt,
      Ending ending,
      @Nullable Choice real,
      @Nullable Choice choice,
      Difference difference) {
    turns.add(new Turn(
        attempt.number(), attempt.run(), ending.at(), ending.kind(), real, choice, difference));
  }

  private static Choice real(DecisionTold decided, Ending ending) {
    Long notBefore = decided.notBefore();
    return new Choice(
        decided.action(),
        decided.toModel(),
        decided.count(),
        decided.limit(),
        notBefore == null ? 0 : notBefore - ending.at(),
        decided.reason());
  }

  private static Choice choice(Verdict verdict, Ending ending) {
    Long notBefore = verdict.notBefore();
    return new Choice(
        verdict.action(),
        verdict.toModel(),
        verdict.count(),
        verdict.limit(),
        notBefore == null ? 0 : notBefore - ending.at(),
        verdict.reason());
  }

  static PolicyEvent event(Transition t, @Nullable ObjectNode payload) {
    return new PolicyEvent(t.lineage(), t.event(), t.run(), t.kind(), t.at(), payload);
  }
}
