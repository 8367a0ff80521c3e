package dev.talaria.protocol.policy;

import dev.talaria.protocol.policy.UsedUp.Scope;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How much failed runs may cost before a person has to look, see {@link Burn}. What is absent is not bounded.
 *
 * @param task of one task, since its last completion or the last {@code unblock --more}
 * @param lane of all tasks of a lane on one board together
 * @param lanes for single lanes instead of {@code lane}; a record that ends a run has that lane's bounds as {@code lane}
 *     and not this
 * @param costPerMinute what runs cost
 */
public record Budget(
    @Nullable Bounds task,
    @Nullable LaneBounds lane,
    @Nullable Map<String, LaneBounds> lanes,
    @Nullable Prices costPerMinute) {
  /** Bounds nothing. */
  public static final Budget NONE = new Budget(null, null, null, null);

  public Budget {
    lanes = lanes == null ? null : java.util.Collections.unmodifiableMap(new TreeMap<>(lanes));
  }

  /** Whether it says nothing at all. */
  public boolean isEmpty() {
    return equals(NONE);
  }

  /** The bounds for the tasks of a lane. */
  Budget forLane(@Nullable String name) {
    LaneBounds own = lanes == null || name == null ? null : lanes.get(name);
    return new Budget(task, own == null ? lane : own, null, costPerMinute);
  }

  /** The first bound that is used up, the task's own before its lane's. */
  Optional<UsedUp> usedUp(Burn ofTask, @Nullable String laneName, Burn ofLane) {
    Optional<UsedUp> own = task == null
        ? Optional.empty()
        : UsedUp.find(Scope.TASK, laneName, ofTask, task.attempts, task.seconds, task.cost, null);
    if (own.isPresent() || lane == null || laneName == null) {
      return own;
    }
    return UsedUp.find(
        Scope.LANE, laneName, ofLane, lane.attempts, lane.seconds, lane.cost, lane.windowSeconds);
  }

  /**
   * For a task.
   *
   * @param attempts failed runs
   * @param seconds their run time
   * @param cost its price
   */
  public record Bounds(
      @Nullable Long attempts,
      @Nullable Long seconds,
      @Nullable Double cost) {
    public Bounds {
      check("task", attempts, seconds, cost);
    }
  }

  /**
   * For the tasks of a lane together.
   *
   * @param attempts failed runs
   * @param seconds their run time
   * @param cost its price
   * @param windowSeconds looked back so far, an hour to a day; counted by whole hours, so up to an hour more
   */
  public record LaneBounds(
      @Nullable Long attempts,
      @Nullable Long seconds,
      @Nullable Double cost,
      long windowSeconds) {
    public LaneBounds {
      check("lane", attempts, seconds, cost);
      if (windowSeconds < BurnWindow.HOUR || windowSeconds > BurnWindow.HOURS * BurnWindow.HOUR) {
        throw new IllegalArgumentException(
            "budget.lane.window is %d s; expected an hour to %d hours."
                .formatted(windowSeconds, BurnWindow.HOURS));
      }
    }
  }

  private static void check(
      String of, @Nullable Long attempts, @Nullable Long seconds, @Nullable Double cost) {
    boolean none = attempts != null && attempts < 1
        || seconds != null && seconds < 1
        || cost != null && !(cost > 0 && cost < 1e12);
    if (none) {
      throw new IllegalArgumentException(
          "budget.%s is %s attempts, %s seconds, cost %s; expected more than none of each that is set."
              .formatted(of, attempts, seconds, cost));
    }
  }
}
