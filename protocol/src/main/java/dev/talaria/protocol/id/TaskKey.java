package dev.talaria.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A task's name on the bus: {@code <board>#<task id>}, for example {@code alpha/default#t_ab12cd34}. */
public record TaskKey(BoardKey board, String taskId) {
  private static final int LONGEST = 200;

  public TaskKey {
    if (!isTaskId(taskId)) {
      throw new IllegalArgumentException("'%s' is not a task id.".formatted(taskId));
    }
  }

  /** Whether a board's task can be named on the bus; what hermes and Talaria make always can. */
  public static boolean isTaskId(String id) {
    return !id.isBlank() && id.indexOf('#') < 0 && id.length() <= LONGEST;
  }

  /** Reads {@code host/slug#task}; throws {@link IllegalArgumentException} on any other form. */
  @JsonCreator
  public static TaskKey parse(String text) {
    int hash = text.indexOf('#');
    if (hash < 0) {
      throw new IllegalArgumentException(
          "'%s' is not a task key; expected host/slug#task.".formatted(text));
    }
    return new TaskKey(BoardKey.parse(text.substring(0, hash)), text.substring(hash + 1));
  }

  public RunKey run(long runId) {
    return new RunKey(this, runId);
  }

  @Override
  @JsonValue
  public String toString() {
    return board + "#" + taskId;
  }
}
