package dev.talaria.board.notify;

import dev.talaria.board.Tx;
import dev.talaria.board.text.HermesText;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeping subscriptions. Whether a task exists is the caller's to check. */
public final class Subscriptions {
  private static final String ADD = """
      INSERT OR IGNORE INTO kanban_notify_subs
             (task_id, platform, chat_id, thread_id, user_id, notifier_profile, created_at, last_event_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT COALESCE(max(id), 0) FROM task_events))
      """;
  private static final String OWN = """
      UPDATE kanban_notify_subs
         SET notifier_profile = ?
       WHERE task_id = ?
         AND platform = ?
         AND chat_id = ?
         AND thread_id = ?
         AND (notifier_profile IS NULL OR notifier_profile = '')
      """;
  private static final String FIND = """
      SELECT *
        FROM kanban_notify_subs
       WHERE task_id = ?
         AND platform = ?
         AND chat_id = ?
         AND thread_id = ?
      """;
  private static final String ALL =
      "SELECT * FROM kanban_notify_subs ORDER BY created_at, task_id, platform, chat_id, thread_id";
  private static final String OF_TASK =
      "SELECT * FROM kanban_notify_subs WHERE task_id = ? ORDER BY created_at, platform, chat_id, thread_id";
  private static final String REMOVE = """
      DELETE FROM kanban_notify_subs
       WHERE task_id = ?
         AND platform = ?
         AND chat_id = ?
         AND thread_id = ?
      """;

  // a task that is done may be reopened: its subscription stays until what ended it has been told
  private static final String ENDED = """
      SELECT *
        FROM kanban_notify_subs
       WHERE NOT EXISTS (SELECT 1
                           FROM tasks t
                          WHERE t.id = kanban_notify_subs.task_id
                            AND t.status NOT IN ('done', 'archived'))
         AND NOT EXISTS (SELECT 1
                           FROM task_events e
                          WHERE e.task_id = kanban_notify_subs.task_id
                            AND e.id > kanban_notify_subs.last_event_id
                            AND (? IS NULL OR e.kind IN (SELECT value FROM json_each(?))))
      """;

  private Subscriptions() {}

  /**
   * Adds a subscription that is told what happens from now on. One that is there stays as it is, its cursor too; a given
   * owner fills only an empty one.
   *
   * @param notifierProfile null or blank for none
   * @return whether it is new
   */
  public static boolean add(
      Tx tx, SubscriptionKey key, @Nullable String userId, @Nullable String notifierProfile) {
    String owner = HermesText.stripToNull(notifierProfile);
    boolean added = tx.update(
            ADD,
            key.taskId(),
            key.platform(),
            key.chatId(),
            key.threadId(),
            userId,
            owner,
            tx.now())
        == 1;
    if (!added && owner != null) {
      tx.update(OWN, owner, key.taskId(), key.platform(), key.chatId(), key.threadId());
    }
    return added;
  }

  public static Optional<Subscription> find(Tx tx, SubscriptionKey key) {
    return tx.first(
        FIND, Subscription::of, key.taskId(), key.platform(), key.chatId(), key.threadId());
  }

  /** All subscriptions, oldest first; of one task when one is given. */
  public static List<Subscription> list(Tx tx, @Nullable String taskId) {
    return taskId == null
        ? tx.list(ALL, Subscription::of)
        : tx.list(OF_TASK, Subscription::of, taskId);
  }

  /** Removes exactly this one; false when there is none. */
  public static boolean remove(Tx tx, SubscriptionKey key) {
    return tx.update(REMOVE, key.taskId(), key.platform(), key.chatId(), key.threadId()) == 1;
  }

  /**
   * The subscriptions of tasks that are done, archived or gone, and of which nothing is left to claim. What was claimed
   * may still be on its way: see {@link SubscriptionSweep}.
   *
   * @param kinds the kinds that the notifier tells; empty means all
   */
  public static List<Subscription> ended(Tx tx, Collection<String> kinds) {
    String wanted = Kinds.parameter(kinds);
    return tx.list(ENDED, Subscription::of, wanted, wanted);
  }
}
