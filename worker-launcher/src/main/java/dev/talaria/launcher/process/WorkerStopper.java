package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.Marker;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends workers with all that they started, each on a thread of its own: it takes as long as the grace, and the supervisor
 * has other runs to look at meanwhile.
 */
final class WorkerStopper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerStopper.class);

  private final WorkerTree tree;
  private final Duration grace;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(task -> new Thread(task, "worker-stopper"));

  /**
   * @param grace how long a worker has between TERM and KILL
   */
  WorkerStopper(ProcessTable table, Duration grace) {
    this.tree = new WorkerTree(table);
    this.grace = grace;
  }

  /**
   * Notes in the run's directory that it is being stopped, so that another launcher would go on with it, and ends the worker.
   *
   * @param told gets the processes that KILL did not end, on a thread of this class
   */
  void stop(LiveRun run, ProcessIdentity worker, StopReason reason, Consumer<List<Long>> told) {
    threads.execute(() -> {
      note(run, reason);
      told.accept(survivors(run, worker));
    });
  }

  private static void note(LiveRun run, StopReason reason) {
    try {
      run.directory.mark(Marker.STOPPING, reason.name());
    } catch (IOException e) { // a full disk saves no worker
      log.warn("Cannot note that run {} is being stopped: {}", run.directory.run(), e.toString());
    }
  }

  private List<Long> survivors(LiveRun run, ProcessIdentity worker) {
    RunKey key = run.directory.run();
    try {
      return tree.terminate(worker, key, run.group(), grace).survivors();
    } catch (IOException | RuntimeException e) { // whatever it is, its end must not go untold
      log.error("Cannot stop the worker of run {} (pid {}).", key, worker.pid(), e);
      return List.of();
    }
  }

  /** Begins nothing more; what is under way goes on. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
