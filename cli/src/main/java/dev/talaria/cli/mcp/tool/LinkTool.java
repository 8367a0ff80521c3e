package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code kanban_link}: on any two tasks, for workers too. */
final class LinkTool implements Tool {
  @Override
  public String name() {
    return "kanban_link";
  }

  @Override
  public String description() {
    return """
        Make one existing task wait for another: the child starts only when the parent is done. A child that is ready \
        goes back to todo; one that already runs is not stopped. For a task that you create, give 'parents' to \
        kanban_create instead. Cycles are refused.""";
  }

  @Override
  public Schema schema() {
    return new Schema()
        .text("parent_id", "The task that must be done first.")
        .text("child_id", "The task that waits for it.")
        .required("parent_id", "child_id");
  }

  @Override
  public boolean isFor(Caller caller) {
    return true;
  }

  @Override
  public ObjectNode call(Caller caller, Arguments arguments, ToolBoard board) {
    String parent = arguments.requiredName("parent_id", "say which task must be done first");
    String child = arguments.requiredName("child_id", "say which task waits");
    return board.link(parent, child);
  }
}
