package dev.talaria.protocol.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The recent failures of one board with one fingerprint: how many different tasks failed the same way lately.
 *
 * @param hits the failures in the order in which they came; one per task, its last
 */
public record FailureWindow(List<Hit> hits) {
  public static final FailureWindow EMPTY = new FailureWindow(List.of());

  /** More are not needed to know that a failure is systemic. */
  private static final int KEPT = 100;

  public FailureWindow {
    hits = List.copyOf(hits);
  }

  /**
   * One task's failure.
   *
   * @param at epoch seconds
   * @param lane where it was; absent where the record did not say, as are the next two
   * @param model that it ran with
   * @param host of its launcher
   */
  public record Hit(
      String task,
      long at,
      @Nullable String lane,
      @Nullable String model,
      @Nullable String host) {
    public Hit(String task, long at) {
      this(task, at, null, null, null);
    }
  }

  /** The window after a failure, with what is a window or more away from it dropped. */
  public FailureWindow with(String task, long at, long windowSeconds) {
    return with(new Hit(task, at), windowSeconds);
  }

  /** The same, of a failure of which more is known. */
  public FailureWindow with(Hit failure, long windowSeconds) {
    List<Hit> kept = new ArrayList<>(hits.size() + 1);
    for (Hit hit : hits) {
      // both ways: after a clock that was set back, what it had said before is not lately
      if (Math.abs(hit.at() - failure.at()) < windowSeconds && !hit.task().equals(failure.task())) {
        kept.add(hit);
      }
    }
    kept.add(failure);
    int from = Math.max(0, kept.size() - KEPT);
    return new FailureWindow(kept.subList(from, kept.size()));
  }

  /** How many different tasks are in it. */
  public int tasks() {
    Set<String> tasks = new HashSet<>();
    hits.forEach(hit -> tasks.add(hit.task()));
    return tasks.size();
  }

  /** When its newest failure was in epoch seconds, or 0. */
  public long newest() {
    return hits.stream().mapToLong(Hit::at).max().orElse(0);
  }
}
