package dev.talaria.board.notify;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.text.HermesText;
import org.jspecify.annotations.Nullable;

/**
 * Who is told about which task.
 *
 * @param platform such as {@code telegram}
 * @param chatId the chat on that platform
 * @param threadId empty for the chat itself
 */
public record SubscriptionKey(String taskId, String platform, String chatId, String threadId) {
  /**
   * A key as it was given; no thread is stored as an empty text.
   *
   * @throws InvalidRequestException for a blank task, platform or chat
   */
  public static SubscriptionKey of(
      String taskId, String platform, String chatId, @Nullable String threadId) {
    require("task id", taskId);
    require("platform", platform);
    require("chat id", chatId);
    return new SubscriptionKey(taskId, platform, chatId, threadId == null ? "" : threadId);
  }

  private static void require(String what, String value) {
    if (HermesText.isBlank(value)) {
      throw new InvalidRequestException(
          "The subscription's %s is blank; a subscription names task, platform and chat."
              .formatted(what));
    }
  }
}
