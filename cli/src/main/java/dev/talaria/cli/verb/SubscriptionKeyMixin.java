package dev.talaria.cli.verb;

import dev.talaria.board.notify.SubscriptionKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The task and the chat of a subscription, as they are typed. */
final class SubscriptionKeyMixin {
  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  @Option(
      names = "--platform",
      paramLabel = "NAME",
      required = true,
      description = "Where the chat is, such as telegram.")
  private String platform = "";

  @Option(
      names = "--chat-id",
      paramLabel = "ID",
      required = true,
      description = "The chat on that platform.")
  private String chatId = "";

  @Option(
      names = "--thread-id",
      paramLabel = "ID",
      description = "The thread in that chat. Default: the chat itself.")
  private @Nullable String threadId;

  String taskId() {
    return id;
  }

  SubscriptionKey key() {
    return SubscriptionKey.of(id, platform, chatId, threadId);
  }

  /** As in {@code t_0a1b2c3d on telegram, chat 42, thread 7}. */
  String shown() {
    String thread = threadId == null || threadId.isEmpty() ? "" : ", thread " + threadId;
    return "%s on %s, chat %s%s".formatted(id, platform, chatId, thread);
  }
}
