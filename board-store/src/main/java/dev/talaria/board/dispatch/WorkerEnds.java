package dev.talaria.board.dispatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Failures;
import dev.talaria.board.transition.Recompute;
import dev.talaria.board.transition.RunClose;
import dev.talaria.board.transition.Runs;
import dev.talaria.board.transition.Termination;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a running task whose worker is dead, silent or too slow (contract 3.5, 4.2), with hermes's own breaker.
 * Each act is a compare-and-swap on what was read: false or left out when the run has moved on since.
 */
public final class WorkerEnds {
  /** Crashes with one fingerprint in one pass that make it a systemic failure. */
  static final int SYSTEMIC = 3;

  private static final String RELEASE = """
      UPDATE tasks
         SET status = ?, claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
       WHERE id = ?
         AND status = 'running'
         AND current_run_id IS ?
         AND claim_lock IS ?
         AND worker_pid IS ?
      """;
  private static final String RELEASE_SILENT = """
      UPDATE tasks
         SET status = ?, claim_lock = NULL, claim_expires = NULL, worker_pid = NULL, last_heartbeat_at = NULL
       WHERE id = ?
         AND status = 'running'
         AND current_run_id IS ?
         AND claim_lock IS ?
         AND last_heartbeat_at IS ?
      """;
  private static final String RELEASE_OVERTIME = """
      UPDATE tasks
         SET status = ?, claim_lock = NULL, claim_expires = NULL, worker_pid = NULL, last_heartbeat_at = NULL
       WHERE id = ?
         AND status = 'running'
         AND current_run_id IS ?
         AND claim_lock IS ?
      """;

  private final Failures failures;
  private final String hostName;

  /**
   * For one host.
   *
   * @param hostName what claim locks of this host begin with
   */
  public WorkerEnds(Recompute recompute, String hostName) {
    this.failures = new Failures(recompute);
    this.hostName = hostName;
  }

  /**
   * A worker that was found dead.
   *
   * @param logTail the end of what it wrote, or empty
   * @param whereabouts where its workspace and its log are, in words
   */
  public record Dead(RunningWork work, WorkerEnd end, String logTail, String whereabouts) {}

  /** What became of dead workers' tasks: all that were closed, and those of them that are blocked now. */
  public record Crashed(List<String> ids, List<String> blocked) {}

  /** Takes back what has been silent for too long. Not a failure. */
  public boolean stale(Tx tx, RunningWork work, long timeoutSeconds, Processes.Stopped stopped) {
    long elapsed = tx.now() - work.startedAt();
    Long beat = work.lastHeartbeatAt();
    Long age = beat == null ? null : tx.now() - beat;
    ObjectNode payload = BoardJson.object()
        .put("elapsed_seconds", elapsed)
        .put("last_heartbeat_at", beat)
        .put("heartbeat_age_seconds", age)
        .put("timeout_seconds", timeoutSeconds)
        .put("pid", work.workerPid());
    Termination termination = work.termination(stopped, hostName);
    String error = beat == null
        ? "no heartbeat for %d s (limit %d s)".formatted(elapsed, timeoutSeconds)
        : "no heartbeat for %d s, running for %d s (limit %d s)"
            .formatted(age, elapsed, timeoutSeconds);
    String status = source(tx, work);
    if (tx.update(RELEASE_SILENT, status, work.taskId(), work.runId(), work.claimLock(), beat)
        == 0) {
      return false;
    }
    close(tx, work, EventKind.STALE, "stale", error, termination.addTo(payload), status);
    return true;
  }

  /**
   * Closes a run that took too long, and counts it.
   *
   * @param limit failures at which the task is given up; null for hermes's default
   */
  public boolean timedOut(
      Tx tx, RunningWork work, Processes.Stopped stopped, @Nullable Long limit) {
    long elapsed = tx.now() - work.startedAt();
    String status = source(tx, work);
    if (tx.update(RELEASE_OVERTIME, status, work.taskId(), work.runId(), work.claimLock()) == 0) {
      return false;
    }
    String error = "elapsed %ds > limit %ds".formatted(elapsed, work.maxRuntimeSeconds());
    ObjectNode payload = BoardJson.object()
        .put("pid", work.workerPid())
        .put("elapsed_seconds", elapsed)
        .put("limit_seconds", work.maxRuntimeSeconds())
        .put("sigkill", stopped.sigkill());
    close(tx, work, EventKind.TIMED_OUT, "timed_out", error, payload, status);
    ObjectNode extra =
        BoardJson.object().put("pid", work.workerPid()).put("sigkill", stopped.sigkill());
    failures.runFailed(tx, work.taskId(), error, "timed_out", limit, extra);
    return true;
  }

