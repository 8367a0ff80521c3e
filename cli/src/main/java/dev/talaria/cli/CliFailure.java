package dev.talaria.cli;

import org.jspecify.annotations.Nullable;

/** Ends a verb with a message on stderr: what was wrong, what was expected, what to do. */
public final class CliFailure extends RuntimeException {
  private final int exitCode;

  CliFailure(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The verb could not do it. */
  public static CliFailure failed(String message) {
    return new CliFailure(Exit.FAILED, message, null);
  }

  /** The arguments make no sense. */
  public static CliFailure usage(String message) {
    return new CliFailure(Exit.USAGE, message, null);
  }

  public int exitCode() {
    return exitCode;
  }
}
