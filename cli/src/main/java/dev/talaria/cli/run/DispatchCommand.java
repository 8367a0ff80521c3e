package dev.talaria.cli.run;

import dev.talaria.board.dispatch.TickResult;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One turn over a board, without Kafka: for people who have no service running, or who drive ticks by cron. */
@Command(
    name = "dispatch",
    footer = {
      "",
      "Example: talaria dispatch --dry-run",
      "Workers go on when this ends; the next one takes note of how they ended.",
      "With 'talaria up' running there is nothing for it to do, and it says so."
    })
public final class DispatchCommand implements Callable<Integer> {
  private final Session session;

  @Option(names = "--dry-run", description = "Say what would be done, and change nothing.")
  private boolean dryRun;

  @Option(
      names = "--max",
      paramLabel = "N",
      description = "Most tasks of the board that run at the same time. Default: kanban.max_spawn.")
  private @Nullable Integer max;

  @Option(
      names = "--failure-limit",
      paramLabel = "N",
      description =
          "Failures in a row at which a task is given up. Default: the configured limit, else 2.")
  private @Nullable Integer failureLimit;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  public DispatchCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    return ServiceStart.told(this::run);
  }

  private int run() throws Exception {
    Integer limit = failureLimit == null || failureLimit < 1 ? null : failureLimit;
    try (var ticks = new BoardTicks(session, new BoardTicks.Options(max, limit, false))) {
      TickResult result = dryRun ? ticks.dryRun() : ticks.run(this::skipped);
      var report = new TickReport(result, dryRun);
      if (json) {
        session.out().println(JsonOut.indented(report.json()));
        result
            .paused()
            .forEach(it -> session.err().printf("%s waits: %s%n", it.taskId(), it.reason()));
        result
            .respawnGuarded()
            .forEach(it -> session
                .err()
                .printf("%s is kept back by the respawn guard: %s%n", it.taskId(), it.reason()));
      } else {
        report.lines().forEach(session.out()::println);
        if (report.lines().isEmpty()) {
          session.out().println("Nothing to do.");
        }
      }
      return 0;
    }
  }

  private void skipped(String who) {
    session.err().printf("This board is dispatched by %s; nothing was done here.%n", who);
  }
}
