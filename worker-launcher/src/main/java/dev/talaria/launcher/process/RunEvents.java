package dev.talaria.launcher.process;

import dev.talaria.protocol.id.RunKey;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the listener away from the supervisor's thread: in order for each run, several runs at a time. */
final class RunEvents implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunEvents.class);
  private static final int THREADS = 4; // listeners wait for the disk, and four waits overlap well

  private final List<ExecutorService> lines = IntStream.range(0, THREADS)
      .mapToObj(i -> Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "run-events-" + i);
        thread.setDaemon(true);
        return thread;
      }))
      .toList();

  /** An event that may fail with an exception of any kind; the run is then looked at again after a restart. */
  interface Event {
    void deliver() throws Exception;
  }

  void submit(RunKey run, Event event) {
    lines.get(Math.floorMod(run.hashCode(), THREADS)).execute(() -> {
      try {
        event.deliver();
      } catch (Exception e) {
        log.error("Cannot tell what happened to run {}; it will be told after a restart.", run, e);
      }
    });
  }

  /** Delivers what was submitted. */
  @Override
  public void close() {
    lines.forEach(ExecutorService::shutdown);
    for (ExecutorService line : lines) {
      try {
        if (!line.awaitTermination(5, TimeUnit.SECONDS)) {
          log.warn(
              "Run events were still being delivered after 5 s; they will come again after a restart.");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
