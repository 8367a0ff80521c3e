package dev.talaria.dispatcher.log;

import dev.talaria.protocol.id.RunKey;
import java.util.HashMap;
import java.util.Map;

/**
 * How often pieces of a run's output could not be written, one after the other. A disk that is full for a moment costs nothing;
 * a log that cannot be written at all is passed over until it can. One thread.
 */
final class FailedPieces {
  private static final int TRIES = 3;

  private final Map<RunKey, Integer> inARow = new HashMap<>();

  /** A piece could not be written; whether it is to be tried again. */
  boolean isWorthATry(RunKey run) {
    return inARow.merge(run, 1, (before, one) -> Math.min(TRIES, before + one)) < TRIES;
  }

  /** A piece was written. */
  void written(RunKey run) {
    inARow.remove(run);
  }
}
