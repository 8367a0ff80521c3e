package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code kanban_block}: a worker's own task, and only while its run is the task's. */
final class BlockTool implements Tool {
  @Override
  public String name() {
    return "kanban_block";
  }

  @Override
  public String description() {
    return """
        Stop your task because it needs a person, and end. The reason is all that the person sees: say what you need, \
        what you have tried, and what they can do so that the next attempt succeeds. Good: "Need write access to the \
        'billing' repository: push is refused with 403 for user ci-bot. Grant it, then unblock; the commit is ready on \
        branch wt/t_0a1b2c3d." Bad: "Stuck." Also use it as your last act when you run out of turns, tokens or time: say \
        how far you came and where the work lies. Do not block for what you can find out yourself.""";
  }

  @Override
  public Schema schema() {
    return new Schema()
        .text("task_id", "Your own task; leave it out.")
        .text(
            "reason",
            "What a person must do or decide, in one to three sentences, with names, paths and error texts. Put longer findings into kanban_comment first.")
        .required("reason");
  }

  @Override
  public boolean isFor(Caller caller) {
    return caller.isWorker();
  }

  @Override
  public ObjectNode call(Caller caller, Arguments arguments, ToolBoard board) {
    String task = caller.ownTask(arguments.name("task_id"));
    String reason = arguments.required("reason", "say what a person must do or decide");
    return board.block(task, reason, caller.runOf(task));
  }
}
