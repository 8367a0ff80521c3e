package dev.talaria.dispatcher.placement;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a launcher could take a task; if not, the first thing that is in the way. */
public sealed interface Fit {
  /** It could start it now. */
  record Now() implements Fit {}

  /**
   * It does not serve the lane.
   *
   * @param fault why a lane that it is configured for is not served, or null
   */
  record OtherLane(@Nullable String fault) implements Fit {}

  /** It lacks labels: those that the task requires and it does not have, or has with another value. */
  record LacksLabels(Map<String, String> missing) implements Fit {
    public LacksLabels {
      missing = Map.copyOf(missing);
    }
  }

  /**
   * It is on another host than the board, and the workspace is in none of the places that it announces.
   *
   * @param path what the task says, or null where it says none
   */
  record LacksPlace(@Nullable String path) implements Fit {}

  /** It takes no new work on an operator's order. */
  record Draining(String by) implements Fit {}

  /** It could, and has no free slot. */
  record Busy() implements Fit {}
}
