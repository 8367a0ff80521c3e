package dev.talaria.board;

import dev.talaria.board.text.WholeNumber;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How a board is opened.
 *
 * @param clock read once at the start of each transaction; all times of one transaction are equal
 * @param ids where new task ids come from
 * @param busyTimeoutMillis how long SQLite waits for another writer
 */
public record BoardOptions(InstantSource clock, TaskIds ids, int busyTimeoutMillis) {
  /** hermes's wait for another writer, in milliseconds. */
  public static final int DEFAULT_BUSY_TIMEOUT_MILLIS = 120_000;

  public BoardOptions {
    if (busyTimeoutMillis <= 0) {
      throw new IllegalArgumentException(
          "The busy time-out is %d ms; expected a positive number.".formatted(busyTimeoutMillis));
    }
  }

  public BoardOptions(InstantSource clock, TaskIds ids) {
    this(clock, ids, DEFAULT_BUSY_TIMEOUT_MILLIS);
  }

  /** These options with {@code HERMES_KANBAN_BUSY_TIMEOUT_MS} applied; a value that is not a positive integer is ignored. */
  public BoardOptions withEnvironment(Map<String, String> environment) {
    OptionalLong millis = WholeNumber.parse(environment.get("HERMES_KANBAN_BUSY_TIMEOUT_MS"));
    return millis.isPresent() && millis.getAsLong() > 0
        ? withBusyTimeoutMillis((int) Math.min(Integer.MAX_VALUE, millis.getAsLong()))
        : this;
  }

  public BoardOptions withBusyTimeoutMillis(int millis) {
    return new BoardOptions(clock, ids, millis);
  }
}
