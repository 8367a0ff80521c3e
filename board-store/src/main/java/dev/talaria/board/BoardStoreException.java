package dev.talaria.board;

import org.jspecify.annotations.Nullable;

/** A board could not be read or written. The message says what was attempted, what was found and what to do. */
public class BoardStoreException extends RuntimeException {
  public BoardStoreException(String message) {
    this(message, null);
  }

  public BoardStoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
