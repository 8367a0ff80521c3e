package dev.talaria.dispatcher.apply;

import java.util.Map;

/**
 * How a board stands at one moment. Ages are in seconds.
 *
 * @param held what is held back, by reason
 * @param readySeconds how long the ready task that waits longest has been ready, by lane; lanes without one are left out
 * @param unpublished events that are not on Kafka yet, as far as they were counted
 * @param unpublishedSeconds the age of the oldest of them; 0 without one
 */
public record BoardLook(
    Map<String, Held> held,
    Map<String, Long> readySeconds,
    long unpublished,
    long unpublishedSeconds) {
  public BoardLook {
    held = Map.copyOf(held);
    readySeconds = Map.copyOf(readySeconds);
  }

  /**
   * Tasks that are held for one reason.
   *
   * @param oldestSeconds how long the first of them has been
   */
  public record Held(long tasks, long oldestSeconds) {}
}