  /**
   * Closes the runs of dead workers and counts them. One that exited with 0 is blocked for a person at once (contract
   * C3); when several crash alike in one pass each is given up at once; a task's own {@code max_retries} beats both.
   *
   * @param limit failures at which a task is given up; null for hermes's default
   */
  public Crashed crashed(Tx tx, List<Dead> found, @Nullable Long limit) {
    Map<String, Integer> alike = new HashMap<>();
    List<Dead> closed = new ArrayList<>();
    for (Dead dead : found) {
      if (closeDead(tx, dead)) {
        closed.add(dead);
        alike.merge(CrashFingerprint.of(error(dead)), 1, Integer::sum);
      }
    }
    List<String> blocked = new ArrayList<>();
    for (Dead dead : closed) {
      boolean systemic = alike.getOrDefault(CrashFingerprint.of(error(dead)), 0) >= SYSTEMIC;
      if (count(tx, dead, systemic ? Long.valueOf(1) : limit)) {
        blocked.add(dead.work().taskId());
      }
    }
    return new Crashed(closed.stream().map(dead -> dead.work().taskId()).toList(), blocked);
  }

  private boolean closeDead(Tx tx, Dead dead) {
    RunningWork work = dead.work();
    String status = source(tx, work);
    if (tx.update(RELEASE, status, work.taskId(), work.runId(), work.claimLock(), work.workerPid())
        == 0) {
      return false;
    }
    ObjectNode payload =
        BoardJson.object().put("pid", work.workerPid()).put("claimer", work.claimLock());
    if (dead.end().isClean()) {
      payload.put("exit_code", 0).put("protocol_violation", true);
    } else if (dead.end().code() != null) {
      payload.put("exit_kind", dead.end().kind()).put("exit_code", dead.end().code());
    }
    if (!dead.logTail().isEmpty()) {
      payload.put("log_tail", dead.logTail());
    }
    String kind = dead.end().isClean() ? EventKind.PROTOCOL_VIOLATION : EventKind.CRASHED;
    close(tx, work, kind, "crashed", error(dead), payload, status);
    return true;
  }

  private boolean count(Tx tx, Dead dead, @Nullable Long limit) {
    RunningWork work = dead.work();
    if (dead.end().isClean()) {
      return failures.endedInSilence(tx, work.taskId(), work.runId(), error(dead), silence(dead));
    }
    ObjectNode extra =
        BoardJson.object().put("pid", work.workerPid()).put("claimer", work.claimLock());
    return failures.runFailed(tx, work.taskId(), error(dead), "crashed", limit, extra);
  }

  private static String error(Dead dead) {
    Long pid = dead.work().workerPid();
    String words = dead.end().words(pid == null ? 0 : pid);
    return dead.end().isClean()
        ? words + " without kanban_complete or kanban_block: protocol violation"
        : words;
  }

  /** What an operator needs to act on it. */
  private static String silence(Dead dead) {
    String id = dead.work().taskId();
    boolean silent = dead.logTail().isBlank();
    String accept =
        silent ? "" : ", 'talaria accept %s' takes its last words for its result".formatted(id);
    String tail = silent ? "" : ". Last output:\n" + dead.logTail();
    return "%s; %s; 'talaria unblock %s' tries again with a fresh count%s%s"
        .formatted(error(dead), dead.whereabouts(), id, accept, tail);
  }

  private static String source(Tx tx, RunningWork work) {
    return work.runId() == null ? "ready" : Runs.sourceStatus(tx, work.runId());
  }

  private static void close(
      Tx tx,
      RunningWork work,
      String kind,
      String outcome,
      String error,
      ObjectNode payload,
      String status) {
    Long run = Runs.endCurrent(
        tx, work.taskId(), RunClose.as(outcome).withError(error).withMetadata(payload));
    ObjectNode told =
        status.equals("ready") ? payload : payload.deepCopy().put("source_status", status);
    Events.append(tx, work.taskId(), run, kind, told);
  }
}
