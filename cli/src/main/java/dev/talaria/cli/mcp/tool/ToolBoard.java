package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.transition.Completion;
import org.jspecify.annotations.Nullable;

/**
 * A board as the tools see it. Each operation is one transaction; the objects that come back have the fields of contract
 * 9. What is refused is thrown, as {@link ToolRefused} or as a failure of the board, and changed nothing.
 */
public interface ToolBoard {
  /** The task with all that belongs to it, and the worker's context. */
  ObjectNode show(String taskId);

  /**
   * The tasks that a filter names, after letting go what nothing holds back.
   *
   * @param limit how many at most
   */
  ObjectNode list(TaskFilter filter, int limit);

  ObjectNode complete(String taskId, Completion completion);

  ObjectNode block(String taskId, String reason, @Nullable Long run);

  /**
   * Notes that the worker is alive and extends its claim.
   *
   * @param lock of the claim; null when the caller knows none
   * @param seconds for how long the claim then holds
   */
  ObjectNode heartbeat(
      String taskId,
      @Nullable String note,
      @Nullable Long run,
      @Nullable String lock,
      long seconds);

  ObjectNode comment(String taskId, String author, String body);

  ObjectNode create(NewTask task);

  ObjectNode unblock(String taskId);

  ObjectNode link(String parentId, String childId);
}
