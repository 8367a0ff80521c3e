package dev.talaria.board;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;

/** The copy of an older form that is kept beside the file before it is changed for the first time. */
final class LegacyCopy {
  private LegacyCopy() {}

  /**
   * Makes it, through SQLite and on a connection of its own; the caller's transaction keeps other writers away meanwhile.
   * It is on the disk when this returns.
   */
  static Path make(Path board, BoardOptions options) {
    Path copy = nameFor(board, options.clock().instant().getEpochSecond());
    Path part = copy.resolveSibling(copy.getFileName() + ".tmp");
    try {
      Files.deleteIfExists(part); // of a process that was killed over it: only one can be here
      copyInto(part, board, options);
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      return Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot keep a copy of board '%s', and so it was not brought up to date."
              .formatted(board),
          e);
    }
  }

  private static void copyInto(Path part, Path board, BoardOptions options) {
    Connection connection = Connections.open(board, options, false);
    try (var vacuum = connection.prepareStatement("VACUUM INTO ?")) {
      vacuum.setString(1, part.toString());
      vacuum.execute();
    } catch (SQLException e) {
      throw SqlErrors.wrap("keep a copy of board '" + board + "'", e);
    } finally {
      try {
        Connections.close(connection);
      } catch (SQLException e) {
        throw SqlErrors.wrap("close board '" + board + "'", e);
      }
    }
  }

  private static Path nameFor(Path board, long now) {
    String name = board.getFileName() + ".legacy-" + now;
    Path copy = board.resolveSibling(name + ".bak");
    for (int i = 1; Files.exists(copy); i++) {
      copy = board.resolveSibling(name + "-" + i + ".bak");
    }
    return copy;
  }
}
