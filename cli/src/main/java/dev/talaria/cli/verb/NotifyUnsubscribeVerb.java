package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.notify.Subscriptions;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "notify-unsubscribe",
    footer = {"", "Example: talaria notify-unsubscribe t_0a1b2c3d --platform telegram --chat-id 42"
    })
public final class NotifyUnsubscribeVerb extends BoardVerb {
  @Mixin
  private SubscriptionKeyMixin which = new SubscriptionKeyMixin();

  public NotifyUnsubscribeVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    if (!board.write(tx -> Subscriptions.remove(tx, which.key()))) {
      throw CliFailure.failed("There is no subscription to %s. 'talaria notify-list' shows all."
          .formatted(which.shown()));
    }
    say("Unsubscribed from " + which.shown());
    return Exit.DONE;
  }
}
