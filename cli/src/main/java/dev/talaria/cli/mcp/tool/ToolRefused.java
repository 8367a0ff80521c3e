package dev.talaria.cli.mcp.tool;

/** A call that is refused, and changed nothing. The message is for an agent: what was wrong, and what to do instead. */
public final class ToolRefused extends RuntimeException {
  public ToolRefused(String message) {
    super(message);
  }
}
