package dev.talaria.board.notify;

import dev.talaria.board.Row;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code kanban_notify_subs}.
 *
 * @param userId who asked for it
 * @param notifierProfile the profile whose gateway delivers; null for any
 * @param createdAt epoch seconds
 * @param lastEventId the cursor: events up to here have been told
 */
public record Subscription(
    SubscriptionKey key,
    @Nullable String userId,
    @Nullable String notifierProfile,
    @Nullable Long createdAt,
    long lastEventId) {
  static Subscription of(Row row) {
    String thread = row.text("thread_id");
    return new Subscription(
        new SubscriptionKey(
            row.requireText("task_id"),
            row.requireText("platform"),
            row.requireText("chat_id"),
            thread == null ? "" : thread),
        row.text("user_id"),
        row.text("notifier_profile"),
        row.seconds("created_at"),
        row.number("last_event_id"));
  }
}
