package dev.talaria.board;

import org.jspecify.annotations.Nullable;

/** An argument was refused (hermes's ValueError: exit 1, HTTP 400). The board is unchanged. */
public final class InvalidRequestException extends BoardStoreException {
  public InvalidRequestException(String message) {
    this(message, null);
  }

  public InvalidRequestException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
