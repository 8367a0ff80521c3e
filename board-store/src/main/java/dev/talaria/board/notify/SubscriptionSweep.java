package dev.talaria.board.notify;

import dev.talaria.board.Tx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Removes the subscriptions of tasks that have ended, some looks after the last event was claimed. A notifier claims before
 * it delivers, and gives back what it could not deliver; a subscription that went meanwhile could not take it back, and the
 * message would be lost. Looks are counted rather than hours, since a host that slept has delivered nothing. One thread.
 */
public final class SubscriptionSweep {
  private final int patience;
  private Map<SubscriptionKey, Seen> seen = Map.of();

  /**
   * @param patience looks in a row at which a subscription must have been the same before it goes
   */
  public SubscriptionSweep(int patience) {
    this.patience = patience;
  }

  private record Seen(long cursor, int looks) {}

  /** Looks; says how many went. */
  public int look(Tx tx) {
    List<Subscription> ended = Subscriptions.ended(tx, Kinds.TOLD);
    Map<SubscriptionKey, Seen> next = new HashMap<>();
    int removed = 0;
    for (Subscription subscription : ended) {
      Seen before = seen.get(subscription.key());
      int looks =
          before != null && before.cursor() == subscription.lastEventId() ? before.looks() + 1 : 1;
      next.put(subscription.key(), new Seen(subscription.lastEventId(), looks));
      if (looks > patience && Subscriptions.remove(tx, subscription.key())) {
        removed++;
      }
    }
    seen = next;
    return removed;
  }
}
