package dev.talaria.board.task;

import dev.talaria.board.Row;
import org.jspecify.annotations.Nullable;

/** One row of {@code task_comments}. */
public record Comment(
    long id,
    String taskId,
    String author,
    String body,
    @Nullable Long createdAt) {
  static Comment of(Row row) {
    return new Comment(
        row.number("id"),
        row.requireText("task_id"),
        row.requireText("author"),
        row.requireText("body"),
        row.seconds("created_at"));
  }
}
