package dev.talaria.dispatcher.lock;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * hermes's dispatch lock of a board, {@code <db file>.dispatch.lock}: while it is held, hermes's own gateway skips its
 * ticks (contract 12.1). It is an {@code flock(2)}, taken through JNA because a Java file lock does not exclude one.
 *
 * <p>Where it cannot be had, dispatching goes on with a warning: the board's compare-and-swap keeps it safe.
 */
public final class DispatchLock implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DispatchLock.class);
  private static final int O_RDWR = 2;
  private static final int O_CREAT_LINUX = 0100;
  private static final int O_CREAT_MAC = 0x0200;
  private static final int O_CLOEXEC_LINUX = 02000000;
  private static final int LOCK_EX_NB = 2 | 4;
  private static final int EWOULDBLOCK_LINUX = 11;
  private static final int EWOULDBLOCK_MAC = 35;

  private final int fd;

  private DispatchLock(int fd) {
    this.fd = fd;
  }

  /** The C library's part of it. */
  interface LibC extends Library {
    int open(String path, int flags, int mode) throws LastErrorException;

    int flock(int fd, int operation) throws LastErrorException;

    int close(int fd) throws LastErrorException;
  }

  /** Takes the lock of a board's file for as long as this is open; without it when it cannot be had. */
  public static DispatchLock take(Path db) {
    Path file = fileOf(db);
    try {
      return open(file);
    } catch (LastErrorException | UnsatisfiedLinkError e) {
      return without(file, String.valueOf(e.getMessage()));
    }
  }

  /** As {@link #take}, for who can do without dispatching: nothing when another process holds the lock. */
  public static Optional<DispatchLock> tryTake(Path db) {
    Path file = fileOf(db);
    try {
      return Optional.of(open(file));
    } catch (LastErrorException e) {
      boolean held = e.getErrorCode() == (Platform.isMac() ? EWOULDBLOCK_MAC : EWOULDBLOCK_LINUX);
      return held ? Optional.empty() : Optional.of(without(file, String.valueOf(e.getMessage())));
    } catch (UnsatisfiedLinkError e) {
      return Optional.of(without(file, String.valueOf(e.getMessage())));
    }
  }

  private static Path fileOf(Path db) {
    return db.resolveSibling(db.getFileName() + ".dispatch.lock");
  }

  private static DispatchLock open(Path file) {
    LibC c = libC();
    int fd = c.open(file.toString(), O_RDWR | createFlags(), 0644);
    try {
      c.flock(fd, LOCK_EX_NB);
      return new DispatchLock(fd);
    } catch (LastErrorException e) {
      c.close(fd);
      throw e;
    }
  }

  private static DispatchLock without(Path file, String why) {
    log.warn(
        "hermes's dispatch lock '{}' cannot be taken ({}). If a hermes gateway dispatches this board too, set"
            + " kanban.dispatch_in_gateway to false there.",
        file,
        why);
    return new DispatchLock(-1);
  }

  public boolean isHeld() {
    return fd >= 0;
  }

  @Override
  public void close() {
    if (fd >= 0) {
      try {
        libC().close(fd);
      } catch (LastErrorException e) {
        log.debug("closing the dispatch lock: {}", e.getMessage());
      }
    }
  }

  private static LibC libC() {
    return Native.load("c", LibC.class);
  }

  private static int createFlags() {
    return Platform.isMac() ? O_CREAT_MAC : O_CREAT_LINUX | O_CLOEXEC_LINUX;
  }
}
