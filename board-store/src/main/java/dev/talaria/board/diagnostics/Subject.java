package dev.talaria.board.diagnostics;

import dev.talaria.board.Row;
import dev.talaria.board.task.TaskStatus;
import org.jspecify.annotations.Nullable;

/** What rules see of a task: a board may hold tens of thousands of candidates, and their bodies are large. */
public record Subject(
    String id,
    String title,
    String status,
    @Nullable String assignee,
    long createdAt,
    @Nullable String claimLock,
    long consecutiveFailures,
    @Nullable String lastFailureError) {
  static final String COLUMNS =
      "t.id, t.title, t.status, t.assignee, t.created_at, t.claim_lock, t.consecutive_failures, t.last_failure_error";

  static Subject of(Row row) {
    Long createdAt = row.seconds("created_at");
    return new Subject(
        row.requireText("id"),
        row.requireText("title"),
        row.requireText("status"),
        row.text("assignee"),
        createdAt == null ? 0 : createdAt,
        row.text("claim_lock"),
        row.number("consecutive_failures"),
        row.text("last_failure_error"));
  }

  boolean is(TaskStatus expected) {
    return expected.is(status);
  }

  /** Done or hidden: what once went wrong is settled. */
  boolean isSettled() {
    return TaskStatus.satisfies(status);
  }
}
