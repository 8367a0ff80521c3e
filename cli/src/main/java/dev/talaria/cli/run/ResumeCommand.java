package dev.talaria.cli.run;

import dev.talaria.board.order.OrderBook;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes one order back: a pause by what it is about, a drain by its host. */
@Command(
    name = "resume",
    description = "Take one 'pause' or 'drain' back.",
    footer = {
      "",
      "Example: talaria resume --lane coder",
      "Example: talaria resume beta",
      "It takes back exactly the order that was given; others go on holding."
    })
public final class ResumeCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      arity = "0..1",
      paramLabel = "HOST[/LAUNCHER]",
      description = "What was drained; or a host that was paused.")
  private @Nullable String drained;

  @Mixin
  private OrderTarget target = new OrderTarget();

  @Mixin
  private ConfigOptions options = new ConfigOptions();

  public ResumeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    return ServiceStart.told(this::run);
  }

  private int run() {
    if ((drained == null) != target.isGiven()) {
      throw CliFailure.usage(
          "Give what is to go on: a host that was drained, or one of --all, --lane LANE, --host HOST and --this-board.");
    }
    var desk = new OrderDesk(session, options);
    List<String> keys = keys(desk);
    Optional<OrderBook.Entry> found = find(desk, keys);
    if (found.isEmpty() && desk.readFleet()) {
      found = find(desk, keys);
    }
    if (found.isEmpty()) {
      var list = new OrderList(session.out(), session.surroundings().zone());
      throw CliFailure.failed(
          "No such order is in force. " + list.named(desk.book().orders()));
    }
    OrderBook.Entry entry = found.get();
    desk.lift(entry.order().key(), session.author());
    session.out().printf("Took back: %s.%n", entry.order().words());
    session.out().flush();
    if (entry.known() != OrderBook.Known.HERE) {
      session.out().println(desk.tellFleet());
    }
    desk.book().orders().stream()
        .filter(other -> other.order().coversHost(desk.host()))
        .findFirst()
        .ifPresent(other -> session
            .out()
            .printf("Still nothing starts on this host: %s.%n", other.order().words()));
    return Exit.DONE;
  }

  private List<String> keys(OrderDesk desk) {
    if (drained == null) {
      OrderTarget.Target what = target.get(desk);
      String name = what.name() == null ? "" : "/" + what.name();
      return List.of("pause/" + what.scope().word() + name);
    }
    OrderTarget.Target what = OrderTarget.hostOrLauncher(drained);
    String named = what.scope().word() + "/" + what.name();
    return List.of("drain/" + named, "pause/" + named);
  }

  private static Optional<OrderBook.Entry> find(OrderDesk desk, List<String> keys) {
    OrderBook book = desk.book();
    return keys.stream().flatMap(key -> book.get(key).stream()).findFirst();
  }
}
