package dev.talaria.board.waiting;

import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.waiting.TaskReason.AwaitsParents;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds every reason for which a task does not run. A pure function. */
public final class WhyWaits {
  private WhyWaits() {}

  /** The reasons, the most telling first; never none. */
  public static List<WaitReason> of(TaskFacts facts, LaneFacts lanes) {
    Task task = facts.task();
    return switch (task.status()) {
      case "triage" -> List.of(new TaskReason.InTriage());
      case "todo" -> List.of(todo(facts));
      case "scheduled" -> List.of(scheduled(facts));
      case "ready", "review" -> waiting(facts, lanes);
      case "running" -> List.of(running(facts));
      case "blocked" -> List.of(blocked(facts));
      case "done", "archived" ->
        List.of(new StateReason.Finished(task.status(), task.completedAt()));
      default -> List.of(new StateReason.UnknownStatus(task.status()));
    };
  }

  private static WaitReason todo(TaskFacts facts) {
    return facts.parents().isEmpty() ? new TaskReason.HeldInTodo() : parents(facts);
  }

  private static AwaitsParents parents(TaskFacts facts) {
    return new AwaitsParents(facts.parents(), facts.moreParents(), facts.roots());
  }

  private static WaitReason scheduled(TaskFacts facts) {
    var schedule = facts.schedule();
    return schedule == null
        ? new TaskReason.Scheduled(null, null)
        : new TaskReason.Scheduled(schedule.at(), schedule.author());
  }

  private static List<WaitReason> waiting(TaskFacts facts, LaneFacts lanes) {
    List<WaitReason> reasons = new ArrayList<>();
    Task task = facts.task();
    WaitReason held = held(facts, lanes.now());
    if (held != null) {
      reasons.add(held);
    } else if (task.claimLock() != null) {
      reasons.add(claimed(facts, task.claimLock()));
    }
    if (task.status().equals("ready") && !facts.parents().isEmpty()) {
      reasons.add(parents(facts));
    }
    String assignee = task.assignee();
    if (assignee == null || assignee.isBlank()) {
      reasons.add(new TaskReason.Unassigned());
      return reasons;
    }
    List<WaitReason> ofLane = lanes.reasons(assignee, facts.needs());
    reasons.addAll(ofLane);
    boolean busy = ofLane.stream().anyMatch(LaneReason.Busy.class::isInstance);
    if (reasons.isEmpty() || busy) {
      reasons.add(new TaskReason.Queued(
          assignee, facts.ahead(), facts.ahead() >= TaskFacts.MOST_AHEAD, !busy));
    }
    return reasons;
  }

  private static @Nullable WaitReason held(TaskFacts facts, long now) {
    Holds.Hold hold = facts.hold();
    if (hold == null) {
      return null;
    }
    if (hold.awaitsDecision()) {
      return new TaskReason.AwaitsDecision(hold.runId(), hold.since(), hold.until());
    }
    Long until = hold.until();
    if (until != null && until <= now) {
      return null; // over; the row goes at the next tidying
    }
    if (hold.reason().equals(Holds.STOPPING)) {
      return new TaskReason.FormerWorker(hold.runId(), facts.heldBy(), until);
    }
    String error = facts.task().lastFailureError();
    if (hold.reason().equals(Holds.GUARD)) {
      String guard = facts.guard() == null ? "" : facts.guard();
      return guard.equals("blocker_auth")
          ? new TaskReason.CoolDown(until, error)
          : new TaskReason.Guarded(guard, until);
    }
    Run last = facts.heldRun();
    String of = last == null || last.error() == null ? error : last.error();
    return last != null && "rate_limited".equals(last.outcome())
        ? new TaskReason.CoolDown(until, of)
        : new TaskReason.BackingOff(hold.runId(), until, of);
  }

  private static WaitReason running(TaskFacts facts) {
    var granted = facts.granted();
    Task task = facts.task();
    if (granted == null) {
      return claimed(facts, task.claimLock() == null ? "somebody" : task.claimLock());
    }
    Long started = granted.startedAt();
    return new StateReason.Running(
        granted.runId(),
        granted.launcher(),
        task.workerPid(),
        started == null ? granted.grantedAt() : started,
        started != null);
  }

  private static WaitReason claimed(TaskFacts facts, String lock) {
    Task task = facts.task();
    return new StateReason.Claimed(lock, task.workerPid(), task.startedAt(), task.claimExpires());
  }

  private static WaitReason blocked(TaskFacts facts) {
    EventRow stop = facts.stop();
    if (stop == null || stop.kind().equals("unblocked")) {
      return new StateReason.Blocked(null, null);
    }
    var payload = stop.payloadObject();
    String reason = payload == null || !payload.hasNonNull("reason")
        ? null
        : payload.path("reason").asText();
    if (facts.silentRun() != null) {
      return new StateReason.Silent(reason, stop.createdAt(), facts.silentRun());
    }
    if (stop.kind().equals("gave_up")) {
      String error = payload == null || !payload.hasNonNull("error")
          ? facts.task().lastFailureError()
          : payload.path("error").asText();
      return new StateReason.GaveUp(
          reason == null ? error : reason,
          stop.createdAt(),
          payload == null
              ? facts.task().consecutiveFailures()
              : payload.path("failures").asLong(facts.task().consecutiveFailures()));
    }
    if (payload != null && payload.path("budget").isObject()) {
      return new StateReason.OverBudget(stop.createdAt(), payload.path("budget"));
    }
    return payload != null && payload.has("ceiling")
        ? new StateReason.AtCeiling(
            payload.path("runs").asLong(), payload.path("ceiling").asLong(), stop.createdAt())
        : new StateReason.Blocked(reason, stop.createdAt());
  }
}
