package dev.talaria.board;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * What is done about a file that SQLite called damaged (contract 1.5 step 4): it is looked at in full, kept as it is, and
 * refused. Never is anything made anew over it.
 */
public final class DamageReport {
  private static final int SHOWN = 3;
  private static final int LOOKS = 4;
  private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

  private DamageReport() {}

  /**
   * Looks at the file, and keeps a copy of it when it is damaged indeed. Call it once the board is closed: while this
   * process still has the file open it may not be read, and what was met is all that is said. Takes 11 s on a board of a
   * million tasks.
   */
  public static DamagedBoardException of(DamagedBoardException met, BoardOptions options) {
    Path path = met.board();
    if (path == null || met.backup() != null || Connections.isOpenHere(path)) {
      return met;
    }
    try {
      List<String> findings = lookAgain(path, options);
      if (findings.isEmpty()) {
        return new DamagedBoardException(
            "Board '%s' was damaged a moment ago and is sound now: another process was writing to it. Try again."
                .formatted(path),
            path,
            null,
            met);
      }
      Path backup = CorruptBackup.make(path);
      return new DamagedBoardException(
          "Board '%s' is damaged: %s. It is kept as it is in '%s'. Stop everything that uses it, then put a sound copy in its place, or recover what can be read: sqlite3 '%s' .recover | sqlite3 recovered.db"
              .formatted(path, shown(findings), backup, backup),
          path,
          backup,
          met);
    } catch (RuntimeException e) {
      met.addSuppressed(e); // what was met first is what matters
      return met;
    }
  }

  /** While a file grows it may for a moment be shorter than it says: that alone does not make it a damaged one. */
  private static List<String> lookAgain(Path path, BoardOptions options) {
    String found = "";
    for (int look = 0; look < LOOKS; look++) {
      try {
        return integrityCheck(path, options);
      } catch (DamagedBoardException | NotABoardException e) {
        found = String.valueOf(e.getMessage());
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    return List.of(found);
  }

  /** SQLite's full check on a connection of its own; empty when the file is sound. */
  private static List<String> integrityCheck(Path path, BoardOptions options) {
    Connection connection = Connections.open(path, options, false);
    List<String> findings = new ArrayList<>();
    try (var statement = connection.createStatement();
        var results = statement.executeQuery("PRAGMA integrity_check")) {
      while (results.next()) {
        findings.add(results.getString(1));
      }
      return findings.equals(List.of("ok")) ? List.of() : findings;
    } catch (SQLException e) {
      throw SqlErrors.wrap("check board '" + path + "'", e);
    } finally {
      try {
        Connections.close(connection);
      } catch (SQLException e) {
        findings.add(String.valueOf(e.getMessage()));
      }
    }
  }

  private static String shown(List<String> findings) {
    String first = String.join(
        "; ",
        findings.stream()
            .limit(SHOWN)
            .map(finding -> finding.replace('\n', ' '))
            .toList());
    int more = findings.size() - SHOWN;
    return more > 0 ? first + "; and %d more".formatted(more) : first;
  }
}
