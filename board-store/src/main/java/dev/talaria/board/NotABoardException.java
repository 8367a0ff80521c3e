package dev.talaria.board;

import org.jspecify.annotations.Nullable;

/** The file is missing, or is not a kanban board. Nothing was written to it. */
public final class NotABoardException extends BoardStoreException {
  public NotABoardException(String message) {
    this(message, null);
  }

  public NotABoardException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
