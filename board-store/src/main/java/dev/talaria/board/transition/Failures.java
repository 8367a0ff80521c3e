package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import org.jspecify.annotations.Nullable;

/** hermes's circuit breaker over {@code consecutive_failures} (contract 4.1), for boards without a topology. */
public final class Failures {
  /** Failures in a row after which a task is given up, when neither task nor configuration says otherwise. */
  public static final long DEFAULT_LIMIT = 2;

  private static final int ERROR_LENGTH = 500;
  private static final Long ONCE = 1L;

  private static final String COUNT =
      "UPDATE tasks SET consecutive_failures = ?, last_failure_error = ? WHERE id = ?";
  private static final String RELEASE = """
      UPDATE tasks
         SET status = ?, claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
       WHERE id = ?
         AND status = 'running'
      """;
  private static final String TRIP = """
      UPDATE tasks
         SET status = 'blocked', claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
       WHERE id = ?
         AND status IN ('running', 'ready', 'review')
      """;

  private final Recompute recompute;

  public Failures(Recompute recompute) {
    this.recompute = recompute;
  }

  private record Verdict(long failures, long limit, String source, String error) {
    boolean trips() {
      return failures >= limit;
    }
  }

  /**
   * A worker could not be started: closes the run, and gives the task up at the limit.
   *
   * @return true when the task was given up
   */
  public boolean spawnFailed(Tx tx, String taskId, String error, @Nullable Long limit) {
    Task task = Tasks.find(tx, taskId).orElse(null);
    if (task == null) {
      return false;
    }
    Verdict verdict = count(tx, task, error, limit);
    return verdict.trips() ? tripAndClose(tx, taskId, verdict) : returnToQueue(tx, taskId, verdict);
  }

  /**
   * Counts a crash or time-out whose run is closed and whose event is written; gives the task up at the limit.
   *
   * @param trigger {@code crashed} or {@code timed_out}
   * @param extra further payload of {@code gave_up}
   * @return true when the task was given up
   */
  public boolean runFailed(
      Tx tx, String taskId, String error, String trigger, @Nullable Long limit, ObjectNode extra) {
    Task task = Tasks.find(tx, taskId).orElse(null);
    if (task == null) {
      return false;
    }
    Verdict verdict = count(tx, task, error, limit);
    if (!verdict.trips() || tx.update(TRIP, taskId) == 0) {
      return false;
    }
    Holds.forget(tx, taskId);
    ObjectNode payload = gaveUp(verdict, trigger);
    payload.setAll(extra);
    GiveUps.append(tx, taskId, null, payload, recompute);
    return true;
  }

  /**
   * Counts a run that is closed and whose worker exited with 0 without a word, and blocks its task for a person. A task
   * whose own {@code max_retries} is not used up is tried again instead (contract C3).
   *
   * @param reason for the person: what happened, where to look, what to do
   * @return true when the task is blocked
   */
  public boolean endedInSilence(
      Tx tx, String taskId, @Nullable Long runId, String error, String reason) {
    Task task = Tasks.find(tx, taskId).orElse(null);
    if (task == null || !count(tx, task, error, ONCE).trips() || tx.update(TRIP, taskId) == 0) {
      return false;
    }
    Holds.forget(tx, taskId);
    Events.append(tx, taskId, runId, EventKind.BLOCKED, BoardJson.object().put("reason", reason));
    return true;
  }

  private static Verdict count(Tx tx, Task task, String error, @Nullable Long callersLimit) {
    String capped = HermesText.cap(error, ERROR_LENGTH);
    long failures = task.consecutiveFailures() + 1;
    tx.update(COUNT, failures, capped, task.id());
    Long own = task.maxRetries();
    if (own != null) {
      return new Verdict(failures, own, "task", capped);
    }
    return new Verdict(
        failures, callersLimit == null ? DEFAULT_LIMIT : callersLimit, "dispatcher", capped);
  }

  private static boolean returnToQueue(Tx tx, String taskId, Verdict verdict) {
    Long run = Runs.current(tx, taskId);
    String status = run == null ? "ready" : Runs.sourceStatus(tx, run);
    if (tx.update(RELEASE, status, taskId) == 1) {
      ObjectNode metadata = BoardJson.object().put("failures", verdict.failures());
      Long closed = Runs.endCurrent(
          tx,
          taskId,
          RunClose.as("spawn_failed").withError(verdict.error()).withMetadata(metadata));
      ObjectNode payload =
          BoardJson.object().put("error", verdict.error()).put("failures", verdict.failures());
      if (!status.equals("ready")) {
        payload.put("source_status", status);
      }
      Events.append(tx, taskId, closed, EventKind.SPAWN_FAILED, payload);
    }
    return false;
  }

  private boolean tripAndClose(Tx tx, String taskId, Verdict verdict) {
    if (tx.update(TRIP, taskId) == 0) {
      return false;
    }
    Holds.forget(tx, taskId);
    ObjectNode metadata = BoardJson.object()
        .put("failures", verdict.failures())
        .put("trigger_outcome", "spawn_failed")
        .put("effective_limit", verdict.limit())
        .put("limit_source", verdict.source());
    Long run = Runs.endCurrent(
        tx, taskId, RunClose.as("gave_up").withError(verdict.error()).withMetadata(metadata));
    GiveUps.append(tx, taskId, run, gaveUp(verdict, "spawn_failed"), recompute);
    return true;
  }

  private static ObjectNode gaveUp(Verdict verdict, String trigger) {
    return BoardJson.object()
        .put("failures", verdict.failures())
        .put("effective_limit", verdict.limit())
        .put("limit_source", verdict.source())
        .put("error", verdict.error())
        .put("trigger_outcome", trigger);
  }
}
