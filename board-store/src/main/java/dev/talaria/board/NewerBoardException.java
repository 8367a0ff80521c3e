package dev.talaria.board;

import org.jspecify.annotations.Nullable;

/** A newer Talaria wrote this board's own tables. Nothing was written to it. */
public final class NewerBoardException extends BoardStoreException {
  public NewerBoardException(String message) {
    this(message, null);
  }

  public NewerBoardException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
