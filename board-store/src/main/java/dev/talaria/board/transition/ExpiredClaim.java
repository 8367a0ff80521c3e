package dev.talaria.board.transition;

import dev.talaria.board.Row;
import org.jspecify.annotations.Nullable;

/** A running task whose claim has expired, as it was read. Times are epoch seconds. */
public record ExpiredClaim(
    String taskId,
    @Nullable Long runId,
    @Nullable String claimLock,
    long claimExpires,
    @Nullable Long workerPid,
    @Nullable Long lastHeartbeatAt) {
  static ExpiredClaim of(Row row) {
    return new ExpiredClaim(
        row.requireText("id"),
        row.numberOrNull("current_run_id"),
        row.text("claim_lock"),
        row.number("claim_expires"),
        row.numberOrNull("worker_pid"),
        row.seconds("last_heartbeat_at"));
  }

  /** Whether the claimer ran on this host: the lock begins with its name. */
  public boolean isHostLocal(String hostname) {
    return claimLock != null && claimLock.startsWith(hostname + ":");
  }
}
