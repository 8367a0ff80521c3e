package dev.talaria.launcher.rundir;

import dev.talaria.board.order.HostOrders;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Reply.Grant;
import dev.talaria.protocol.message.StandingOrder;
import dev.talaria.protocol.message.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Makes an order hold for starts that are under way. Once the order is in the host's file, every run here that is not
 * decided yet gets its tombstone, by the same entry {@code start} that its shim would make; what was decided before is
 * waited for. Launchers make a run's directory before they look into the file, so that none slips through.
 */
public final class HeldStarts {
  private static final Duration YOUNG = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 2;

  private final Path runs;
  private final Wire wire;

  /**
   * For the runs of one directory, which need not exist.
   *
   * @param runs where run directories are
   */
  public HeldStarts(Path runs, Wire wire) {
    this.runs = runs;
    this.wire = wire;
  }

  /**
   * Holds what the orders cover. After return nothing that they cover starts here any more.
   *
   * @param now to tell starts under way from such as were cut off long ago
   * @param patience how long a start that was decided before may take to become a process
   * @return how many runs were held that would have started
   */
  public int hold(HostOrders orders, Instant now, Duration patience)
      throws IOException, InterruptedException {
    if (!Files.isDirectory(runs)) {
      return 0;
    }
    int held = 0;
    List<RunDirectory> underWay = new ArrayList<>();
    for (RunDirectory directory : RunDirectories.open(runs).list()) {
      StartEntry entry = directory.startEntry();
      if (entry == StartEntry.TOMBSTONE || directory.acknowledged()) {
        continue;
      }
      Optional<StandingOrder> order = against(orders, directory);
      if (order.isPresent()
          && entry == StartEntry.NONE
          && directory.entomb(order.get().words())) {
        held++;
      } else if (order.isPresent() && isStarting(directory, now)) {
        underWay.add(directory);
      }
    }
    await(underWay, patience);
    return held;
  }

  private Optional<StandingOrder> against(HostOrders orders, RunDirectory directory)
      throws IOException {
    byte[] grant = directory.grant().orElse(new byte[0]);
    if (grant.length == 0) {
      return Optional.empty(); // just made: its launcher looks at the orders after this
    }
    try {
      return wire.decode(grant, Reply.class) instanceof Grant it
          ? orders.against(it.asker(), it.run().board(), it.lane())
          : Optional.empty();
    } catch (MalformedMessageException e) {
      return Optional.empty(); // no launcher starts it either
    }
  }

  private static boolean isStarting(RunDirectory directory, Instant now) throws IOException {
    boolean young = directory
        .startedAt()
        .filter(at -> Duration.between(at, now).compareTo(YOUNG) < 0)
        .isPresent();
    return young && isOnItsWay(directory);
  }

  private static boolean isOnItsWay(RunDirectory directory) throws IOException {
    return directory.worker().isEmpty() && directory.exit().isEmpty();
  }

  /** Until each is a process, or has failed to become one. */
  private static void await(List<RunDirectory> underWay, Duration patience)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    for (RunDirectory directory : underWay) {
      while (isOnItsWay(directory) && System.nanoTime() < until) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    }
  }
}
