package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.notify.Subscription;
import dev.talaria.board.notify.SubscriptionKey;
import dev.talaria.board.notify.Subscriptions;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Shapes;
import dev.talaria.cli.text.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "notify-list",
    footer = {"", "Example: talaria notify-list t_0a1b2c3d"})
public final class NotifyListVerb extends BoardVerb {
  @Parameters(paramLabel = "ID", arity = "0..1", description = "Only this task's. Default: all.")
  private @Nullable String id;

  @Option(names = "--json", description = "Print the rows as a JSON array.")
  private boolean json;

  public NotifyListVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    List<Subscription> subscriptions = board.read(tx -> Subscriptions.list(tx, id));
    if (json) {
      say(JsonOut.indented(Shapes.array(subscriptions, NotifyListVerb::row)));
    } else if (subscriptions.isEmpty()) {
      complain("No subscriptions.");
    } else {
      table(subscriptions).lines().forEach(line -> say(line));
    }
    return Exit.DONE;
  }

  private static ObjectNode row(Subscription subscription) {
    SubscriptionKey key = subscription.key();
    return BoardJson.object()
        .put("task_id", key.taskId())
        .put("platform", key.platform())
        .put("chat_id", key.chatId())
        .put("thread_id", key.threadId())
        .put("user_id", subscription.userId())
        .put("notifier_profile", subscription.notifierProfile())
        .put("created_at", subscription.createdAt())
        .put("last_event_id", subscription.lastEventId());
  }

  private Table table(List<Subscription> subscriptions) {
    var table = new Table(
        session.terminal(), "TASK", "PLATFORM", "CHAT", "THREAD", "TOLD UP TO", "BY", "FOR");
    for (Subscription subscription : subscriptions) {
      SubscriptionKey key = subscription.key();
      table.row(
          key.taskId(),
          key.platform(),
          key.chatId(),
          key.threadId().isEmpty() ? "-" : key.threadId(),
          Long.toString(subscription.lastEventId()),
          orDash(subscription.notifierProfile()),
          orDash(subscription.userId()));
    }
    return table;
  }

  private static String orDash(@Nullable String text) {
    return text == null || text.isEmpty() ? "-" : text;
  }
}
