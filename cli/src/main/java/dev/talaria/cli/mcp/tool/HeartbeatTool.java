package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code kanban_heartbeat}: a worker's own task. It says truthfully whether the claim was extended. */
final class HeartbeatTool implements Tool {
  @Override
  public String name() {
    return "kanban_heartbeat";
  }

  @Override
  public String description() {
    return """
        Say that you are alive, and keep your claim on the task. Call it every few minutes during long work, and before a \
        command that will run for long. 'note' is shown to people who watch: "epoch 4 of 10, loss 0.31". If it is \
        refused, the task is not yours any more: stop working on it, and do not complete it.""";
  }

  @Override
  public Schema schema() {
    return new Schema()
        .text("task_id", "Your own task; leave it out.")
        .text("note", "How far you are, in a few words.");
  }

  @Override
  public boolean isFor(Caller caller) {
    return caller.isWorker();
  }

  @Override
  public ObjectNode call(Caller caller, Arguments arguments, ToolBoard board) {
    String task = caller.ownTask(arguments.name("task_id"));
    return board.heartbeat(
        task,
        arguments.text("note"),
        caller.runOf(task),
        caller.claimLock(),
        caller.claimSeconds());
  }
}
