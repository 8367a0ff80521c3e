package dev.talaria.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * One attempt at a task, and its fencing token: {@code <task key>#<run id>}. Whoever speaks for a run says its run key;
 * a report whose run is no longer the task's current one changes nothing.
 *
 * @param task the task
 * @param runId {@code task_runs.id} on the board
 */
public record RunKey(TaskKey task, long runId) {
  private static final Pattern RUN_ID = Pattern.compile("[1-9][0-9]{0,17}");

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
    String run = text.substring(hash + 1);
    // one spelling for each run: the key is compared as text wherever it is a key
    if (!RUN_ID.matcher(run).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a run key; expected host/slug#task#run.".formatted(text));
    }
    return new RunKey(TaskKey.parse(text.substring(0, hash)), Long.parseLong(run));
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
