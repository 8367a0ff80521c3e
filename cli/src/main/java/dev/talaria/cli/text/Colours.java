package dev.talaria.cli.text;

import dev.talaria.cli.Terminal;

/** Colours of statuses and outcomes; none when the terminal wants none. */
public final class Colours {
  private static final String RESET = "\u001b[0m";

  private Colours() {}

  public static String status(Terminal terminal, String status) {
    int colour = switch (status) {
      case "ready" -> 36;
      case "running", "review" -> 33;
      case "blocked", "crashed", "timed_out", "gave_up", "protocol_violation" -> 31;
      case "done", "completed" -> 32;
      default -> 0;
    };
    return terminal.colour() && colour != 0 ? "\u001b[" + colour + "m" + status + RESET : status;
  }

  public static String bold(Terminal terminal, String text) {
    return terminal.colour() ? "\u001b[1m" + text + RESET : text;
  }
}
