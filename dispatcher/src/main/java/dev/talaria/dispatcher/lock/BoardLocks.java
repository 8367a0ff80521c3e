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
   * @throws IllegalStateException when another dispatcher of ours serves it, or it lies on a disk of another host
   */
  public void take(BoardFile file) {
    refuseNetworkDisk(file.db());
    if (!lockOurs(file.db())) {
      throw new IllegalStateException(
          "Board '%s' is dispatched by another Talaria process already ('%s' is locked). Stop that one first."
              .formatted(file.key(), ownLockOf(file.db())));
    }
    keeper.keep(DispatchLock.fileOf(file.db()));
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
    if (!lockOurs(db)) {
      return Optional.of("another Talaria process, which holds '%s'".formatted(ownLockOf(db)));
    }
    Optional<DispatchLock> lock = DispatchLock.tryTake(db);
    lock.ifPresent(hermes::add);
    return lock.isPresent()
        ? Optional.empty()
        : Optional.of("a hermes gateway, which holds '%s.dispatch.lock'".formatted(db));
  }

  private boolean lockOurs(Path db) {
    Path lockFile = ownLockOf(db);
    try {
      FileChannel channel =
          FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      ours.add(channel);
      return tryLock(channel) != null;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock '" + lockFile + "'", e);
    }
  }

  private static Path ownLockOf(Path db) {
    return db.resolveSibling(db.getFileName() + ".talaria.lock");
  }

  private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel channel)
      throws IOException {
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
