package dev.talaria.cli.verb;

import dev.talaria.board.waiting.LaneFacts.Lock;
import dev.talaria.cli.KernelLocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether a dispatcher, ours or hermes's, serves a board on this host: it keeps a file beside the board locked. The
 * kernel's list of locks is read, because trying a lock would keep a dispatcher out that starts at that moment.
 */
final class DispatcherPresence {
  private static final List<String> LOCK_FILES = List.of(".talaria.lock", ".dispatch.lock");

  private final KernelLocks locks;

  DispatcherPresence() {
    this(new KernelLocks());
  }

  DispatcherPresence(KernelLocks locks) {
    this.locks = locks;
  }

  /** Whether nobody certainly serves it; false when that cannot be found out here. */
  boolean isMissing(Path database) {
    return lockOf(database) == Lock.FREE;
  }

  /** Who holds the board's locks, as far as can be seen here. */
  Lock lockOf(Path database) {
    if (!locks.canTell()) {
      return Lock.UNKNOWN;
    }
    try {
      // ours lies beside the file itself, which may be named by a link
      boolean held = isHeldBeside(database)
          || Files.isSymbolicLink(database) && isHeldBeside(database.toRealPath());
      return held ? Lock.HELD : Lock.FREE;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return Lock.UNKNOWN;
    }
  }

  private boolean isHeldBeside(Path file) throws IOException {
    for (String suffix : LOCK_FILES) {
      if (!locks.holders(file.resolveSibling(file.getFileName() + suffix)).isEmpty()) {
        return true;
      }
    }
    return false;
  }
}
