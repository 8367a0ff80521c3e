package dev.talaria.dispatcher.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.Holds.Hold;
import dev.talaria.board.dispatch.Verdicts;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.incident.Incidents;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.FailureWindow;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.TaskHistory;
import dev.talaria.protocol.policy.UsedUp;
import dev.talaria.protocol.policy.Verdict;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies decisions to held tasks, each once: the hold is what a decision is for, and applying it takes the hold away. What
 * the topology does not decide in time is decided here, by the same rules over the same events.
 */
public final class Decisions {
  private static final Logger log = LoggerFactory.getLogger(Decisions.class);
  private static final String TOPOLOGY = "topology";
  private static final String DISPATCHER = "dispatcher";
  private static final int REASON_TAIL_LINES = 5;

  private final BoardKey board;
  private final Path logs;
  private final Wire wire;
  private final PolicyFold fold;
  private final Verdicts held;
  private final Latencies latencies;
  private final ApplyListener listener;
  private final LaneBurns burns;
  private final Map<String, FailureWindow> recentFailures = new HashMap<>();

  /**
   * For one board.
   *
   * @param logs where its workers' logs are kept
   * @param held writes the outcome
   */
  public Decisions(
      BoardKey board,
      Path logs,
      Wire wire,
      Verdicts held,
      Latencies latencies,
      ApplyListener listener) {
    this.board = board;
    this.logs = logs;
    this.wire = wire;
    this.fold = new PolicyFold(wire);
    this.burns = new LaneBurns(fold);
    this.held = held;
    this.latencies = latencies;
    this.listener = listener;
  }

  /** The topology's decision; false when its task does not wait for it any more. */
  boolean apply(Tx tx, Decision decision) {
    String task = decision.run().taskId();
    Optional<Hold> hold = Holds.get(tx, task)
        .filter(Hold::awaitsDecision)
        .filter(waiting -> waiting.runId() == decision.run().runId());
    if (hold.isEmpty()) {
      listener.stale(decision.run(), "decision");
      return false;
    }
    carryOut(tx, hold.get(), decision.verdict(), TOPOLOGY);
    return true;
  }

  /** Decides by itself what the topology was too late for. */
  public void decide(Tx tx, Hold hold) {
    Optional<Verdict> verdict = judge(tx, hold);
    if (verdict.isPresent()) {
      carryOut(tx, hold, verdict.get(), DISPATCHER);
    } else {
      log.warn(
          "Task '{}' of board '{}' is let go undecided: the end of its run {} cannot be read.",
          hold.taskId(),
          board,
          hold.runId());
      held.release(tx, hold.taskId(), hold.runId());
    }
  }

  private Optional<Verdict> judge(Tx tx, Hold hold) {
    TaskHistory history = TaskHistory.EMPTY;
    Verdict verdict = null;
    for (EventRow row : EventLog.ofTask(tx, hold.taskId())) {
      PolicyEvent event = new PolicyEvent(
          1, row.id(), row.runId(), row.kind(), row.createdAt(), row.payloadObject());
      boolean isEnd = row.runId() != null && row.runId() == hold.runId() && isPending(event);
      try {
        PolicyFold.Step step = fold.advance(
            history, event, isEnd ? around(tx, hold.taskId(), event) : Circumstances.NONE);
        history = step.history();
        verdict = isEnd ? step.verdict() : verdict;
      } catch (MalformedMessageException e) {
        // one unreadable row must not keep the board from deciding: the others still count
        log.warn("Event {} of board '{}' is left out: {}", row.id(), board, e.getMessage());
      }
    }
    return Optional.ofNullable(verdict);
  }

  private Circumstances around(Tx tx, String task, PolicyEvent event) {
    String print = event.text(PolicyEvent.FINGERPRINT);
    return Circumstances.NONE
        .withSystemicTasks(systemicTasks(task, event))
        .withLaneBurn(burns.ofLane(tx, event))
        .withIncident(
            print == null
                ? null
                : Incidents.with(tx, print, event.text(PolicyEvent.LANE)).orElse(null));
  }

  private int systemicTasks(String task, PolicyEvent event) {
    ObjectNode payload = event.payload();
    if (payload == null || !payload.hasNonNull(PolicyEvent.FINGERPRINT)) {
      return 0;
    }
    long window = fold.policy(event).systemic().windowSeconds();
    recentFailures.values().removeIf(old -> old.newest() < event.at() - window);
    return recentFailures
        .merge(
            payload.path(PolicyEvent.FINGERPRINT).asText(),
            FailureWindow.EMPTY.with(task, event.at(), window),
            (old, fresh) -> old.with(task, event.at(), window))
        .tasks();
  }

  private static boolean isPending(PolicyEvent event) {
    return event.payload() != null
        && event.payload().path(PolicyEvent.DECISION_PENDING).asBoolean(false);
  }

