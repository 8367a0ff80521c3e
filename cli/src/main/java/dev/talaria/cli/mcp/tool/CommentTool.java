package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code kanban_comment}: on any task, always in the caller's own name; an author among the arguments is not heard. */
final class CommentTool implements Tool {
  @Override
  public String name() {
    return "kanban_comment";
  }

  @Override
  public String description() {
    return """
        Say something on a task that should outlive this run: a finding, a decision and its reason, a question or hint \
        for the next worker. Any task may be commented on; its next worker reads it. Do not use it as a log of what you \
        do, and do not put a hand-over here that belongs into kanban_complete. It does not wake anybody: to ask a person \
        for something, block.""";
  }

  @Override
  public Schema schema() {
    return new Schema()
        .text("task_id", "The task to comment on, your own or another.")
        .text(
            "body",
            "The text; Markdown is fine. Keep it short, and name files instead of pasting them.")
        .required("task_id", "body");
  }

  @Override
  public boolean isFor(Caller caller) {
    return true;
  }

  @Override
  public ObjectNode call(Caller caller, Arguments arguments, ToolBoard board) {
    String task = arguments.name("task_id");
    if (task == null) {
      throw new ToolRefused("task_id is missing: say which task to comment on"
          + (caller.isWorker() ? "; yours is '%s'.".formatted(caller.task()) : "."));
    }
    return board.comment(
        task, caller.profile(), arguments.required("body", "write what you have to say"));
  }
}
