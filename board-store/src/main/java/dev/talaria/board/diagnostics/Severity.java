package dev.talaria.board.diagnostics;

import java.util.Locale;

/** How bad, ascending. */
public enum Severity {
  WARNING,
  ERROR,
  CRITICAL;

  private final String wire = name().toLowerCase(Locale.ROOT);

  /** As it is printed. */
  public String wire() {
    return wire;
  }

  public boolean isAtLeast(Severity other) {
    return compareTo(other) >= 0;
  }

  @Override
  public String toString() {
    return wire;
  }
}
