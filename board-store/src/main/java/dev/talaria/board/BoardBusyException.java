package dev.talaria.board;

import org.jspecify.annotations.Nullable;

/** Another process held the board for longer than the busy time-out. The same call may be tried again. */
public final class BoardBusyException extends BoardStoreException {
  public BoardBusyException(String message) {
    this(message, null);
  }

  public BoardBusyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
