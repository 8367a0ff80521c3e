package dev.talaria.cli.run;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.verb.Spans;
import dev.talaria.protocol.message.StandingOrder;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Empties a host of workers: nothing new starts there, and at the deadline what still runs is stopped. */
@Command(
    name = "drain",
    description = "Empty a host, or one of its launchers, of workers.",
    footer = {
      "",
      "Example: talaria drain beta --deadline 10m --reason \"New kernel\" --wait",
      "Without a deadline its workers end by themselves. Tasks of stopped ones go back to ready, uncounted.",
      "'talaria resume beta' ends it; a restart of the launcher does not."
    })
public final class DrainCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Session session;

  @Parameters(
      paramLabel = "HOST[/LAUNCHER]",
      description = "A host by its id, or a launcher of it.")
  private String what = "";

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description = "From now on, such as 10m: what still runs then is stopped.")
  private @Nullable String deadline;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for whoever wonders.")
  private @Nullable String reason;

  @Option(names = "--wait", description = "Return when no worker runs there any more.")
  private boolean waits;

  @Option(names = "--local", description = "Tell this host alone.")
  private boolean local;

  @Mixin
  private ConfigOptions options = new ConfigOptions();

  public DrainCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    return ServiceStart.told(this::run);
  }

  private int run() throws IOException, InterruptedException {
    OrderTarget.Target target = OrderTarget.hostOrLauncher(what);
    Long seconds = deadline == null ? null : Spans.seconds("--deadline", deadline);
    var desk = new OrderDesk(session, options);
    long now = session.surroundings().clock().millis();
    var order = new StandingOrder(
        StandingOrder.Act.DRAIN,
        target.scope(),
        target.name(),
        session.author(),
        reason == null || reason.isBlank() ? null : Printable.line(reason),
        now,
        seconds == null ? null : now + Duration.ofSeconds(seconds).toMillis());
    desk.give(order, local);
    session.out().println(new OrderList(session.out(), session.surroundings().zone()).line(order));
    session.out().flush();
    session.out().println(local ? "Other hosts are not told." : desk.tellFleet());
    session.out().flush();
    return waits ? await(desk, order) : Exit.DONE;
  }

  private int await(OrderDesk desk, StandingOrder order) throws IOException {
    try (LiveRuns runs = LiveRuns.of(desk, order)) {
      int before = -1;
      while (true) {
        int left = runs.count();
        if (left != before) {
          session.out().printf("Workers that run there: %d%n", left);
          session.out().flush();
          before = left;
        }
        if (left == 0) {
          return Exit.DONE;
        }
        if (!session.surroundings().pauses().pause(LOOK)) {
          throw CliFailure.failed(
              "%d workers run there still; the order stays in force.".formatted(left));
        }
      }
    }
  }
}
