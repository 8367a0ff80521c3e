package dev.talaria.dispatcher.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Drafts;
import dev.talaria.board.dispatch.LauncherRuns;
import dev.talaria.board.dispatch.LauncherRuns.LauncherRun;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.dispatcher.DispatchSettings;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand.Ending;
import dev.talaria.protocol.message.BoardCommand.Exited;
import dev.talaria.protocol.message.BoardCommand.NeverStarted;
import dev.talaria.protocol.message.BoardCommand.Started;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.Fingerprint;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What launchers report of their runs: started, exited, never started. A report changes a task only while its run is the
 * task's current one; otherwise it is noted and counted.
 */
public final class RunReports {
  private static final int SIGKILL = 9;

  private final DispatchSettings settings;
  private final Wire wire;
  private final Completions completions;
  private final Latencies latencies;
  private final ApplyListener listener;

  public RunReports(
      DispatchSettings settings,
      Wire wire,
      Completions completions,
      Latencies latencies,
      ApplyListener listener) {
    this.settings = settings;
    this.wire = wire;
    this.completions = completions;
    this.latencies = latencies;
    this.listener = listener;
  }

  void started(Tx tx, Started report) {
    if (isCurrent(tx, report.run())) {
      boolean here = report.asker().host().equals(settings.host());
      if (noteStart(tx, report.run(), report.pid(), report.model())) {
        latencies.started(tx, report.run(), here ? report.at() : Long.MAX_VALUE);
      }
      // a path of another host would mislead the next attempt, and whoever cleans up here
      if (report.workspace() != null && here) {
        Assignments.setWorkspacePath(tx, report.run().taskId(), report.workspace());
      }
    } else {
      listener.stale(report.run(), "started");
    }
  }

  void exited(Tx tx, Turn turn, Exited report) {
    RunKey run = report.run();
    boolean first = LauncherRuns.exited(tx, run.runId());
    if (isCurrent(tx, run)) {
      if (report.pid() != null) {
        noteStart(tx, run, report.pid(), report.model());
      }
      if (report.failure() == null) {
        complete(tx, report);
      } else {
        fail(tx, report, report.failure());
      }
    } else if (first) {
      Events.append(tx, run.taskId(), run.runId(), "worker_exited", exitFacts(report));
    } else {
      listener.stale(run, "exited");
    }
    turn.freed(run);
  }

  void neverStarted(Tx tx, Turn turn, NeverStarted report) {
    turn.givenBack(report.run());
    takeBack(tx, turn, report.run(), report.reason());
  }

  /** Closes a run that never ran, or whose process is gone without a word; never counted against its task. */
  public void takeBack(Tx tx, Turn turn, RunKey run, String reason) {
    LauncherRuns.exited(tx, run.runId());
    ObjectNode payload = wire.object().put("reason", reason);
    payload.set(PolicyEvent.CLASS, wire.tree(FailureClass.LOST));
    if (RunEnds.closeRun(
        tx,
        run.taskId(),
        run.runId(),
        RunEnd.of("reclaimed", "reclaimed").withError(reason).withPayload(payload))) {
      listener.runEnded(run.board(), "reclaimed");
    } else {
      listener.stale(run, "never_started");
    }
    turn.freed(run);
  }

  /**
   * Closes a run whose launcher is lost; never counted against its task. Its worker may live on, so it is not taken for
   * ended: when its launcher is heard again, it is told to stop it.
   *
   * @param silent how long that launcher was heard to be silent
   */
  public void launcherLost(Tx tx, RunKey run, LauncherKey launcher, Duration silent) {
    String reason = "launcher %s has been silent for %d s".formatted(launcher, silent.toSeconds());
    ObjectNode payload = wire.object().put("launcher", launcher.toString()).put("reason", reason);
    payload.put("silent_seconds", silent.toSeconds());
    payload.set(PolicyEvent.CLASS, wire.tree(FailureClass.LOST));
    RunEnd end = RunEnd.of(EventKind.LAUNCHER_LOST, EventKind.LAUNCHER_LOST)
        .withError(reason)
        .withPayload(payload);
    if (RunEnds.closeRun(tx, run.taskId(), run.runId(), end)) {
      listener.runEnded(run.board(), EventKind.LAUNCHER_LOST);
    }
  }

  boolean isCurrent(Tx tx, RunKey run) {
    return RunEnds.isCurrent(tx, run.taskId(), run.runId());
  }

  /** True the first time. */
  private boolean noteStart(Tx tx, RunKey run, long pid, @Nullable String model) {
    Optional<LauncherRun> granted = LauncherRuns.get(tx, run.runId());
    boolean first = granted.isPresent() && granted.get().startedAt() == null;
    if (first) {
      LauncherRuns.started(tx, run.runId(), model);
      Claims.setWorkerPid(tx, run.taskId(), pid, granted.get().launcher());
    }
    return first;
  }

  private void complete(Tx tx, Exited report) {
    Completion completion = Completion.empty()
        .withSummary(report.summary())
        .withMetadata(report.metadata())
        .withRun(report.run().runId());
    if (completions.complete(tx, report.run().taskId(), completion).completed()) {
      listener.runEnded(report.run().board(), "completed");
    }
  }

