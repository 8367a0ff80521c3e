package dev.talaria.cli.run;

import dev.talaria.board.dispatch.Absences;
import dev.talaria.service.GapClock;
import java.util.concurrent.TimeUnit;

/**
 * When a daemon of single ticks was away: its host slept, or it was stopped while it waited. Ticks themselves may take long,
 * as when a worker has to be killed, and are no absence. One thread.
 */
final class TickAbsences {
  /** Waits are cut into pieces that are well below what counts as a gap. */
  static final long LONGEST_WAIT_MILLIS = GapClock.LARGEST_STEP.toMillis() / 5;

  private final GapClock gaps;
  private Absences absences;

  /**
   * Begins now.
   *
   * @param leaseSeconds how long a claim holds
   * @param nanoTime of the monotonic clock
   * @param epochMillis of the wall clock
   */
  TickAbsences(long leaseSeconds, long nanoTime, long epochMillis) {
    gaps = new GapClock(nanoTime, epochMillis);
    absences = Absences.none(leaseSeconds);
  }

  /** A piece of waiting, at most {@link #LONGEST_WAIT_MILLIS}, is over. */
  void waited(long nanoTime, long epochMillis) {
    gaps.tick(nanoTime, epochMillis).ifPresent(gap -> add(gap.millis(), epochMillis));
  }

  /** A tick is over: of its time only what its host slept was absence. */
  void worked(long nanoTime, long epochMillis) {
    gaps.tick(nanoTime, epochMillis).ifPresent(gap -> {
      long slept = gap.millis() - TimeUnit.NANOSECONDS.toMillis(gap.nanos());
      if (slept > GapClock.LARGEST_STEP.toMillis()) {
        add(slept, epochMillis);
      }
    });
  }

  Absences absences() {
    return absences;
  }

  /** A second more: the board's times are whole seconds. */
  private void add(long millis, long epochMillis) {
    if (millis > 0) {
      long to = epochMillis / 1_000;
      absences = absences.with(to - millis / 1_000 - 1, to);
    }
  }
}
