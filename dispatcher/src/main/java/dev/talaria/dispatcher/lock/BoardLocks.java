package dev.talaria.dispatcher.lock;

import dev.talaria.dispatcher.BoardFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps a second dispatcher off a board: ours by a lock file of our own, hermes's by its dispatch lock. A second one of ours
 * is refused; with hermes's the board's compare-and-swap still keeps the peace, so that one is only warned of.
 */
public final class BoardLocks implements AutoCloseable {
  private final List<FileChannel> ours = new ArrayList<>();
  private final List<DispatchLock> hermes = new ArrayList<>();

  /**
   * Takes both locks of a board.
   *
   * @throws IllegalStateException when another dispatcher of ours serves it
   */
  public void take(BoardFile file) {
    if (!lockOurs(file.db())) {
      throw new IllegalStateException(
          "Board '%s' is dispatched by another Talaria process already ('%s' is locked). Stop that one first."
              .formatted(file.key(), ownLockOf(file.db())));
    }
    hermes.add(DispatchLock.take(file.db()));
  }

  /**
   * Takes both locks of a board's file for one tick.
   *
   * @return who dispatches it already, in words; empty when the locks are held now
   */
  public Optional<String> tryTake(Path db) {
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