  private void fail(Tx tx, Exited report, FailureClass failure) {
    RunKey run = report.run();
    Task task = Tasks.find(tx, run.taskId()).orElseThrow();
    String kind = kind(report.ending(), failure);
    String error = report.error() == null ? kind : report.error();
    ObjectNode facts = exitFacts(report);
    facts.put("claimer", task.claimLock());
    facts.put("launcher", report.asker().toString());
    if (kind.equals("timed_out")) {
      facts.put("elapsed_seconds", report.seconds());
      facts.put("limit_seconds", task.maxRuntimeSeconds());
      facts.put("sigkill", report.signal() != null && report.signal() == SIGKILL);
    }
    if (kind.equals("spawn_failed")) {
      long counted = failure == FailureClass.TASK ? 1 : 0;
      facts.put("failures", task.consecutiveFailures() + counted);
    }
    failed(tx, run, new Failed(kind, error, facts, failure, report.tail()));
  }

  /**
   * A run that failed, whoever noticed.
   *
   * @param kind of the event
   * @param error in one line
   * @param facts for the event's payload
   * @param tail the end of what its worker wrote, or null
   */
  public record Failed(
      String kind,
      String error,
      ObjectNode facts,
      FailureClass failure,
      @Nullable String tail) {}

  /** Closes a failed run and holds its task for the decision, where one is due; a stale one changes nothing. */
  public void failed(Tx tx, RunKey run, Failed failed) {
    Task task = Tasks.find(tx, run.taskId()).orElse(null);
    if (task == null) {
      return;
    }
    String kind = failed.kind();
    FailureClass failure = failed.failure();
    String tail = failed.tail();
    ObjectNode payload = failed.facts();
    payload.put(PolicyEvent.ERROR, failed.error());
    payload.set(PolicyEvent.CLASS, wire.tree(failure));
    if (task.assignee() != null) {
      payload.put(PolicyEvent.LANE, task.assignee());
    }
    if (tail != null && !tail.isEmpty()) {
      payload.put("log_tail", tail);
    }
    if (task.modelOverride() != null) {
      payload.put(PolicyEvent.OVERRIDE, task.modelOverride());
    }
    if (failure == FailureClass.TASK) {
      Fingerprint.of(kind, tail).ifPresent(print -> payload.put(PolicyEvent.FINGERPRINT, print));
    }
    if (failure == FailureClass.PROTOCOL) {
      payload.put("protocol_violation", true);
      payload.put(PolicyEvent.FINGERPRINT, Fingerprint.ofSilence(kind, tail));
      Drafts.lastRefused(tx, run.toString(), run.runId())
          .map(wire::objectOrNull)
          .ifPresent(draft -> payload.set("draft", draft));
    }
    RunEnd end = RunEnd.of(kind, outcome(kind)).withError(failed.error()).withPayload(payload);
    if (failure != FailureClass.LOST) {
      RetryPolicy policy = settings
          .policy()
          .forLane(task.assignee())
          .forTask(task.maxRetries() == null ? null : task.maxRetries().intValue());
      ObjectNode policyNode = wire.tree(policy);
      payload.put(PolicyEvent.DECISION_PENDING, true);
      payload.set(PolicyEvent.POLICY, policyNode);
      end = end.awaitingDecision(
          tx.now() + Math.max(1, settings.decisionWait().toSeconds()), policyNode.toString());
    }
    if (failure == FailureClass.TASK || failure == FailureClass.PROTOCOL) {
      end = end.counted();
    }
    if (RunEnds.closeRun(tx, run.taskId(), run.runId(), end)) {
      listener.runEnded(run.board(), kind);
      if (failure != FailureClass.LOST) {
        latencies.closed(run.runId());
      }
    }
  }

  private ObjectNode exitFacts(Exited report) {
    ObjectNode facts = wire.object();
    facts.put("pid", report.pid());
    facts.set("ending", wire.tree(report.ending()));
    if (report.code() != null) {
      facts.put("exit_kind", report.code() == 0 ? "clean_exit" : "nonzero_exit");
      facts.put("exit_code", report.code());
    }
    if (report.signal() != null) {
      facts.put("exit_kind", "signaled");
      facts.put("exit_code", report.signal());
      facts.put("signal", report.signal());
    }
    facts.put("seconds", report.seconds());
    if (report.model() != null) {
      facts.put(PolicyEvent.MODEL, report.model());
    }
    return facts;
  }

  private static String kind(Ending ending, FailureClass failure) {
    return switch (failure) {
      case PROTOCOL -> "protocol_violation";
      case PROVIDER -> "rate_limited";
      case LOST -> "reclaimed";
      case INFRA -> "spawn_failed";
      case TASK ->
        switch (ending) {
          case TIMED_OUT -> "timed_out";
          case SPAWN_FAILED -> "spawn_failed";
          case EXITED, SIGNALED, STOPPED, UNKNOWN -> "crashed";
        };
    };
  }

  /** A run that ended in silence is recorded as crashed, as hermes does. */
  private static String outcome(String kind) {
    return kind.equals("protocol_violation") ? "crashed" : kind;
  }
}
