package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code kanban_unblock}: for orchestrators. It reports the status that the task really has then. */
final class UnblockTool implements Tool {
  @Override
  public String name() {
    return "kanban_unblock";
  }

  @Override
  public String description() {
    return """
        Let a blocked or scheduled task go, with its failures forgotten. Read the reason with kanban_show first, and \
        remove what blocked it, or say with kanban_comment what the next worker is to do differently: unblocking alone \
        only repeats the attempt. 'status' in the answer is 'ready', or 'todo' while a parent is unfinished.""";
  }

  @Override
  public Schema schema() {
    return new Schema().text("task_id", "The blocked task.").required("task_id");
  }

  @Override
  public boolean isFor(Caller caller) {
    return !caller.isWorker();
  }

  @Override
  public ObjectNode call(Caller caller, Arguments arguments, ToolBoard board) {
    return board.unblock(arguments.requiredName("task_id", "say which task"));
  }
}
