package dev.talaria.protocol.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a lane's failed runs cost lately, by the hour and the model: a ring of a day, so its size is bounded whatever fails.
 *
 * @param slots in the order of hours and models
 */
public record BurnWindow(List<Slot> slots) {
  public static final BurnWindow EMPTY = new BurnWindow(List.of());

  /** Stands for the models beyond so many in one hour, whose names come from launchers. */
  public static final String OTHER = "other";

  static final long HOUR = 3600;
  static final int HOURS = 24;
  private static final int MODELS_AN_HOUR = 8;
  private static final Comparator<Slot> ORDER =
      Comparator.comparingLong(Slot::hour).thenComparing(Slot::model);

  public BurnWindow {
    slots = List.copyOf(slots);
  }

  /**
   * One hour of one model.
   *
   * @param hour hours since the epoch
   */
  public record Slot(long hour, String model, Burn burn) {}

  /** The window after a run that ended at an epoch second; what is more than a day away from it is dropped. */
  public BurnWindow with(long at, String model, Burn burn) {
    long hour = Math.floorDiv(at, HOUR);
    String name = name(hour, model);
    List<Slot> kept = new ArrayList<>(slots.size() + 1);
    Burn before = Burn.NONE;
    for (Slot slot : slots) {
      if (slot.hour() == hour && slot.model().equals(name)) {
        before = slot.burn();
      } else if (Math.abs(slot.hour() - hour) <= HOURS) {
        // both ways: after a clock that was set back, what it had said before is not lately
        kept.add(slot);
      }
    }
    kept.add(new Slot(hour, name, before.plus(burn)));
    kept.sort(ORDER);
    return new BurnWindow(kept);
  }

  private String name(long hour, String model) {
    int known = 0;
    for (Slot slot : slots) {
      if (slot.hour() == hour) {
        if (slot.model().equals(model)) {
          return model;
        }
        known++;
      }
    }
    return known < MODELS_AN_HOUR ? model : OTHER;
  }

  /** What was spent within so many seconds before an epoch second, the hour in which they begin included. */
  public Burn within(long at, long windowSeconds) {
    long first = Math.floorDiv(at - windowSeconds, HOUR);
    return slots.stream()
        .filter(slot -> slot.hour() >= first)
        .map(Slot::burn)
        .reduce(Burn.NONE, Burn::plus);
  }
}
