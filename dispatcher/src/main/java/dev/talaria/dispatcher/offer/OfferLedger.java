package dev.talaria.dispatcher.offer;

import dev.talaria.protocol.id.Lane;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How many offers of each lane are out. Never more than there are ready tasks, nor than the window. One counts as lost
 * only when presence shows a launcher with free slots and nothing came for a while. Times are monotonic nanoseconds. One
 * thread.
 */
public final class OfferLedger {
  private final int window;
  private final long lostNanos;
  private final Map<Lane, Outstanding> lanes = new HashMap<>();

  /**
   * A ledger.
   *
   * @param window the most offers of one lane that are out at once
   * @param lostAfter how long nothing may come while a launcher has free slots
   */
  public OfferLedger(int window, Duration lostAfter) {
    this.window = window;
    this.lostNanos = lostAfter.toNanos();
  }

  private static final class Outstanding {
    private int count;
    private long lastMove;
    private long freeSince;
    private boolean free;
  }

  /** How many offers to send now, for so many ready tasks; they count as out from here on. */
  public int toSend(Lane lane, int ready, boolean launcherHasFreeSlots, long now) {
    Outstanding out = lanes.computeIfAbsent(lane, key -> new Outstanding());
    if (launcherHasFreeSlots && !out.free) {
      out.freeSince = now;
    }
    out.free = launcherHasFreeSlots;
    if (out.count > 0
        && out.free
        && now - out.freeSince > lostNanos
        && now - out.lastMove > lostNanos) {
      out.count = 0;
    }
    int send = Math.max(0, Math.min(ready, window) - out.count);
    if (send > 0) {
      out.count += send;
      out.lastMove = now;
    }
    return send;
  }

  /** A claim says that it took so many offers. */
  public void taken(Lane lane, int offers, long now) {
    Outstanding out = lanes.computeIfAbsent(lane, key -> new Outstanding());
    out.count = Math.max(0, out.count - offers);
    out.lastMove = now;
  }
}
