package dev.talaria.board.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Leaves out what a failure does not need: ever smaller pieces of the sequence, as long as it still fails. */
final class Shrinker {
  private static final int MOST_TRIES = 250;

  private final Function<List<Walk.Step>, Optional<Walk.Wrong>> attempt;
  private int tries;

  /**
   * A shrinker.
   *
   * @param attempt takes the steps, and says what goes wrong
   */
  Shrinker(Function<List<Walk.Step>, Optional<Walk.Wrong>> attempt) {
    this.attempt = attempt;
  }

  /** The shortest failing sequence that was found; the steps given must fail. */
  List<Walk.Step> shrink(List<Walk.Step> steps) {
    List<Walk.Step> best = upToFailure(steps).orElseThrow();
    for (int piece = Math.max(1, best.size() / 2); piece >= 1; piece /= 2) {
      boolean shorter = true;
      while (shorter && tries < MOST_TRIES) {
        shorter = false;
        for (int from = 0; from < best.size() && tries < MOST_TRIES; from += piece) {
          List<Walk.Step> less = new ArrayList<>(best.subList(0, from));
          less.addAll(best.subList(Math.min(best.size(), from + piece), best.size()));
          Optional<List<Walk.Step>> failing = upToFailure(less);
          if (failing.isPresent()) {
            best = failing.get();
            shorter = true;
          }
        }
      }
    }
    return best;
  }

  private Optional<List<Walk.Step>> upToFailure(List<Walk.Step> steps) {
    tries++;
    return attempt.apply(steps).map(wrong -> List.copyOf(steps.subList(0, wrong.step + 1)));
  }
}
