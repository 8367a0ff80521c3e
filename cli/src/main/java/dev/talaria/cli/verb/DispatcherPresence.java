package dev.talaria.cli.verb;

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
    try {
      if (!Files.isReadable(kernelLocks)) {
        return false;
      }
      List<String> locks = Files.readAllLines(kernelLocks);
      for (String suffix : LOCK_FILES) {
        Path file = database.resolveSibling(database.getFileName() + suffix);
        if (Files.exists(file) && isLocked(locks, Files.getAttribute(file, "unix:ino"))) {
          return false;
        }
      }
      return true;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  /** A line reads: number, kind, ADVISORY, mode, process, device:inode, range. */
  private static boolean isLocked(List<String> locks, Object inode) {
    return locks.stream().anyMatch(line -> line.contains(":" + inode + " "));
  }
}
