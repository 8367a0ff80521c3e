package dev.talaria.board.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** Small text files that others read at any time: they see the old content or the new, never a part. */
final class WholeFile {
  private WholeFile() {}

  static void write(Path file, String content) {
    Path directory =
        Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
    try {
      Files.createDirectories(directory);
      Path next = Files.createTempFile(directory, file.getFileName() + ".", ".tmp");
      try {
        Files.writeString(next, content);
        readableAsOthers(next, directory);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write '%s'.".formatted(file), e);
    }
  }

  /** A temporary file is its owner's alone; this one is for whoever may read the directory. */
  private static void readableAsOthers(Path file, Path directory) throws IOException {
    try {
      var permissions = Files.getPosixFilePermissions(directory);
      permissions.removeIf(permission -> permission.name().endsWith("_EXECUTE"));
      permissions.removeIf(permission ->
          permission.name().endsWith("_WRITE") && !permission.name().startsWith("OWNER"));
      Files.setPosixFilePermissions(file, permissions);
    } catch (UnsupportedOperationException e) {
      // no such permissions here
    }
  }
}
