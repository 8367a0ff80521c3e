package dev.talaria.board.dispatch;

import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.transition.ExpiredClaim;
import dev.talaria.board.transition.Termination;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A running task with its open run, as it was read. What is done about it repeats what it was read with, so that a worker
 * that spoke up in between keeps its task. Times are epoch seconds.
 *
 * @param runId null on a board where an older hermes left the pointer out
 * @param startedAt of the open run, so that retries have their own grace and time; else of the task
 * @param byLauncher whether one of our launchers has it: those are judged by presence alone
 * @param identity names the worker's process; null when nobody has looked yet
 */
public record RunningWork(
    String taskId,
    @Nullable Long runId,
    @Nullable String assignee,
    @Nullable String claimLock,
    @Nullable Long claimExpires,
    @Nullable Long workerPid,
    long startedAt,
    @Nullable Long lastHeartbeatAt,
    @Nullable Long maxRuntimeSeconds,
    boolean byLauncher,
    @Nullable String identity) {
  /** A heartbeat older than this, in seconds, is none: hermes's fixed gap. */
  public static final long HEARTBEAT_GAP_SECONDS = 3_600;

  static final String RUNNING = """
      SELECT t.id, t.current_run_id, t.assignee, t.claim_lock, t.claim_expires, t.worker_pid, t.last_heartbeat_at,
             t.max_runtime_seconds, COALESCE(r.started_at, t.started_at) AS started_at, lr.run_id AS launcher_run, p.identity
        FROM tasks t INDEXED BY idx_tasks_status
        LEFT JOIN task_runs r ON r.id = t.current_run_id
        LEFT JOIN talaria_runs lr ON lr.run_id = t.current_run_id
        LEFT JOIN talaria_processes p ON p.run_id = t.current_run_id AND p.pid = t.worker_pid
       WHERE t.status = 'running'
       ORDER BY t.claim_expires
      """;

  static RunningWork of(Row row) {
    Long started = row.seconds("started_at");
    return new RunningWork(
        row.requireText("id"),
        row.numberOrNull("current_run_id"),
        row.text("assignee"),
        row.text("claim_lock"),
        row.seconds("claim_expires"),
        row.numberOrNull("worker_pid"),
        started == null ? 0 : started,
        row.seconds("last_heartbeat_at"),
        row.numberOrNull("max_runtime_seconds"),
        row.numberOrNull("launcher_run") != null,
        row.text("identity"));
  }

  /** Every running task, those first whose claim runs out first. */
  public static List<RunningWork> all(Tx tx) {
    return tx.list(RUNNING, RunningWork::of);
  }

  /** Whether the claimer ran on this host: the lock begins with its name. */
  public boolean isHostLocal(String hostName) {
    return claimLock != null && claimLock.startsWith(hostName + ":");
  }

  /** Whether a worker of this host is to be looked at: it has a process id and its claimer was here. */
  public boolean hasWorkerHere(String hostName) {
    return workerPid != null && workerPid > 0 && isHostLocal(hostName);
  }

  public boolean isExpired(long now) {
    return claimExpires != null && claimExpires < now;
  }

  /** Whether the run is older than the time-out and its worker has not been heard of for the heartbeat gap. */
  public boolean isStale(long now, long timeoutSeconds) {
    return timeoutSeconds > 0
        && now - startedAt >= timeoutSeconds
        && (lastHeartbeatAt == null || now - lastHeartbeatAt >= HEARTBEAT_GAP_SECONDS);
  }

  /** Whether the run has gone on for as long as its limit allows. */
  public boolean isOvertime(long now) {
    return maxRuntimeSeconds != null
        && maxRuntimeSeconds > 0
        && now - startedAt >= maxRuntimeSeconds;
  }

  /** Its claim, for {@link dev.talaria.board.transition.Reclaims}. */
  public ExpiredClaim asExpired() {
    return new ExpiredClaim(
        taskId,
        runId,
        claimLock,
        claimExpires == null ? 0 : claimExpires,
        workerPid,
        lastHeartbeatAt);
  }

  Termination termination(Processes.Stopped stopped, String hostName) {
    return new Termination(
        workerPid,
        isHostLocal(hostName),
        stopped.attempted(),
        stopped.terminated(),
        stopped.sigkill());
  }
}
