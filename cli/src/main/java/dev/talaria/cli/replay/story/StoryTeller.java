package dev.talaria.cli.replay.story;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.event.EventKind;
import dev.talaria.cli.replay.story.DecisionTold.State;
import dev.talaria.cli.replay.trail.TaskTrail;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.protocol.policy.Verdict.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the story of a task from what the topics have of it. Pure: the same trail gives an equal story. Events that hermes
 * wrote have neither class nor policy, and are told as far as they go. One teller tells one story.
 */
public final class StoryTeller {
  private static final Set<String> BEATS = Set.of(EventKind.HEARTBEAT, EventKind.CLAIM_EXTENDED);

  /** Without a claim they are of an act: hermes then makes a run only to keep its summary. */
  private static final Set<String> BY_HAND = Set.of(
      EventKind.COMPLETED,
      EventKind.SUBMITTED,
      EventKind.BLOCKED,
      EventKind.SCHEDULED,
      EventKind.STATUS,
      EventKind.ARCHIVED);

  private final Wire wire;
  private final TaskTrail trail;
  private final StandingTold standing;
  private final Map<Long, RunTold> runs = new LinkedHashMap<>();
  private final Map<Long, List<Decision>> heard = new HashMap<>();
  private final List<Act> acts = new ArrayList<>();
  private @Nullable Transition before;
  private @Nullable Long lastEnded;

  private StoryTeller(TaskTrail trail, Wire wire) {
    this.wire = wire;
    this.trail = trail;
    this.standing = new StandingTold(trail, wire);
  }

  public static Story tell(TaskTrail trail, Wire wire) {
    return new StoryTeller(trail, wire).tell();
  }

  private Story tell() {
    for (Decision decision : trail.decisions()) {
      heard.computeIfAbsent(decision.run().runId(), run -> new ArrayList<>()).add(decision);
    }
    for (Transition event : trail.events()) {
      standing.see(event);
      take(event);
      before = event;
    }
    runs.forEach(this::addUnapplied);
    List<Attempt> attempts = new ArrayList<>();
    for (RunTold run : runs.values()) {
      attempts.add(run.attempt(attempts.size() + 1));
    }
    return new Story(
        trail.task(),
        standing.title(),
        standing.assignee(),
        trail.lineage(),
        trail.formerEvents(),
        attempts,
        acts,
        standing.told(attempts, acts),
        trail.unreadable());
  }

  private void take(Transition event) {
    switch (event.kind()) {
      case EventKind.CLAIMED -> claimed(event);
      case EventKind.SPAWNED -> onRun(event, run -> run.spawned(event));
      case EventKind.WORKER_EXITED -> onRun(event, run -> run.exited(event));
      case EventKind.DECIDED -> decided(event);
      case EventKind.MODEL_ESCALATED -> escalated(event);
      case EventKind.GAVE_UP -> gaveUp(event);
      case EventKind.BLOCKED -> blocked(event);
      default -> {
        if (BEATS.contains(event.kind())) {
          onRun(event, RunTold::beat);
        } else {
          endOrAct(event, false);
        }
      }
    }
  }

  private interface OnRun {
    void accept(RunTold run);
  }

  private void onRun(Transition event, OnRun what) {
    RunTold run = run(event);
    if (run == null) {
      acts.add(Acts.of(event, false));
    } else {
      what.accept(run);
    }
  }

  private @Nullable RunTold run(Transition event) {
    return event.run() == null ? null : runs.get(event.run());
  }

  private void claimed(Transition event) {
    Long run = event.run();
    if (run == null) {
      acts.add(Acts.of(event, false));
      return;
    }
    runs.values().forEach(RunTold::lostSight);
    var told = new RunTold(wire, run);
    told.claimed(event, standing.model());
    runs.put(run, told);
  }