  private void carryOut(Tx tx, Hold hold, Verdict verdict, String by) {
    String task = hold.taskId();
    long run = hold.runId();
    held.recordDecided(tx, task, run, decided(hold, verdict, by));
    switch (verdict.action()) {
      case RETRY -> release(tx, hold, verdict);
      case ESCALATE -> {
        held.setModel(
            tx, task, run, verdict.fromModel(), String.valueOf(verdict.toModel()), verdict.count());
        release(tx, hold, verdict);
      }
      case GIVE_UP -> held.giveUp(tx, task, run, gaveUp(tx, hold, verdict));
      case BLOCK -> held.blockWithReason(tx, task, run, blocked(tx, hold, verdict));
    }
    listener.decided(board, by, verdict.action());
    latencies.decided(run, hold.since(), by);
  }

  private void release(Tx tx, Hold hold, Verdict verdict) {
    Long notBefore = verdict.notBefore();
    if (notBefore != null && notBefore > tx.now()) {
      held.backoff(tx, hold.taskId(), hold.runId(), notBefore);
    } else {
      held.release(tx, hold.taskId(), hold.runId());
    }
  }

  private ObjectNode decided(Hold hold, Verdict verdict, String by) {
    ObjectNode payload = wire.tree(verdict);
    payload.put("run", hold.runId());
    payload.put("by", by);
    return payload;
  }

  private ObjectNode gaveUp(Tx tx, Hold hold, Verdict verdict) {
    ObjectNode end = endOf(tx, hold);
    ObjectNode payload = wire.object();
    payload.put("failures", verdict.count());
    payload.put("effective_limit", verdict.limit());
    payload.put("limit_source", verdict.source() == LimitSource.TASK ? "task" : "dispatcher");
    payload.put("error", end.path(PolicyEvent.ERROR).asText(""));
    payload.put("trigger_outcome", end.path("kind").asText("crashed"));
    payload.put("reason", verdict.reason());
    return payload;
  }

  private ObjectNode blocked(Tx tx, Hold hold, Verdict verdict) {
    ObjectNode payload = wire.object().put("reason", blockReason(tx, hold, verdict));
    if (verdict.budget() != null) {
      ObjectNode budget = wire.tree(verdict.budget());
      payload.set("budget", budget.put("text", verdict.reason()));
    }
    return payload;
  }

  /** What an operator needs to act on a task that was stopped (contract C3). */
  private String blockReason(Tx tx, Hold hold, Verdict verdict) {
    ObjectNode end = endOf(tx, hold);
    StringBuilder reason = new StringBuilder(verdict.reason());
    if (end.has("seconds")) {
      reason.append("; run time ").append(end.path("seconds").asLong()).append(" s");
    }
    reason.append(whereabouts(tx, hold.taskId()));
    reason.append("; ").append(wayOut(hold.taskId(), verdict.budget()));
    String tail = lastLines(end.path("log_tail").asText(""));
    boolean silent = end.path("kind").asText().equals(EventKind.PROTOCOL_VIOLATION);
    if (silent && (end.has("draft") || !tail.isEmpty())) {
      reason
          .append(", 'talaria accept ")
          .append(hold.taskId())
          .append("' takes its last words for its result");
    }
    if (!tail.isEmpty()) {
      reason.append(". Last output:\n").append(tail);
    }
    return reason.toString();
  }

  private static String wayOut(String task, @Nullable UsedUp budget) {
    if (budget == null) {
      return "'talaria unblock %s' runs it again with a fresh count".formatted(task);
    }
    return budget.scope() == UsedUp.Scope.TASK
        ? "'talaria unblock %s --more N' lets it spend as much again".formatted(task)
        : "'talaria unblock %s' tries it once more; the lane's budget frees itself with time, or raise policy.budget"
            .formatted(task);
  }

  private ObjectNode endOf(Tx tx, Hold hold) {
    for (EventRow row : EventLog.ofTask(tx, hold.taskId())) {
      ObjectNode payload = row.payloadObject();
      if (row.runId() != null
          && row.runId() == hold.runId()
          && payload != null
          && payload.has(PolicyEvent.CLASS)) {
        return payload.put("kind", row.kind());
      }
    }
    return wire.object();
  }

  private String whereabouts(Tx tx, String taskId) {
    String workspace = Tasks.find(tx, taskId)
        .map(Task::workspacePath)
        .map("; workspace "::concat)
        .orElse("");
    return workspace + "; log " + logs.resolve(taskId + ".log");
  }

  private static String lastLines(String tail) {
    String[] lines = tail.strip().split("\n", -1);
    int from = Math.max(0, lines.length - REASON_TAIL_LINES);
    return String.join("\n", java.util.Arrays.copyOfRange(lines, from, lines.length))
        .strip();
  }
}
