package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code kanban_show}: any task may be read. */
final class ShowTool implements Tool {
  @Override
  public String name() {
    return "kanban_show";
  }

  @Override
  public String description() {
    return """
        Read a task: what is to be done, the results of the tasks before it, your earlier attempts, comments and events. \
        Call it first, without arguments, before you touch anything: 'worker_context' in the answer is the whole \
        assignment in one text, and an earlier attempt or a comment may change what you would do. Any task may be read, \
        for example a parent named in the context.""";
  }

  @Override
  public Schema schema() {
    return new Schema()
        .text("task_id", "The task, such as t_0a1b2c3d. Left out: the task you are the worker of.");
  }

  @Override
  public boolean readsOnly() {
    return true;
  }

  @Override
  public boolean isFor(Caller caller) {
    return true;
  }

  @Override
  public ObjectNode call(Caller caller, Arguments arguments, ToolBoard board) {
    return board.show(caller.taskOr(arguments.name("task_id")));
  }
}
