package dev.talaria.board;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;

/**
 * Opens SQLite connections as contract 1.5 step 5 asks, and knows which files this process has open: whoever reads such a
 * file outside SQLite drops the locks of all its connections, for those belong to the process.
 */
final class Connections {
  private static final Logger log = LoggerFactory.getLogger(Connections.class);
  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  // one for the process, as its locks are
  private static final Map<Connection, Path> OPEN = new ConcurrentHashMap<>();

  private Connections() {}

  /** Opens without writing: what could change the file comes with {@link #prepareForWriting}. */
  static Connection open(Path path, BoardOptions options, boolean writable) {
    var config = new SQLiteConfig();
    config.setBusyTimeout(options.busyTimeoutMillis());
    config.setReadOnly(!writable);
    // otherwise every insert runs a query for keys that nobody asked for
    config.setGetGeneratedKeys(false);
    Properties properties = config.toProperties();
    Connection connection = null;
    try {
      connection = new JDBC().connect(JDBC.PREFIX + path.toAbsolutePath(), properties);
      OPEN.put(connection, placeOf(path));
      execute(connection, "PRAGMA cell_size_check = ON");
      return connection;
    } catch (SQLException e) {
      closeQuietly(connection, e);
      throw SqlErrors.wrap("open board '" + path + "'", e);
    }
  }

  /** Ends a connection that {@link #open} made. Idempotent. */
  static void close(Connection connection) throws SQLException {
    try {
      connection.close();
    } finally {
      OPEN.remove(connection);
    }
  }

  /** Whether this process has the file open through SQLite. */
  static boolean isOpenHere(Path path) {
    return OPEN.containsValue(placeOf(path));
  }

  private static Path placeOf(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }

  /** Per connection, all but the journal mode. */
  static void prepareForWriting(Connection connection, Path path, BoardOptions options) {
    try {
      useWriteAheadLog(connection, path, options);
      execute(connection, "PRAGMA synchronous = FULL");
      execute(connection, "PRAGMA wal_autocheckpoint = 100");
      execute(connection, "PRAGMA foreign_keys = ON");
      execute(connection, "PRAGMA secure_delete = ON");
      // ids are random, so a large board touches a page of its own for each; the default is 2 MiB
      execute(connection, "PRAGMA cache_size = -16000");
      // makes a checkpoint extend the file before page 1 claims the pages; without it hermes sees
      // torn files
      execute(connection, "PRAGMA mmap_size = 4096");
    } catch (SQLException e) {
      throw SqlErrors.wrap("prepare board '" + path + "' for writing", e);
    }
  }

  static void createParent(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    try {
      if (parent != null) {
        Files.createDirectories(parent);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create the directory of board '" + path + "'.", e);
    }
  }

  private static void useWriteAheadLog(Connection connection, Path path, BoardOptions options)
      throws SQLException {
    long until =
        System.nanoTime() + Duration.ofMillis(options.busyTimeoutMillis()).toNanos();
    while (!journalMode(connection, "PRAGMA journal_mode").equals("wal")) {
      try {
        journalMode(connection, "PRAGMA journal_mode = WAL");
        return;
      } catch (SQLException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("locking protocol") || message.contains("not authorized")) {
          useRollbackJournal(connection, path, message);
          return;
        }
        // for this one statement SQLite does not wait: two processes may open a new file at once
        if (!SqlErrors.isBusy(e) || System.nanoTime() > until) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static void useRollbackJournal(Connection connection, Path path, String why)
      throws SQLException {
    log.warn(
        "Board '{}' cannot use a write-ahead log here ({}); it uses a rollback journal.",
        path,
        why);
    journalMode(connection, "PRAGMA journal_mode = DELETE");
  }

  private static String journalMode(Connection connection, String pragma) throws SQLException {
    try (var statement = connection.createStatement();
        var results = statement.executeQuery(pragma)) {
      return results.next() ? results.getString(1) : "";
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void closeQuietly(
      @org.jspecify.annotations.Nullable Connection connection, Exception failure) {
    try {
      if (connection != null) {
        close(connection);
      }
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }
}
