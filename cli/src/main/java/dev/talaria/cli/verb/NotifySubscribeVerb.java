package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.notify.Subscriptions;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "notify-subscribe",
    footer = {
      "",
      "A new subscription is told what happens from now on, not what has happened.",
      "Example: talaria notify-subscribe t_0a1b2c3d --platform telegram --chat-id 42"
    })
public final class NotifySubscribeVerb extends BoardVerb {
  @Mixin
  private SubscriptionKeyMixin which = new SubscriptionKeyMixin();

  @Option(names = "--user-id", paramLabel = "ID", description = "Who asks for it.")
  private @Nullable String userId;

  @Option(
      names = "--notifier-profile",
      paramLabel = "PROFILE",
      description = "The profile whose gateway delivers. Default: any.")
  private @Nullable String notifierProfile;

  public NotifySubscribeVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    boolean added = board.write(tx -> {
      if (!Tasks.exists(tx, which.taskId())) {
        throw CliFailure.failed(WhyNot.unknown(which.taskId()));
      }
      return Subscriptions.add(tx, which.key(), userId, notifierProfile);
    });
    say((added ? "Subscribed to " : "Subscribed already to ") + which.shown());
    return Exit.DONE;
  }
}
