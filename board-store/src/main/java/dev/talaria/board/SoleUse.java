package dev.talaria.board;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Sole use of a board's file, so that it can be moved or removed: no other connection, of this process or another, is
 * open on it. SQLite itself says so, by leaving the write-ahead log, which it does for the last connection only; all that
 * was committed is then in the one file.
 */
public final class SoleUse implements AutoCloseable {
  private static final int WAIT_MILLIS = 1_000;

  private final Path path;
  private final Connection connection;

  private SoleUse(Path path, Connection connection) {
    this.path = path;
    this.connection = connection;
  }

  /**
   * Takes it, and holds it until closed.
   *
   * @throws BoardBusyException when somebody else has the file open
   * @throws NotABoardException when it is not a database
   * @throws DamagedBoardException when SQLite cannot read it
   */
  public static SoleUse take(Path path, BoardOptions options) {
    Connection connection =
        Connections.open(path, options.withBusyTimeoutMillis(WAIT_MILLIS), true);
    var use = new SoleUse(path, connection);
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = DELETE");
      statement.execute("BEGIN EXCLUSIVE");
      return use;
    } catch (SQLException e) {
      BoardStoreException failure = SqlErrors.wrap("have board '" + path + "' alone", e);
      try {
        use.close();
      } catch (BoardStoreException again) {
        failure.addSuppressed(again);
      }
      throw failure;
    }
  }

  @Override
  public void close() {
    try {
      Connections.close(connection);
    } catch (SQLException e) {
      throw SqlErrors.wrap("close board '" + path + "'", e);
    }
  }
}
