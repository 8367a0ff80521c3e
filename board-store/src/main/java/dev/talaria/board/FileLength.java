package dev.talaria.board;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The file-length invariant (contract 1.5): a file is as long as its pages need. SQLite looks itself at each opening and
 * whenever a checkpoint moves something; between checkpoints the write-ahead log hides the file. What is left to look at
 * is a file that another process's checkpoint has left too short. By {@code stat} alone: no descriptor is opened.
 */
final class FileLength {
  private static final int LOOKS = 4;
  private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

  private FileLength() {}

  /** Calls a file torn only when it stays too short for a while: another process may be about to extend it. */
  static void require(Path path, long bytes) {
    File file = path.toFile();
    for (int look = 1; file.length() < bytes; look++) {
      if (!file.exists()) {
        return; // gone, which is another matter
      }
      if (look == LOOKS) {
        throw new DamagedBoardException(
                "It is torn: %d bytes long, where its pages need %d."
                    .formatted(file.length(), bytes),
                null)
            .at(path);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
