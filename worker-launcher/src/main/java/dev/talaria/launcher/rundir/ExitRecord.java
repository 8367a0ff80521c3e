package dev.talaria.launcher.rundir;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the shim wrote into {@code exit}.
 *
 * @param status the shell's exit status, 0 to 255; -1 when the worker could not be started
 * @param notStarted what kept the shim from starting it: {@code workspace} or {@code log}
 */
public record ExitRecord(int status, @Nullable String notStarted) {
  private static final String NOT_STARTED = "not-started ";

  public static ExitRecord of(int status) {
    return new ExitRecord(status, null);
  }

  /** Reads the words that the shim writes and says. Nothing for anything else. */
  public static Optional<ExitRecord> parseWords(String words) {
    if (words.startsWith(NOT_STARTED)) {
      return Optional.of(new ExitRecord(-1, words.substring(NOT_STARTED.length())));
    }
    try {
      return Optional.of(of(Integer.parseInt(words)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A status without its newline does not count: it may be half written. */
  static Optional<ExitRecord> parse(String content) {
    int end = content.indexOf('\n');
    return end < 0 ? Optional.empty() : parseWords(content.substring(0, end));
  }
}
