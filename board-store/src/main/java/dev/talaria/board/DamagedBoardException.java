package dev.talaria.board;

import org.jspecify.annotations.Nullable;

/** SQLite found the file damaged. Nothing was written to it; see {@link CorruptBackup} for keeping what is there. */
public final class DamagedBoardException extends BoardStoreException {
  public DamagedBoardException(String message) {
    this(message, null);
  }

  public DamagedBoardException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
