package dev.talaria.board.waiting;

import dev.talaria.board.dispatch.Caps;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the dispatcher of a board last wrote down of itself and of the launchers that it hears. Times are epoch seconds.
 *
 * @param dispatcher null when none has ever written
 */
public record Fleet(@Nullable DispatcherFact dispatcher, List<LauncherFact> launchers) {
  /** A dispatcher writes at least as often as a third of this; later it has died or hangs. */
  public static final long DISPATCHER_LOST_SECONDS = 180;

  public Fleet {
    launchers = List.copyOf(launchers);
  }

  /**
   * A board's dispatcher.
   *
   * @param grants whether it starts work, or only watches the board
   * @param placed whether it has found the board's place on Kafka, before which it starts nothing
   * @param hearsKafka whether its own beats come back to it
   * @param kafkaSince since when that is so
   * @param stoppedAt of a clean stop; null while it runs
   * @param seenAt when it last wrote
   */
  public record DispatcherFact(
      String host,
      long pid,
      String version,
      boolean grants,
      boolean placed,
      boolean hearsKafka,
      long kafkaSince,
      Caps caps,
      @Nullable Long stoppedAt,
      long seenAt) {
    /** Whether it neither stopped nor fell silent. */
    public boolean isAlive(long now) {
      return stoppedAt == null && now - seenAt <= DISPATCHER_LOST_SECONDS;
    }
  }

  /**
   * A launcher as its dispatcher hears it.
   *
   * @param name host/launcher/name
   * @param direct whether it is in the dispatcher's own process, and so needs no Kafka
   * @param slots how many workers it runs at most
   * @param free how many more it would take
   * @param lanes the lanes that it serves, with how many more workers each would take
   * @param faults lanes that it is configured for and cannot serve, with the reason
   * @param labels for placement
   * @param places directories of its host that workers may be placed in; null when it does not say
   * @param drain an operator's order to take nothing new
   * @param silentSince since when nothing is heard of it, once it counts as lost
   * @param leftAt when it said farewell
   * @param backBy when it said that it would be back
   * @param seenAt when these facts last changed
   */
  public record LauncherFact(
      String name,
      boolean direct,
      int slots,
      int free,
      Map<String, Integer> lanes,
      Map<String, String> faults,
      Map<String, String> labels,
      @Nullable List<String> places,
      @Nullable DrainFact drain,
      @Nullable Long silentSince,
      @Nullable Long leftAt,
      @Nullable Long backBy,
      String version,
      long seenAt) {
    /** Whether it is there to take work. */
    public boolean isHere() {
      return silentSince == null && leftAt == null;
    }

    /** The host that it is on. */
    public String host() {
      return name.substring(0, Math.max(0, name.indexOf('/')));
    }

    /** The same under an order to take nothing new. */
    LauncherFact drained(DrainFact order) {
      return new LauncherFact(
          name,
          direct,
          slots,
          free,
          lanes,
          faults,
          labels,
          places,
          order,
          silentSince,
          leftAt,
          backBy,
          version,
          seenAt);
    }

    /** How many more workers of a lane it would take now. */
    public int freeIn(String lane) {
      return Math.min(free, lanes.getOrDefault(lane, 0));
    }

    /** As it is told: its name and how full it is. */
    String load() {
      return "%s (%d of %d)".formatted(name, Math.max(0, slots - free), slots);
    }
  }

  /**
   * An order to take no new work.
   *
   * @param deadline null lets workers end by themselves
   * @param pause whether it is a pause, which is not meant to empty the host
   */
  public record DrainFact(
      String by,
      @Nullable String reason,
      long since,
      @Nullable Long deadline,
      boolean pause) {}
}
