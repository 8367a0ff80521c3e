package dev.talaria.cli.run;

import dev.talaria.board.BoardStoreException;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings.Pauses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ticks without end over one board, for scripts that were written for hermes's daemon. */
@Command(
    name = "daemon",
    footer = {"", "Example: talaria daemon --force --interval 30", "New set-ups use 'talaria up'."})
public final class DaemonCommand implements Callable<Integer> {
  private static final String DEPRECATED = """
      'talaria daemon' is deprecated. 'talaria up' dispatches every board of this host at once, reports ends within
      milliseconds, and shows what happens in its metrics. Give --force to run the daemon all the same.""";

  private final Session session;

  @Option(names = "--force", description = "Run it although it is deprecated.")
  private boolean force;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      description =
          "Between ticks. Default: kanban.dispatch_interval_seconds, else 60; at least 1.")
  private @Nullable Double interval;

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

  @Option(
      names = "--pidfile",
      paramLabel = "FILE",
      description = "Write the process id there; the file is removed at the end.")
  private @Nullable Path pidfile;

  @Option(
      names = {"-v", "--verbose"},
      description = "Say what each tick did.")
  private boolean verbose;

  public DaemonCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    if (!force) {
      session.err().println(DEPRECATED);
      return Exit.USAGE;
    }
    return ServiceStart.told(this::run);
  }

  private int run() throws Exception {
    var stopping = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    var hook = new Thread(() -> stop(stopping, stopped), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      ticks(pause -> awaitStop(stopping, pause));
    } finally {
      stopped.countDown();
      ServiceStart.withdraw(hook);
    }
    return Exit.DONE;
  }

  /** Ticks until a pause says that it is over. */
  void ticks(Pauses pauses) throws IOException {
    writePidfile();
    Integer limit = failureLimit == null || failureLimit < 1 ? null : failureLimit;
    try (var ticks = new BoardTicks(session, new BoardTicks.Options(max, limit, true))) {
      Duration pause = interval == null
          ? ticks.interval()
          : Duration.ofMillis((long) (Math.max(1, interval) * 1_000));
      do {
        tick(ticks);
      } while (ticks.await(pause, pauses));
    } finally {
      removePidfile();
    }
  }

  private void tick(BoardTicks ticks) {
    try {
      var report = new TickReport(
          ticks.run(who -> {
            if (verbose) {
              session.err().printf("Left out: the board is dispatched by %s.%n", who);
            }
          }),
          false);
      if (verbose) {
        report.lines().forEach(session.out()::println);
      }
    } catch (BoardStoreException e) {
      // one bad tick, on a busy or damaged board, does not end the daemon: the next may do
      session.err().println(e.getMessage());
    }
    session.out().flush();
    session.err().flush();
  }

  private static boolean awaitStop(CountDownLatch stopping, Duration pause) {
    try {
      return !stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Runs while the JVM ends: a tick that is under way is finished, so that every worker it started is on the board. */
  private static void stop(CountDownLatch stopping, CountDownLatch stopped) {
    stopping.countDown();
    try {
      if (stopped.await(1, TimeUnit.MINUTES)) {
        Runtime.getRuntime().halt(Exit.DONE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void writePidfile() throws IOException {
    if (pidfile != null) {
      Path file = session.surroundings().workingDirectory().resolve(pidfile);
      try {
        Files.writeString(file, ProcessHandle.current().pid() + "\n");
      } catch (IOException e) {
        throw CliFailure.failed("Cannot write the pid file '%s': %s".formatted(file, e));
      }
    }
  }

  private void removePidfile() {
    if (pidfile != null) {
      try {
        Files.deleteIfExists(session.surroundings().workingDirectory().resolve(pidfile));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot remove the pid file", e);
      }
    }
  }
}
