package dev.talaria.board;

import org.jspecify.annotations.Nullable;

/** The board's state forbids the act (hermes's RuntimeError: exit 1, HTTP 409). The board is unchanged. */
public final class ConflictException extends BoardStoreException {
  public ConflictException(String message) {
    this(message, null);
  }

  public ConflictException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
