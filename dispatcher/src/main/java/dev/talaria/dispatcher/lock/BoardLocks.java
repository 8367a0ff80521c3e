package dev.talaria.dispatcher.lock;

import dev.talaria.board.home.NetworkDisk;
import dev.talaria.dispatcher.BoardFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second dispatcher off a board: ours by a lock file of our own, hermes's by its dispatch lock. A second one of ours
 * is refused; with hermes's the board's compare-and-swap still keeps the peace, so that one is only warned of, and its lock
 * is taken as soon as it is let go.
 */
public final class BoardLocks implements AutoCloseable {
  private final List<FileChannel> ours = new ArrayList<>();
  private final List<DispatchLock> hermes = new ArrayList<>();
  private final LockKeeper keeper = new LockKeeper();

  /**
   * Takes both locks of a board, for as long as this is open.
   *
   * @param instance who takes them
   * @return the instance that held them before, which is known to be gone; empty where none is known
   * @throws IllegalStateException when another dispatcher of ours serves it, or it lies on a disk of another host
   */
  public Optional<String> take(BoardFile file, String instance) {
    refuseNetworkDisk(file.db());
    FileChannel lock = lockOurs(file.db());
    if (lock == null) {
      throw new IllegalStateException(
          "Board '%s' is dispatched by another Talaria process already ('%s' is locked). Stop that one first."
              .formatted(file.key(), ownLockOf(file.db())));
    }
    keeper.keep(DispatchLock.fileOf(file.db()));
    return LockHolder.replace(lock, ownLockOf(file.db()), instance);
  }

  /** Takes the lock of hermes's gateway, under which it dispatches all boards of a root. */
  public void takeGateway(Path root) {
    Path kanban = root.resolve("kanban");
    if (Files.isDirectory(kanban)) {
      keeper.keep(kanban.resolve(".dispatcher.lock"));
    }
  }

  private static void refuseNetworkDisk(Path db) {
    NetworkDisk.typeUnder(db).ifPresent(type -> {
      throw new IllegalStateException(
          "The board '%s' lies on a network disk (%s). SQLite cannot keep it whole there when two hosts write: dispatch it on the host that has the disk, or move it to a local one."
              .formatted(db, type));
    });
  }

  /**
   * Takes both locks of a board's file for one tick.
   *
   * @return who dispatches it already, in words; empty when the locks are held now
   */
  public Optional<String> tryTake(Path db) {
    refuseNetworkDisk(db);
    if (lockOurs(db) == null) {
      return Optional.of("another Talaria process, which holds '%s'".formatted(ownLockOf(db)));
    }
    Optional<DispatchLock> lock = DispatchLock.tryTake(db);
    lock.ifPresent(hermes::add);
    return lock.isPresent()
        ? Optional.empty()
        : Optional.of("a hermes gateway, which holds '%s.dispatch.lock'".formatted(db));
  }

  /** The open lock file; null when another process holds it. */
  private @Nullable FileChannel lockOurs(Path db) {
    Path lockFile = ownLockOf(db);
    try {
      FileChannel channel = FileChannel.open(
          lockFile, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      ours.add(channel);
      return tryLock(channel) == null ? null : channel;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock '" + lockFile + "'", e);
    }
  }

  /** Beside the file itself: one board has one lock, by whichever link it is named. */
  private static Path ownLockOf(Path db) {
    Path real;
    try {
      real = db.toRealPath();
    } catch (IOException e) {
      real = db; // not made yet
    }
    return real.resolveSibling(real.getFileName() + ".talaria.lock");
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another dispatcher in this very JVM
    }
  }

  @Override
  public void close() {
    keeper.close();
    hermes.forEach(DispatchLock::close);
    hermes.clear();
    for (FileChannel channel : ours) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot close a lock file", e);
      }
    }
    ours.clear();
  }
}
