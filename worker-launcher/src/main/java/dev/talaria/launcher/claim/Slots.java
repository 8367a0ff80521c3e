package dev.talaria.launcher.claim;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.RunKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The slots of a launcher: taken by runs, and reserved by claims that were not answered yet. Thread-safe. */
public final class Slots {
  private final int slots;
  private final Map<Lane, Integer> laneSlots;
  private final Map<RunKey, Lane> taken = new HashMap<>();
  private final Map<String, Integer> claims = new HashMap<>();
  private final List<Runnable> onFree = new CopyOnWriteArrayList<>();

  /**
   * Slots.
   *
   * @param slots most workers at once
   * @param laneSlots most workers of each lane that is served
   */
  public Slots(int slots, Map<Lane, Integer> laneSlots) {
    this.slots = slots;
    this.laneSlots = Map.copyOf(laneSlots);
  }

  /** Called whenever a slot may have become free; must be quick. */
  public void onFree(Runnable listener) {
    onFree.add(listener);
  }

  public int total() {
    return slots;
  }

  public synchronized int free() {
    int reserved = claims.values().stream().mapToInt(Integer::intValue).sum();
    return Math.max(0, slots - taken.size() - reserved);
  }

  /** How many more runs of a lane it would take now. */
  public synchronized int free(Lane lane) {
    long inLane = taken.values().stream().filter(lane::equals).count();
    return (int) Math.max(0, Math.min(free(), laneSlots.getOrDefault(lane, slots) - inLane));
  }

  /**
   * Takes a slot for a granted run; false when there is none. Slots that its own claim reserved are for it. One that was
   * granted without a claim may take what a claim only wishes for: the board that sent it counts on the slot.
   */
  public synchronized boolean take(
      RunKey run, Lane lane, @org.jspecify.annotations.Nullable String claim) {
    if (taken.containsKey(run)) {
      return true;
    }
    int reserved = claim == null ? 0 : claims.getOrDefault(claim, 0);
    boolean own = claim != null && reserved > 0;
    long inLane = taken.values().stream().filter(lane::equals).count();
    boolean full = claim == null ? taken.size() >= slots : !own && free() == 0;
    if (full || inLane >= laneSlots.getOrDefault(lane, slots)) {
      return false;
    }
    if (own) {
      claims.put(claim, reserved - 1);
    } else if (free() == 0) {
      claims.entrySet().stream()
          .filter(wish -> wish.getValue() > 0)
          .findFirst()
          .ifPresent(wish -> wish.setValue(wish.getValue() - 1));
    }
    taken.put(run, lane);
    return true;
  }

  /** A run that lives already. */
  public synchronized void occupy(RunKey run, Lane lane) {
    taken.put(run, lane);
  }

  public void release(RunKey run) {
    synchronized (this) {
      taken.remove(run);
    }
    onFree.forEach(Runnable::run);
  }

  /** Reserves up to so many slots for a claim; says how many. */
  public synchronized int reserve(String claim, Lane lane, int wanted) {
    long inLane = taken.values().stream().filter(lane::equals).count();
    long leftInLane = Math.max(0, laneSlots.getOrDefault(lane, slots) - inLane);
    int got = (int) Math.min(leftInLane, Math.min(wanted, free()));
    if (got > 0) {
      claims.put(claim, got);
    }
    return got;
  }

  /** The claim was answered: what it did not get is free again. */
  public void answered(String claim) {
    synchronized (this) {
      claims.remove(claim);
    }
    onFree.forEach(Runnable::run);
  }
}
