package dev.talaria.board;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** Copies the file and its sidecars; a backup of the same content is used again. */
  public static Path make(Path board) {
    try {
      Path backup =
          board.resolveSibling(board.getFileName() + ".corrupt." + digest(board) + ".bak");
      if (!Files.exists(backup)) {
        Files.copy(board, backup);
        copySidecar(board, backup, "-wal");
        copySidecar(board, backup, "-shm");
      }
      return backup;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep a copy of the damaged board '" + board + "'.", e);
    }
  }

  private static void copySidecar(Path board, Path backup, String suffix) throws IOException {
    Path sidecar = board.resolveSibling(board.getFileName() + suffix);
    if (Files.exists(sidecar)) {
      Files.copy(sidecar, backup.resolveSibling(backup.getFileName() + suffix));
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
