package dev.talaria.board.notify;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventRow;
import java.util.Collection;
import java.util.List;

/**
 * What a subscription has been told. A notifier claims, in one write transaction, and delivers outside it; of several
 * notifiers one gets the events. When a delivery fails it gives back what it has not told:
 *
 * <pre>
 *   claim: cursor 10 -> 14, events 12 13 14
 *   12 sent, 13 fails  ->  giveBack(claim, 12): cursor 12, the next claim starts with 13
 * </pre>
 */
public final class Cursors {
  static final String UNSEEN = """
      SELECT *
        FROM task_events
       WHERE task_id = ?
         AND id > ?
         AND (? IS NULL OR kind IN (SELECT value FROM json_each(?)))
       ORDER BY id
      """;
  private static final String SET = """
      UPDATE kanban_notify_subs
         SET last_event_id = ?
       WHERE task_id = ?
         AND platform = ?
         AND chat_id = ?
         AND thread_id = ?
      """;
  private static final String COMPARE_AND_SET = """
      UPDATE kanban_notify_subs
         SET last_event_id = ?
       WHERE task_id = ?
         AND platform = ?
         AND chat_id = ?
         AND thread_id = ?
         AND last_event_id = ?
      """;

  private Cursors() {}

  /**
   * What a subscription has not been told yet; nothing moves.
   *
   * @param kinds the kinds that count; empty means all
   * @return no events, and cursors of 0, when there is no such subscription
   */
  public static EventClaim unseen(Tx tx, SubscriptionKey key, Collection<String> kinds) {
    return Subscriptions.find(tx, key)
        .map(found -> after(tx, key.taskId(), found.lastEventId(), kinds))
        .orElse(EventClaim.nothing(0));
  }

  /** As {@link #unseen}, and moves the cursor past it, so that no one else gets the same events. */
  public static EventClaim claim(Tx tx, SubscriptionKey key, Collection<String> kinds) {
    EventClaim unseen = unseen(tx, key, kinds);
    boolean moved =
        unseen.events().isEmpty() || compareAndSet(tx, key, unseen.before(), unseen.after());
    return moved ? unseen : EventClaim.nothing(unseen.before());
  }

  /** Sets the cursor, back too; false when there is no such subscription. */
  public static boolean advance(Tx tx, SubscriptionKey key, long cursor) {
    return tx.update(SET, cursor, key.taskId(), key.platform(), key.chatId(), key.threadId()) == 1;
  }

  /** Undoes a claim; false when someone has claimed more since. */
  public static boolean rewind(Tx tx, SubscriptionKey key, EventClaim claim) {
    return giveBack(tx, key, claim, claim.before());
  }

  /** Undoes the part of a claim after the last event that was told; false when someone has claimed more since. */
  public static boolean giveBack(Tx tx, SubscriptionKey key, EventClaim claim, long toldUpTo) {
    if (toldUpTo < claim.before() || toldUpTo > claim.after()) {
      throw new IllegalArgumentException("Event %d is not between %d and %d, the claim's cursors."
          .formatted(toldUpTo, claim.before(), claim.after()));
    }
    return compareAndSet(tx, key, claim.after(), toldUpTo);
  }

  private static EventClaim after(Tx tx, String taskId, long cursor, Collection<String> kinds) {
    String wanted = Kinds.parameter(kinds);
    List<EventRow> events = tx.list(UNSEEN, EventRow::of, taskId, cursor, wanted, wanted);
    return events.isEmpty()
        ? EventClaim.nothing(cursor)
        : new EventClaim(cursor, events.get(events.size() - 1).id(), events);
  }

  private static boolean compareAndSet(Tx tx, SubscriptionKey key, long from, long to) {
    return tx.update(
            COMPARE_AND_SET, to, key.taskId(), key.platform(), key.chatId(), key.threadId(), from)
        == 1;
  }
}
