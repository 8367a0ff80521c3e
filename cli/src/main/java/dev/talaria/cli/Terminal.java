package dev.talaria.cli;

import java.util.Map;

/**
 * What stdout is.
 *
 * @param interactive whether a person reads it
 * @param width columns; tables are cut to it on a terminal only
 * @param colour whether to use colours
 */
public record Terminal(boolean interactive, int width, boolean colour) {
  private static final int DEFAULT_WIDTH = 100;
  private static final int NARROWEST = 40;

  /** Not a terminal: nothing is cut, nothing coloured. */
  public static Terminal none() {
    return new Terminal(false, DEFAULT_WIDTH, false);
  }

  /** Reads {@code COLUMNS}, {@code NO_COLOR} and {@code TERM}. */
  static Terminal of(boolean interactive, Map<String, String> environment) {
    if (!interactive) {
      return none();
    }
    boolean plain = !environment.getOrDefault("NO_COLOR", "").isEmpty()
        || environment.getOrDefault("TERM", "dumb").equals("dumb");
    return new Terminal(true, width(environment.getOrDefault("COLUMNS", "")), !plain);
  }

  private static int width(String columns) {
    try {
      return Math.max(NARROWEST, Integer.parseInt(columns));
    } catch (NumberFormatException e) {
      return DEFAULT_WIDTH;
    }
  }
}
