package dev.talaria.cli.verb;

import dev.talaria.board.waiting.LaneFacts.Lock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether a dispatcher, ours or hermes's, serves a board on this host: it keeps a file beside the board locked. The
 * kernel's list of locks is read, because trying a lock would keep a dispatcher out that starts at that moment.
 */
final class DispatcherPresence {
  private static final Path KERNEL_LOCKS = Path.of("/proc/locks");
  private static final List<String> LOCK_FILES = List.of(".talaria.lock", ".dispatch.lock");

  private final Path kernelLocks;

  DispatcherPresence() {
    this(KERNEL_LOCKS);
  }

  DispatcherPresence(Path kernelLocks) {
    this.kernelLocks = kernelLocks;
  }

  /** Whether nobody certainly serves it; false when that cannot be found out here. */
  boolean isMissing(Path database) {
    return lockOf(database) == Lock.FREE;
  }

  /** Who holds the board's locks, as far as can be seen here. */
  Lock lockOf(Path database) {
    try {
      if (!Files.isReadable(kernelLocks)) {
        return Lock.UNKNOWN;
      }
      List<String> locks = Files.readAllLines(kernelLocks);
      for (String suffix : LOCK_FILES) {
        Path file = database.resolveSibling(database.getFileName() + suffix);
        if (Files.exists(file) && isLocked(locks, Files.getAttribute(file, "unix:ino"))) {
          return Lock.HELD;
        }
      }
      return Lock.FREE;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return Lock.UNKNOWN;
    }
  }

  /** A line reads: number, kind, ADVISORY, mode, process, device:inode, range. */
  private static boolean isLocked(List<String> locks, Object inode) {
    return locks.stream().anyMatch(line -> line.contains(":" + inode + " "));
  }
}
