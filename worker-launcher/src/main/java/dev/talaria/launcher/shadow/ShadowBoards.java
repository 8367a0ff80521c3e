package dev.talaria.launcher.shadow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.launcher.api.ReportDesk;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shadow boards of this launcher's runs: what their workers write into them is said to the boards themselves, a quarter
 * of a second later at most, and in any case before the end of the run is. Thread-safe.
 */
public final class ShadowBoards implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ShadowBoards.class);
  private static final Duration LOOK = Duration.ofMillis(250);

  private final BoardOptions options;
  private final ReportDesk desk;
  private final BiConsumer<RunKey, String> worker;
  private final Map<RunKey, Shadow> shadows = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "shadow-boards");

  /** @param worker tells a run's worker something, in its log */
  public ShadowBoards(InstantSource clock, ReportDesk desk, BiConsumer<RunKey, String> worker) {
    this.options = new BoardOptions(clock, TaskIds.random(new Random()));
    this.desk = desk;
    this.worker = worker;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /**
   * Makes a run's shadow board, before its worker starts.
   *
   * @return its file
   */
  public Path make(RunDirectory directory, ObjectNode slice, Path workspace) throws IOException {
    shadows.put(directory.run(), Shadow.make(directory, slice, workspace, options));
    return Shadow.file(directory);
  }

  /** Takes up the board of a run from an earlier start, if it has one. */
  public void adopt(RunDirectory directory) throws IOException {
    if (Shadow.isIn(directory)) {
      shadows.put(directory.run(), Shadow.adopt(directory, options));
    }
  }

  /** Says everything that a run's worker has written so far. Nothing for a run without a shadow board. */
  public void tell(RunKey run) {
    Shadow shadow = shadows.get(run);
    if (shadow != null) {
      tell(shadow);
    }
  }

  private void tell(Shadow shadow) {
    try {
      for (String what : shadow.tell(desk)) {
        worker.accept(
            shadow.run(),
            ("%s is on this run's shadow board only and is not carried over to board '%s', which is on another host:"
                    + " a worker can comment, beat, complete, block, create and link.")
                .formatted(what, shadow.run().board()));
      }
    } catch (IOException | RuntimeException e) {
      log.error(
          "The shadow board of run {} cannot be read now; what its worker wrote there stays unsaid: {}",
          shadow.run(),
          e.toString());
    }
  }

  /** The run is settled: nobody reads its board any more. */
  public void release(RunKey run) {
    Shadow shadow = shadows.remove(run);
    if (shadow != null) {
      shadow.close();
    }
  }

  private void run() {
    try {
      while (!closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        shadows.values().forEach(this::look);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(Shadow shadow) {
    try {
      if (shadow.hasChanged()) {
        tell(shadow);
      }
    } catch (RuntimeException e) { // closed meanwhile, as a rule
      log.debug("the shadow board of {} was not looked at: {}", shadow.run(), e.toString());
    }
  }

  /** Leaves the files to the next start. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(LOOK.toMillis() * 4);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    shadows.keySet().forEach(this::release);
  }
}
