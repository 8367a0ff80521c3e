package dev.talaria.cli.run;

import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.Printable;
import dev.talaria.protocol.message.StandingOrder;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets nothing new start until somebody resumes it; without a target it lists what is paused. */
@Command(
    name = "pause",
    description = "Let no new worker start until 'resume'; without a target, list what is paused.",
    footer = {
      "",
      "Example: talaria pause --all --reason \"The provider is down\"",
      "Workers that run go on. It needs no Kafka: on this host nothing starts once it returns."
    })
public final class PauseCommand implements Callable<Integer> {
  private final Session session;

  @Mixin
  private OrderTarget target = new OrderTarget();

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for whoever wonders.")
  private @Nullable String reason;

  @Option(names = "--local", description = "On this host alone: no other is told.")
  private boolean local;

  @Option(names = "--json", description = "Print the orders in force as JSON.")
  private boolean json;

  @Mixin
  private ConfigOptions options = new ConfigOptions();

  public PauseCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    return ServiceStart.told(this::run);
  }

  private int run() throws IOException, InterruptedException {
    var desk = new OrderDesk(session, options);
    var list = new OrderList(session.out(), session.surroundings().zone());
    if (!target.isGiven()) {
      if (!local && desk.kafka().isPresent() && !desk.readFleet()) {
        session.err().println("Kafka is away: this is what this host knows.");
      }
      show(desk, list);
      return Exit.DONE;
    }
    OrderTarget.Target what = target.get(desk);
    var order = new StandingOrder(
        StandingOrder.Act.PAUSE,
        what.scope(),
        what.name(),
        session.author(),
        reason == null || reason.isBlank() ? null : Printable.line(reason),
        session.surroundings().clock().millis(),
        null);
    int held = desk.give(order, local);
    session.out().printf("Paused %s: on this host nothing of it starts any more.%n", order.about());
    if (held > 0) {
      session.out().printf("%d that were about to start go back to ready.%n", held);
    }
    session.out().flush(); // it holds already, whatever Kafka does
    session.out().println(local ? "Other hosts are not told." : desk.tellFleet());
    if (json) {
      show(desk, list);
    }
    return Exit.DONE;
  }

  private void show(OrderDesk desk, OrderList list) {
    if (json) {
      list.printJson(desk.book());
    } else {
      list.print(desk.book());
    }
  }
}
