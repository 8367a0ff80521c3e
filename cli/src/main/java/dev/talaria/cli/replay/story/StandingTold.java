package dev.talaria.cli.replay.story;

import dev.talaria.board.event.EventKind;
import dev.talaria.cli.replay.story.DecisionTold.State;
import dev.talaria.cli.replay.trail.TaskTrail;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.TaskHistory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows how a task stands from event to event. Not thread-safe. */
final class StandingTold {
  private final TaskTrail trail;
  private final PolicyFold fold;
  private final @Nullable Transition last;
  private TaskHistory history = TaskHistory.EMPTY;
  private String status = "unknown";
  private @Nullable String title;
  private @Nullable String assignee;
  private @Nullable String model;
  private @Nullable String why;

  StandingTold(TaskTrail trail, Wire wire) {
    this.trail = trail;
    this.fold = new PolicyFold(wire);
    this.last =
        trail.events().isEmpty() ? null : trail.events().get(trail.events().size() - 1);
  }

  @Nullable
  String title() {
    return title;
  }

  @Nullable
  String assignee() {
    return assignee;
  }

  /** The override in force. */
  @Nullable
  String model() {
    return model;
  }

  void see(Transition event) {
    remember(event);
    if (event.status() != null) {
      status = event.status();
      why = new Payload(event).text("reason");
    }
    switch (event.kind()) {
      case EventKind.MODEL_ESCALATED -> model = new Payload(event).text("to");
      case EventKind.CREATED, EventKind.ASSIGNED -> {
        String named = new Payload(event).text("assignee");
        assignee = named == null ? assignee : named;
      }
      default -> {}
    }
    if (event.image() != null) {
      look(event);
    }
  }

  /**
   * An image of history that is published anew shows the task as it stands at the end, and not as it stood then: only its
   * last one is believed.
   */
  private void look(Transition event) {
    String shown = StoryTeller.column(event, "title");
    title = shown == null ? title : shown;
    boolean present = !event.isBackfill() || event == last;
    String then = StoryTeller.column(event, "status");
    if (then != null && (present || status.equals("unknown"))) {
      status = then;
    }
    if (present) {
      model = StoryTeller.column(event, "model_override");
      assignee = StoryTeller.column(event, "assignee");
    }
  }

  private void remember(Transition t) {
    try {
      history = fold.advance(
              history,
              new PolicyEvent(t.lineage(), t.event(), t.run(), t.kind(), t.at(), t.payload()),
              Circumstances.NONE)
          .history();
    } catch (MalformedMessageException e) {
      // the event is told all the same; its payload says nothing that a policy can read
    }
  }

  Standing told(List<Attempt> attempts, List<Act> acts) {
    Attempt latest = attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
    DecisionTold decision = latest == null ? null : latest.decision().orElse(null);
    boolean undisturbed =
        latest != null && latest.ending() != null && !isActedOnSince(latest.ending(), acts);
    Long notBefore = decision == null || !undisturbed || !isWaiting() ? null : decision.notBefore();
    boolean former = trail.boardLineage() > trail.lineage();
    return new Standing(
        status,
        former
            ? "not on the board any more: its file was put back from before this task"
            : words(latest, decision, undisturbed),
        history,
        model,
        notBefore,
        last == null ? 0 : last.event(),
        last == null ? 0 : last.at(),
        former);
  }

  private boolean isWaiting() {
    return status.equals("ready") || status.equals("review") || status.equals("todo");
  }

  private static boolean isActedOnSince(Ending ending, List<Act> acts) {
    return acts.stream().anyMatch(act -> act.event() > ending.event() && act.status() != null);
  }

  private String words(
      @Nullable Attempt latest, @Nullable DecisionTold decision, boolean undisturbed) {
    String id = trail.task().taskId();
    int number = latest == null ? 0 : latest.number();
    if (latest != null && latest.ending() == null && status.equals("running")) {
      return "running: attempt %d is under way".formatted(number);
    }
    if (latest != null && undisturbed && isUndecided(latest, decision)) {
      return "%s: the end of attempt %d waits for a decision".formatted(status, number);
    }
    if (status.equals("blocked") && decision != null && undisturbed) {
      String tried = "'talaria unblock %s' tries again".formatted(id);
      return decision.gaveUp()
          ? "given up after %d attempt%s; %s".formatted(number, number == 1 ? "" : "s", tried)
          : "blocked: %s; %s".formatted(Payload.cut(decision.reason(), 200), tried);
    }
    if (status.equals("blocked") && why != null) {
      return "blocked: " + Payload.cut(why.lines().findFirst().orElse(""), 200);
    }
    if (status.equals("done") && latest != null && latest.ending() != null) {
      return latest.ending().succeeded() && undisturbed
          ? "done, at attempt %d".formatted(number)
          : "done";
    }
    return isWaiting() && undisturbed && decision != null
        ? "%s: attempt %d is to come".formatted(status, number + 1)
        : status;
  }

  private static boolean isUndecided(Attempt latest, @Nullable DecisionTold decision) {
    Ending ending = latest.ending();
    return ending != null
        && ending.policy() != null
        && (decision == null || decision.state() == State.WAITING);
  }
}
