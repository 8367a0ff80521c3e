package dev.talaria.dispatcher.watch;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes whoever asks when something in a directory changes; for a board, that its WAL was written to. It never opens the
 * files. Where the system can only poll, the readers' own look every 250 ms does the work.
 */
public final class BoardWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BoardWatch.class);

  private final WatchService watcher;
  private final Map<WatchKey, Runnable> wakes = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::run, "board-watch");

  public BoardWatch(Path anywhere) throws IOException {
    this.watcher = anywhere.getFileSystem().newWatchService();
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Calls {@code wake} after each change in a directory; it must be quick. */
  public void watch(Path directory, Runnable wake) throws IOException {
    WatchKey key = directory.register(
        watcher, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_CREATE);
    wakes.merge(key, wake, (one, other) -> () -> {
      one.run();
      other.run();
    });
  }

  private void run() {
    try {
      while (true) {
        WatchKey key = watcher.take();
        key.pollEvents();
        key.reset();
        Runnable wake = wakes.get(key);
        if (wake != null) {
          wake.run();
        }
      }
    } catch (ClosedWatchServiceException e) {
      log.debug("watch closed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      watcher.close();
    } catch (IOException e) {
      log.debug("closing the watch: {}", e.toString());
    }
  }
}
