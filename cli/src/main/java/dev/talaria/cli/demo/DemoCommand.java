package dev.talaria.cli.demo;

import dev.talaria.board.Board;
import dev.talaria.board.task.TaskDetail;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings;
import dev.talaria.cli.text.Colours;
import dev.talaria.launcher.process.Executables;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The whole pipeline on real work: everything of {@code up} in this process, in a temporary home, with shell scripts as
 * workers. Ends with 0 only if the board, and what Kafka holds of it, are as they should be.
 */
@Command(
    name = "demo",
    description = {
      "Run the whole pipeline on real work, in a temporary home, and check how it ends.",
      "",
      "Broker, topology, dispatcher and launcher run in this process; the workers are shell scripts. Takes about 15"
          + " seconds, at most a minute. Ends with 0 if all checks passed, else with 1."
    },
    footer = {"", "Example: talaria demo --keep"})
public final class DemoCommand implements Callable<Integer> {
  private static final double NANOS = 1e9;
  private static final Duration START = Duration.ofSeconds(25);
  private static final Duration PLAY = Duration.ofSeconds(48); // from the start of all
  private static final Duration READ_BACK = Duration.ofSeconds(5);
  private static final Duration GONE = Duration.ofSeconds(2);
  private static final int LOG_LINES = 15;

  private final Session session;

  @Option(names = "--keep", description = "Keep the temporary home, and say where it is.")
  private boolean keep;

  public DemoCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    long began = System.nanoTime();
    Map<String, String> environment = environment();
    Optional<String> http = httpClient(environment);
    Cast cast = new Cast(http.isPresent());
    DemoHome home = DemoHome.make(cast);
    Interruption interruption = Interruption.watch(home, keep, session.err());
    try (AutoCloseable log = DemoLog.into(home.log())) {
      introduce(home, http);
      Checks checks = perform(home, cast, environment, interruption, began);
      conclude(checks, home, http, began);
      return checks.passed() ? Exit.DONE : Exit.FAILED;
    } finally {
      interruption.end();
      leave(home);
    }
  }

  /** A worker of the demo has nothing to do with any other board, cluster or launcher of this user. */
  private Map<String, String> environment() {
    Map<String, String> own = new HashMap<>(session.surroundings().environment());
    own.keySet()
        .removeIf(name -> Stream.of("TALARIA_", "KAFKA_", "HERMES_").anyMatch(name::startsWith));
    return own;
  }

  private static Optional<String> httpClient(Map<String, String> environment) {
    Executables programs = Executables.on(environment.getOrDefault("PATH", ""));
    return Stream.of("curl", "wget")
        .filter(program -> programs.find(program).isPresent())
        .findFirst();
  }

  private void introduce(DemoHome home, Optional<String> http) {
    PrintWriter out = session.out();
    out.println("The whole of 'talaria up' in this process, with shell scripts as workers.");
    out.printf(
        "home     %s%s%n", home.root(), keep ? "" : "  (removed at the end; --keep keeps it)");
    out.printf(
        "workers  %s%n",
        http.map(client -> "report by exit code, or to the worker API with " + client)
            .orElse("report by exit code and result.json: neither curl nor wget is on the PATH"));
    out.flush();
  }

  private Checks perform(
      DemoHome home,
      Cast cast,
      Map<String, String> environment,
      Interruption interruption,
      long began)
      throws Exception {
    Checks checks = new Checks();
    try (Stage stage = new Stage(home.root(), environment, session.surroundings())) {
      interruption.stops(stage);
      perform(stage, cast, checks, began);
    } finally {
      interruption.pauseIfUnderWay();
    }
    checks
        .expect("host: no worker is left behind")
        .that("processes", List.of(), Leftovers.of(home.root(), GONE))
        .end();
    return checks;
  }

  private void perform(Stage stage, Cast cast, Checks checks, long began) throws Exception {
    PrintWriter out = session.out();
    Surroundings around = session.surroundings();
    stage.start(START);
    out.printf(
        Locale.ROOT,
        "ready    broker, topology, dispatcher and launcher, after %.1f s%n%n",
        (System.nanoTime() - began) / NANOS);
    out.flush();
    try (Board board = stage.board()) {
      boolean over = new Play(board, cast, new LiveView(out, session.terminal(), began))
          .run(began + PLAY.toNanos());
      checks
          .expect("board: every task came to its end in time")
          .that("all came to an end", true, over)
          .end();
      board.write(new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT)::recompute);
      BoardEnd end = board.read(BoardEnd::read);
      BusReader.Heard heard = readBack(stage, end);
      new Expectations(end, heard, checks).check(cast);
      heading("Tasks");
      end.table(session.terminal()).forEach(out::println);
      Optional<TaskDetail> hopeless = end.task(Cast.HOPELESS);
      if (hopeless.isPresent()) {
        String id = hopeless.get().task().id();
        heading("Why '%s' (%s) gave up, as read back from Kafka".formatted(Cast.HOPELESS, id));
        Timeline.of(id, heard, session.terminal(), around.zone()).forEach(out::println);
      }
      out.flush();
    }
  }

  private static BusReader.Heard readBack(Stage stage, BoardEnd end) {
    Set<Long> awaited = end.eventIds();
    Consumer<byte[], byte[]> consumer = stage.runtime().kafka().consumer();
    try {
      return new BusReader(stage.runtime().topics())
          .read(consumer, heard -> isComplete(heard, awaited), READ_BACK);
    } finally {
      // else it waits for the fetch that is under way, which waits for records that do not come
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  private static boolean isComplete(BusReader.Heard heard, Set<Long> awaited) {
    Set<Long> there = heard.transitions().stream()
        .map(transition -> transition.event())
        .collect(Collectors.toSet());
    return there.containsAll(awaited)
        && heard.decisions().size()
            >= heard.transitions().stream().filter(Expectations::awaitsDecision).count();
  }

  private void conclude(Checks checks, DemoHome home, Optional<String> http, long began)
      throws IOException {
    PrintWriter out = session.out();
    heading("Checks");
    checks.lines(session.terminal()).forEach(out::println);
    if (http.isEmpty()) {
      out.println("left out  the worker API (create, heartbeat, complete): it needs curl or wget");
    }
    long failed = checks.all().stream().filter(check -> !check.passed()).count();
    out.printf(
        Locale.ROOT,
        "%n%s in %.1f s%n",
        failed == 0
            ? "All " + checks.all().size() + " checks passed"
            : failed + " of " + checks.all().size() + " checks FAILED",
        (System.nanoTime() - began) / NANOS);
    out.flush();
    if (failed > 0) {
      session.err().println("The last warnings of the services:");
      home.warnings(LOG_LINES).forEach(session.err()::println);
      session.err().println("'talaria demo --keep' keeps all that there is to look at.");
      session.err().flush();
    }
  }

  private void heading(String text) {
    session.out().printf("%n%s%n", Colours.bold(session.terminal(), text));
  }

  private void leave(DemoHome home) {
    if (keep) {
      session
          .out()
          .printf("kept      %s, its log in %s%n", home.root(), home.log().getFileName());
      session.out().flush();
    } else if (!home.remove()) {
      session.err().printf("Cannot remove '%s'; please do.%n", home.root());
    }
  }
}
