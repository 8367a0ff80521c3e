package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One tool. It reads its arguments, applies the rules of who may do what, and asks the board. */
public interface Tool {
  String name();

  /** For the model that is to choose it. */
  String description();

  Schema schema();

  /** Whether it only reads. */
  default boolean readsOnly() {
    return false;
  }

  /** Whether this caller sees it; otherwise it is refused when called. */
  boolean isFor(Caller caller);

  /**
   * Does it, and says what came of it.
   *
   * @throws ToolRefused when it was not done; nothing changed
   */
  ObjectNode call(Caller caller, Arguments arguments, ToolBoard board);
}