  /** An event of an open run that gives its task another status than running has closed it. */
  private void endOrAct(Transition event, boolean afterFailure) {
    Long id = event.run();
    String status = event.status();
    if (id == null || status == null || status.equals("running")) {
      acts.add(Acts.of(event, afterFailure));
      return;
    }
    if (!BY_HAND.contains(event.kind())) {
      // its claim may not be on the topic any more
      runs.computeIfAbsent(id, run -> new RunTold(wire, run));
    }
    RunTold run = runs.get(id);
    if (run != null && run.isOpen()) {
      run.ended(event);
      lastEnded = id;
    } else {
      acts.add(Acts.of(event, afterFailure));
    }
  }

  private void decided(Transition event) {
    RunTold run = run(event);
    Verdict verdict = verdict(event);
    if (run == null || verdict == null) {
      acts.add(Acts.of(event, false));
      return;
    }
    String by = new Payload(event).text("by");
    Ending ending = run.ending();
    run.decisions()
        .add(Decided.of(
            verdict,
            by == null ? "unknown" : by,
            State.APPLIED,
            ending == null ? null : ending.failure(),
            decidedAt(event.run(), by),
            event.at()));
  }

  private @Nullable Verdict verdict(Transition event) {
    try {
      return event.payload() == null ? null : wire.view(event.payload(), Verdict.class);
    } catch (MalformedMessageException e) {
      return null;
    }
  }

  private @Nullable Long decidedAt(@Nullable Long run, @Nullable String by) {
    return heard.getOrDefault(run, List.of()).stream()
        .filter(decision -> decision.by().equals(by))
        .map(Decision::at)
        .findFirst()
        .orElse(null);
  }

  /** Part of a decision, unless it happened when a task with failures from before was claimed. */
  private void escalated(Transition event) {
    RunTold run = run(event);
    if (run != null && run.isOpen()) {
      run.escalatedAtClaim(new Payload(event).text("to"));
    }
    if (!follows(EventKind.DECIDED, event)) {
      acts.add(Acts.of(event, false));
    }
  }

  private void gaveUp(Transition event) {
    if (follows(EventKind.DECIDED, event)) {
      return; // the decision says more
    }
    RunTold open = run(event);
    if (open != null && open.isOpen()) {
      open.ended(event); // a command that could not be started so often
      lastEnded = event.run();
    }
    RunTold ended = lastEnded == null ? null : runs.get(lastEnded);
    if (ended == null || ended.decisions().stream().anyMatch(it -> it.action() == Action.GIVE_UP)) {
      acts.add(Acts.of(event, true));
    } else {
      ended.decisions().add(Decided.ofHermes(event));
    }
  }

  private void blocked(Transition event) {
    boolean companion = new Payload(event).text("companion_of") != null;
    if (companion || follows(EventKind.DECIDED, event)) {
      return; // told with the decision
    }
    RunTold run = run(event);
    endOrAct(event, run != null && run.failed());
  }

  private boolean follows(String kind, Transition event) {
    Transition last = before;
    return last != null
        && last.kind().equals(kind)
        && last.run() != null
        && last.run().equals(event.run());
  }

  /** Decisions that the topology made and the board did not carry out, or not yet. */
  private void addUnapplied(long runId, RunTold run) {
    for (Decision decision : heard.getOrDefault(runId, List.of())) {
      boolean applied = run.decisions().stream()
          .anyMatch(told -> told.state() == State.APPLIED && told.by().equals(decision.by()));
      Ending ending = run.ending();
      if (!applied && ending != null && ending.event() == decision.event()) {
        boolean waits = before != null && before.event() == ending.event();
        run.decisions()
            .add(Decided.of(
                decision.verdict(),
                decision.by(),
                waits ? State.WAITING : State.OVERTAKEN,
                ending.failure(),
                decision.at(),
                null));
      }
    }
  }

  /** A column of an event's image. */
  static @Nullable String column(Transition event, String name) {
    JsonNode value = event.image() == null ? null : event.image().task().get(name);
    return value == null || !value.isTextual() ? null : value.textValue();
  }
}
