package dev.talaria.board;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The one place where SQLite's errors become the module's. */
final class SqlErrors {
  private static final int PRIMARY_CODE = 0xFF;

  private SqlErrors() {}

  static BoardStoreException wrap(String attempted, SQLException e) {
    int code = primaryCode(e);
    if (isBusy(e)) {
      return new BoardBusyException(
          "Cannot %s: another process holds the board (%s). Try again."
              .formatted(attempted, e.getMessage()),
          e);
    }
    if (code == SQLiteErrorCode.SQLITE_CORRUPT.code) {
      return new DamagedBoardException(
          "Cannot %s: the file is damaged (%s).".formatted(attempted, e.getMessage()), e);
    }
    if (code == SQLiteErrorCode.SQLITE_NOTADB.code) {
      return new NotABoardException("Cannot %s: file is not a database.".formatted(attempted), e);
    }
    return new BoardStoreException("Cannot %s: %s".formatted(attempted, e.getMessage()), e);
  }

  static boolean isBusy(SQLException e) {
    int code = primaryCode(e);
    return code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code;
  }

  static boolean isConstraint(SQLException e) {
    return primaryCode(e) == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
  }

  private static int primaryCode(SQLException e) {
    return e instanceof SQLiteException sqlite
        ? sqlite.getResultCode().code & PRIMARY_CODE
        : e.getErrorCode() & PRIMARY_CODE;
  }
}
