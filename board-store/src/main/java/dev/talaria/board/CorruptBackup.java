package dev.talaria.board;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Keeps a damaged file as it is (contract 1.1, "corrupt backup"). SQLite cannot copy what it cannot read, so this reads
 * the file itself: call it only when this process holds no connection to that file.
 */
public final class CorruptBackup {
  private static final int DIGEST_DIGITS = 16;

  private CorruptBackup() {}

  /**
   * Copies the file and its sidecars; a backup of the same content is used again.
   *
   * @throws IllegalStateException when this process has the file open through SQLite
   */
  public static Path make(Path board) {
    if (Connections.isOpenHere(board)) {
      throw new IllegalStateException(
          "Board '%s' is open in this process; reading it now would drop its locks."
              .formatted(board));
    }
    try {
      Path backup =
          board.resolveSibling(board.getFileName() + ".corrupt." + digest(board) + ".bak");
      if (!Files.exists(backup)) {
        // the backup itself last: once it is there, all of it is
        copySidecar(board, backup, "-wal");
        copySidecar(board, backup, "-shm");
        copy(board, backup);
      }
      return backup;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep a copy of the damaged board '" + board + "'.", e);
    }
  }

  private static void copySidecar(Path board, Path backup, String suffix) throws IOException {
    Path sidecar = board.resolveSibling(board.getFileName() + suffix);
    if (Files.exists(sidecar)) {
      copy(sidecar, backup.resolveSibling(backup.getFileName() + suffix));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Path part =
        Files.createTempFile(to.toAbsolutePath().getParent(), to.getFileName() + ".", ".tmp");
    try {
      Files.copy(from, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static String digest(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        var digesting = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digesting.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of()
          .formatHex(digesting.getMessageDigest().digest())
          .substring(0, DIGEST_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256.", e);
    }
  }
}
