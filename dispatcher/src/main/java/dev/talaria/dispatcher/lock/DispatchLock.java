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

  /** What trying for a lock came to. */
  sealed interface Attempt {
    record Held(DispatchLock lock) implements Attempt {}

    /** Another process has it. */
    record Busy() implements Attempt {}

    /** It cannot be had here at all: no rights, no such call. */
    record Impossible(String why) implements Attempt {}
  }

  /** Tries for a lock file of hermes's, once. */
  static Attempt attempt(Path file) {
    try {
      return new Attempt.Held(open(file));
    } catch (LastErrorException e) {
      boolean busy = e.getErrorCode() == (Platform.isMac() ? EWOULDBLOCK_MAC : EWOULDBLOCK_LINUX);
      return busy
          ? new Attempt.Busy()
          : new Attempt.Impossible("error %d of the system".formatted(e.getErrorCode()));
    } catch (UnsatisfiedLinkError e) {
      return new Attempt.Impossible(String.valueOf(e.getMessage()));
    }
  }

  /** The lock of a board's file, for who can do without dispatching: nothing when another process holds it. */
  public static Optional<DispatchLock> tryTake(Path db) {
    Path file = fileOf(db);
    Attempt attempt = attempt(file);
    if (attempt instanceof Attempt.Held held) {
      return Optional.of(held.lock());
    }
    return attempt instanceof Attempt.Impossible impossible
        ? Optional.of(without(file, impossible.why()))
        : Optional.empty();
  }

  /** Where hermes locks the board of this file. */
  public static Path fileOf(Path db) {
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

  static DispatchLock without(Path file, String why) {
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
