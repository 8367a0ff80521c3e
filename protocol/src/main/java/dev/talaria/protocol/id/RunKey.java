package dev.talaria.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * One attempt at a task, and its fencing token: {@code <task key>#<run id>}. Whoever speaks for a run says its run key;
 * a report whose run is no longer the task's current one changes nothing.
 *
 * @param task the task
 * @param runId {@code task_runs.id} on the board
 */
public record RunKey(TaskKey task, long runId) {
  public RunKey {
    if (runId <= 0) {
      throw new IllegalArgumentException("A run id is positive, not %d.".formatted(runId));
    }
  }

  /** Reads {@code host/slug#task#run}; throws {@link IllegalArgumentException} on any other form. */
  @JsonCreator
  public static RunKey parse(String text) {
    int hash = text.lastIndexOf('#');
    if (hash < 0) {
      throw new IllegalArgumentException(
          "'%s' is not a run key; expected host/slug#task#run.".formatted(text));
    }
    try {
      return new RunKey(
          TaskKey.parse(text.substring(0, hash)), Long.parseLong(text.substring(hash + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'%s' is not a run key; expected host/slug#task#run.".formatted(text), e);
    }
  }

  public BoardKey board() {
    return task.board();
  }

  public String taskId() {
    return task.taskId();
  }

  @Override
  @JsonValue
  public String toString() {
    return task + "#" + runId;
  }
}
