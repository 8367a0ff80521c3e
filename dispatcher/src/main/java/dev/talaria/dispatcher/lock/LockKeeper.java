package dev.talaria.dispatcher.lock;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds locks of hermes's, and takes those that another process has as soon as it lets go: a gateway may be in the middle
 * of a tick when a dispatcher starts. Until then dispatching goes on; the board's compare-and-swap keeps it safe.
 */
final class LockKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LockKeeper.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final List<DispatchLock> held = new ArrayList<>();
  private final List<Path> wanted = new ArrayList<>();
  private boolean isTrying;
  private final ScheduledExecutorService trying =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lock-keeper");
        thread.setDaemon(true);
        return thread;
      });

  /** Takes it now, or when it is free. */
  synchronized void keep(Path file) {
    DispatchLock.Attempt attempt = DispatchLock.attempt(file);
    if (attempt instanceof DispatchLock.Attempt.Held taken) {
      held.add(taken.lock());
    } else if (attempt instanceof DispatchLock.Attempt.Impossible impossible) {
      DispatchLock.without(file, impossible.why());
    } else {
      log.warn(
          "hermes's dispatch lock '{}' is held by another process, a hermes gateway as a rule. Both may start tasks of this"
              + " board, each of them once; ours takes over when the lock is let go. To have one only, set"
              + " kanban.dispatch_in_gateway to false in hermes's configuration.",
          file);
      if (!isTrying) {
        isTrying = true;
        trying.scheduleWithFixedDelay(
            this::again, AGAIN.toMillis(), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
      }
      wanted.add(file);
    }
  }

  private synchronized void again() {
    wanted.removeIf(file -> {
      if (DispatchLock.attempt(file) instanceof DispatchLock.Attempt.Held taken) {
        held.add(taken.lock());
        log.info("hermes's dispatch lock '{}' is ours now.", file);
        return true;
      }
      return false;
    });
  }

  @Override
  public synchronized void close() {
    trying.shutdownNow();
    held.forEach(DispatchLock::close);
    held.clear();
    wanted.clear();
  }
}
