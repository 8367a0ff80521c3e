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
    Path lockFile = file.db().resolveSibling(file.db().getFileName() + ".talaria.lock");
    try {
      FileChannel channel =
          FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      ours.add(channel);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        throw new IllegalStateException(
            "Board '%s' is dispatched by another Talaria process already ('%s' is locked). Stop that one first."
                .formatted(file.key(), lockFile));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock '" + lockFile + "'", e);
    }
    hermes.add(DispatchLock.take(file.db()));
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
