package dev.talaria.cli.mcp.tool;

import org.jspecify.annotations.Nullable;

/** Finds the board that a call means. */
@FunctionalInterface
public interface ToolBoards {
  /**
   * The board of this name, or the active one for null. Makes nothing.
   *
   * @throws ToolRefused or a failure of the board when there is none of that name
   */
  ToolBoard named(@Nullable String slug);
}
