package dev.talaria.board.task;

import dev.talaria.board.Row;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code tasks} as it was read. Times are epoch seconds.
 *
 * @param status usually a {@link TaskStatus}; kept as text because a newer hermes may write others
 * @param skills null when never given, empty when given empty
 */
public record Task(
    String id,
    String title,
    @Nullable String body,
    @Nullable String assignee,
    String status,
    long priority,
    @Nullable String createdBy,
    @Nullable Long createdAt,
    @Nullable Long startedAt,
    @Nullable Long completedAt,
    String workspaceKind,
    @Nullable String workspacePath,
    @Nullable String branchName,
    @Nullable String claimLock,
    @Nullable Long claimExpires,
    @Nullable String tenant,
    @Nullable String result,
    @Nullable String idempotencyKey,
    long consecutiveFailures,
    @Nullable Long workerPid,
    @Nullable String lastFailureError,
    @Nullable Long maxRuntimeSeconds,
    @Nullable Long lastHeartbeatAt,
    @Nullable Long currentRunId,
    @Nullable String workflowTemplateId,
    @Nullable String currentStepKey,
    @Nullable List<String> skills,
    @Nullable String modelOverride,
    @Nullable Long maxRetries,
    @Nullable String sessionId) {

  /** Reads a row of {@code SELECT * FROM tasks}. */
  public static Task of(Row row) {
    return new Task(
        row.requireText("id"),
        row.requireText("title"),
        row.text("body"),
        row.text("assignee"),
        row.requireText("status"),
        row.number("priority"),
        row.text("created_by"),
        row.seconds("created_at"),
        row.seconds("started_at"),
        row.seconds("completed_at"),
        row.requireText("workspace_kind"),
        row.text("workspace_path"),
        row.text("branch_name"),
        row.text("claim_lock"),
        row.seconds("claim_expires"),
        row.text("tenant"),
        row.text("result"),
        row.text("idempotency_key"),
        row.number("consecutive_failures"),
        row.numberOrNull("worker_pid"),
        row.text("last_failure_error"),
        row.numberOrNull("max_runtime_seconds"),
        row.seconds("last_heartbeat_at"),
        row.numberOrNull("current_run_id"),
        row.text("workflow_template_id"),
        row.text("current_step_key"),
        BoardJson.parseSkills(row.text("skills")),
        row.text("model_override"),
        row.numberOrNull("max_retries"),
        row.text("session_id"));
  }

  /**
   * This task as a claim leaves it; saves reading the row again, the dearest query of a claim.
   *
   * @param firstHeartbeat null keeps the one that is there
   */
  public Task claimed(
      long run, String lock, long expires, long now, @Nullable Long firstHeartbeat) {
    return new Task(
        id,
        title,
        body,
        assignee,
        TaskStatus.RUNNING.wire(),
        priority,
        createdBy,
        createdAt,
        startedAt == null ? Long.valueOf(now) : startedAt,
        completedAt,
        workspaceKind,
        workspacePath,
        branchName,
        lock,
        expires,
        tenant,
        result,
        idempotencyKey,
        consecutiveFailures,
        workerPid,
        lastFailureError,
        maxRuntimeSeconds,
        firstHeartbeat == null ? lastHeartbeatAt : firstHeartbeat,
        run,
        workflowTemplateId,
        currentStepKey,
        skills,
        modelOverride,
        maxRetries,
        sessionId);
  }

  public boolean is(TaskStatus expected) {
    return expected.is(status);
  }
}
