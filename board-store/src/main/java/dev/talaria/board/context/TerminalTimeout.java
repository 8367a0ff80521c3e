package dev.talaria.board.context;

import org.jspecify.annotations.Nullable;

/** How long a worker's terminal may block, so that its run time is not used up by one command (contract 5.5). */
public final class TerminalTimeout {
  private static final long MARGIN_SECONDS = 30;

  private TerminalTimeout() {}

  /**
   * Seconds for a task with this run time, or null when it has none.
   *
   * @param existing the value that the environment holds; kept when it is already as long
   */
  public static @Nullable Long seconds(long maxRuntimeSeconds, @Nullable String existing) {
    if (maxRuntimeSeconds <= 0) {
      return null;
    }
    long wanted = Math.max(1, maxRuntimeSeconds - MARGIN_SECONDS);
    return Math.max(wanted, parse(existing));
  }

  private static long parse(@Nullable String existing) {
    try {
      return existing == null ? 0 : Long.parseLong(existing.strip());
    } catch (NumberFormatException e) {
      return 0; // an unreadable value counts as none
    }
  }
}
