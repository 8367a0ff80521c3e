package dev.talaria.launcher.presence;

import dev.talaria.protocol.id.Lane;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the workers of lanes that ask for it when this launcher has been cut off for so long: before its boards take it for
 * lost and start the same work elsewhere. One thread of its own.
 */
public final class StopAfter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StopAfter.class);
  private static final long TICK_MILLIS = 250;

  private final Map<Lane, Duration> limits;
  private final InstantSource clock;
  private final BiConsumer<Lane, Duration> stop;
  private final CutOff cutOff = new CutOff();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "cut-off-watch");

  /**
   * A watch.
   *
   * @param limits for each lane that asks for it, how long
   * @param stop stops a lane's workers; called again and again while the launcher is cut off
   */
  public StopAfter(
      Map<Lane, Duration> limits, InstantSource clock, BiConsumer<Lane, Duration> stop) {
    this.limits = Map.copyOf(limits);
    this.clock = clock;
    this.stop = stop;
    thread.setDaemon(true);
  }

  /** Begins to watch, if any lane asks for it. */
  public void start() {
    if (!limits.isEmpty()) {
      thread.start();
    }
  }

  /** The launcher's own beat came back to it. */
  public void heardOwnBeat() {
    cutOff.heardOwnBeat();
  }

  private void run() {
    try {
      while (!closing.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
        Duration silent = cutOff.tick(System.nanoTime(), clock.millis());
        limits.forEach((lane, limit) -> {
          if (silent.compareTo(limit) >= 0) {
            stopQuietly(lane, silent);
          }
        });
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopQuietly(Lane lane, Duration silent) {
    try {
      stop.accept(lane, silent);
    } catch (RuntimeException e) { // whatever it is, the other lanes are watched here too
      log.error("The workers of lane '{}' cannot be stopped; it is tried again.", lane, e);
    }
  }

  /** Watches no more. */
  @Override
  public void close() {
    closing.countDown();
  }
}
