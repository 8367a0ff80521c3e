package dev.talaria.board;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** SQLite found the file damaged. Nothing was written to it; {@link DamageReport} says what is done about it. */
public final class DamagedBoardException extends BoardStoreException {
  private final @Nullable Path board;
  private final @Nullable Path backup;

  public DamagedBoardException(String message, @Nullable Throwable cause) {
    this(message, null, null, cause);
  }

  DamagedBoardException(
      String message, @Nullable Path board, @Nullable Path backup, @Nullable Throwable cause) {
    super(message, cause);
    this.board = board;
    this.backup = backup;
  }

  /** This, naming the file. */
  DamagedBoardException at(Path path) {
    if (board != null) {
      return this;
    }
    return new DamagedBoardException(
        "Board '%s' is damaged. %s".formatted(path, getMessage()), path, null, this);
  }

  /** The damaged file; null where it is not known. */
  public @Nullable Path board() {
    return board;
  }

  /** Where it is kept as it was found; null while nobody has kept it. */
  public @Nullable Path backup() {
    return backup;
  }
}
