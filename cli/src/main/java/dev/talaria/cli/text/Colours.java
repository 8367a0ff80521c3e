package dev.talaria.cli.text;

import dev.talaria.cli.Terminal;
import java.util.Locale;

/** Colours of statuses and outcomes; none when the terminal wants none. */
public final class Colours {
  private static final String RESET = "\u001b[0m";

  private Colours() {}

  public static String status(Terminal terminal, String status) {
    int colour = switch (status) {
      case "ready" -> 36;
      case "running", "review", "draining", "paused" -> 33;
      case "blocked", "crashed", "timed_out", "gave_up", "protocol_violation", "silent", "gone" ->
        31;
      case "done", "completed", "up" -> 32;
      default -> 0;
    };
    return terminal.colour() && colour != 0 ? "\u001b[" + colour + "m" + status + RESET : status;
  }

  /** How bad a finding is, in seven columns. */
  public static String severity(Terminal terminal, String severity) {
    int colour = switch (severity) {
      case "PROBLEM" -> 31;
      case "WARNING" -> 33;
      case "FINE" -> 32;
      default -> 0;
    };
    String text = "%-7s".formatted(severity.toLowerCase(Locale.ROOT));
    return terminal.colour() && colour != 0 ? "\u001b[" + colour + "m" + text + RESET : text;
  }

  public static String bold(Terminal terminal, String text) {
    return terminal.colour() ? "\u001b[1m" + text + RESET : text;
  }
}
