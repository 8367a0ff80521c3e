package dev.talaria.launcher.process;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that decides about runs. A task that fails is logged, and the loop goes on. May be given tasks from any
 * thread; after {@link #close} it drops them, since the run directories keep what was not handled.
 */
final class SupervisorLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SupervisorLoop.class);

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "supervisor"));

  /** Runs the task again and again, so long after it ended. */
  void every(Duration pause, Runnable task) {
    long millis = pause.toMillis();
    thread.scheduleWithFixedDelay(guarded(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Runs the task soon. */
  void run(Runnable task) {
    try {
      thread.execute(guarded(task));
    } catch (RejectedExecutionException e) {
      log.debug("Closing: the run directories keep what was not handled.");
    }
  }

  /** Runs the task and waits for it; an interrupt ends the waiting, not the task. */
  void runAndWait(Runnable task) {
    try {
      thread.submit(guarded(task)).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("A guarded task does not fail", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes nothing more, and waits up to 2 s for what it has. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
        log.warn("The supervisor was busy for 2 s while closing.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) { // whatever it is, the other runs have no other thread
        log.error("The supervisor goes on after an error.", e);
      }
    };
  }
}
