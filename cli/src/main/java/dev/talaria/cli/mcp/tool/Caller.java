package dev.talaria.cli.mcp.tool;

import dev.talaria.board.text.WholeNumber;
import dev.talaria.board.transition.ClaimTtl;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, as the environment says; nothing of it can be given as an argument. A process with a task is that task's
 * worker, any other an orchestrator.
 *
 * @param task the worker's own task; null for an orchestrator
 * @param run the worker's run; what it asks for its task is done only while that run is the task's
 * @param claimLock the lock of the run's claim
 * @param claimSeconds for how long a heartbeat extends the claim
 * @param board the slug of the worker's board, if the environment says it
 * @param profile the author of what it says and creates
 * @param tenant of the tasks that it creates
 * @param session the chat session that it belongs to
 */
public record Caller(
    @Nullable String task,
    @Nullable Long run,
    @Nullable String claimLock,
    long claimSeconds,
    @Nullable String board,
    String profile,
    @Nullable String tenant,
    @Nullable String session) {
  private static final String NAMELESS = "worker";

  public static Caller of(Map<String, String> environment) {
    OptionalLong run = WholeNumber.parse(environment.get("HERMES_KANBAN_RUN_ID"));
    String profile = text(environment, "HERMES_PROFILE");
    return new Caller(
        text(environment, "HERMES_KANBAN_TASK"),
        run.isPresent() ? run.getAsLong() : null,
        text(environment, "HERMES_KANBAN_CLAIM_LOCK"),
        ClaimTtl.of(environment),
        text(environment, "HERMES_KANBAN_BOARD"),
        profile == null ? NAMELESS : profile,
        text(environment, "HERMES_TENANT"),
        text(environment, "HERMES_SESSION_ID"));
  }

  private static @Nullable String text(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "").strip();
    return value.isEmpty() ? null : value;
  }

  public boolean isWorker() {
    return task != null;
  }

  /** The run that fences what is asked for a task; null when the task is not the caller's own. */
  @Nullable
  Long runOf(String taskId) {
    return taskId.equals(task) ? run : null;
  }

  /** The task that is meant: the one given, else the caller's own. */
  String taskOr(@Nullable String given) {
    String meant = given == null ? task : given;
    if (meant == null) {
      throw new ToolRefused(
          "task_id is missing, and this process is not the worker of a task (HERMES_KANBAN_TASK is not set). Give a task_id.");
    }
    return meant;
  }

  /** As {@link #taskOr}, and refuses any other task than a worker's own. */
  String ownTask(@Nullable String given) {
    String meant = taskOr(given);
    if (task != null && !task.equals(meant)) {
      throw new ToolRefused(
          "You are the worker of task '%s' and cannot do this to task '%s'. Say something about it with kanban_comment, or make a follow-up task with kanban_create."
              .formatted(task, shown(meant)));
    }
    return meant;
  }

  private static String shown(String id) {
    return id.length() > 40 ? id.substring(0, 40) + "…" : id;
  }
}
