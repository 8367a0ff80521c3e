package dev.talaria.cli.bench;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures on this host, in a home of its own that is removed afterwards; the user's boards are not touched. */
@Command(
    name = "bench",
    description = "Measure throughput and latency on this host, in a temporary home.",
    footer = {"", "Example: talaria bench dispatch --tasks 2000 --slots 8"})
public final class BenchCommand implements Callable<Integer> {
  private static final int MOST_TASKS = 1_000_000;
  private static final int MOST_SIZE = 10_000_000;
  private static final int MOST_SLOTS = 1_000;
  private static final int HIGHEST_RATE = 1_000;

  private final Session session;

  /** How tasks come in and run while a whole host is measured. */
  static final class Load {
    @Option(
        names = "--slots",
        paramLabel = "N",
        defaultValue = "8",
        description = "Most workers at once. Default: 8.")
    private int slots;

    @Option(
        names = "--rate",
        paramLabel = "R",
        defaultValue = "20",
        description = "Tasks per second while latency is measured. Default: 20.")
    private int rate;

    private void check() {
      within("--slots", slots, MOST_SLOTS);
      within("--rate", rate, HIGHEST_RATE);
    }
  }

  public BenchCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    throw CliFailure.usage(
        "Say what to measure: 'talaria bench dispatch', 'fleet', 'board', 'streams' or 'replay'.");
  }

  @Command(
      name = "dispatch",
      description =
          "Run no-op tasks through everything that 'up' runs: tasks per second, and the time from ready to started.",
      footer = {"", "docs/benchmarks.md says what exactly is measured."})
  int dispatch(
      @Option(
              names = "--tasks",
              paramLabel = "N",
              defaultValue = "2000",
              description = "Tasks whose throughput is measured. Default: 2000.")
          int tasks,
      @Mixin Load load,
      @Option(names = "--json", description = "Print one JSON object.") boolean json)
      throws Exception {
    within("--tasks", tasks, MOST_TASKS);
    load.check();
    DispatchFigures figures;
    try (BenchHome home = BenchHome.temporary()) {
      figures = new DispatchBench(
              session, home, new Progress(session), tasks, load.slots, load.rate)
          .run();
    }
    return print(figures, json);
  }

  @Command(
      name = "fleet",
      description =
          "Run no-op tasks of one host's board on another host: the time from ready to started, beside a bare round trip over Kafka.",
      footer = {
        "",
        "Two homes and five processes on loopback. In hosts of their own: deploy/fleet/fleet bench.",
        "docs/benchmarks.md says what exactly is measured."
      })
  int fleet(
      @Option(
              names = "--tasks",
              paramLabel = "N",
              defaultValue = "1000",
              description = "Tasks that are measured. Default: 1000.")
          int tasks,
      @Mixin Load load,
      @Option(
              names = "--starts",
              paramLabel = "FILE",
              description =
                  "Measure hosts that run already, by this home's default board; workers of the lane stamp write their task's id to this pipe.")
          @Nullable
          Path starts,
      @Option(names = "--json", description = "Print one JSON object.") boolean json)
      throws Exception {
    within("--tasks", tasks, MOST_TASKS);
    load.check();
    var bench = new FleetBench(session, new Progress(session), tasks, load.slots, load.rate);
    FleetFigures figures;
    if (starts == null) {
      try (BenchHome home = BenchHome.temporary()) {
        figures = bench.ofTwoHomes(home);
      }
    } else {
      figures = bench.ofThisHome(starts);
    }
    return print(figures, json);
  }

  @Command(
      name = "board",
      description =
          "Create, claim and complete tasks on a board file: per second, single and batched.",
      footer = {"", "docs/benchmarks.md says what exactly is measured."})
  int board(
      @Option(
              names = "--tasks",
              paramLabel = "N",
              defaultValue = "2000",
              description = "Tasks of each measurement. Default: 2000.")
          int tasks,
      @Option(
              names = "--size",
              paramLabel = "N",
              description =
                  "Instead compare a board of so many tasks, for example 1000000, with one of 10000.")
          @Nullable
          Integer size,
      @Option(
              names = "--keep",
              paramLabel = "DIR",
              description = "Keep the filled boards here, and use them again the next time.")
          @Nullable
          Path keep,
      @Option(names = "--json", description = "Print one JSON object.") boolean json)
      throws Exception {
    within("--tasks", tasks, MOST_TASKS);
    if (size != null) {
      return sizes(size, keep, json);
    }
    BoardFigures figures;
    try (BenchHome home = BenchHome.temporary()) {
      figures = new BoardBench(session, home, new Progress(session), tasks).run();
    }
    return print(figures, json);
  }

  private int sizes(int size, @Nullable Path keep, boolean json) throws IOException {
    if (size < SizeBench.SMALL || size > MOST_SIZE) {
      throw CliFailure.usage(
          "--size is %d; expected %d to %d.".formatted(size, SizeBench.SMALL, MOST_SIZE));
    }
    SizeBench.SizeFigures figures;
    try (BenchHome home = BenchHome.temporary()) {
      Path directory = keep == null ? home.root() : Files.createDirectories(keep);
      figures = new SizeBench(session, new Progress(session))
          .run(
              directory.resolve(SizeBench.SMALL + ".small.db"),
              directory.resolve(size + ".db"),
              size);
    }
    return print(figures, json);
  }

  @Command(
      name = "streams",
      description =
          "Take in a backlog of transitions and judge its failures, beside a topology that only passes records on; then the time from a failure on a board to its decision there.",
      footer = {"", "docs/benchmarks.md says what exactly is measured."})
  int streams(
      @Option(
              names = "--events",
              paramLabel = "N",
              defaultValue = "200000",
              description =
                  "Transitions whose throughput is measured; each fourth is a failure. Default: 200000.")
          int events,
      @Option(
              names = "--rate",
              paramLabel = "R",
              defaultValue = "50",
              description = "Failures per second while latency is measured. Default: 50.")
          int rate,
      @Option(names = "--json", description = "Print one JSON object.") boolean json)
      throws Exception {
    within("--events", events, MOST_SIZE);
    within("--rate", rate, HIGHEST_RATE);
    try (BenchHome backlog = BenchHome.temporary();
        BenchHome live = BenchHome.temporary()) {
      return print(
          new StreamsBench(session, new Progress(session), events, rate).run(backlog, live), json);
    }
  }

  @Command(
      name = "replay",
      description =
          "Read a long history back: the story of one task, and all that gave up, beside a consumer that only counts the same records.",
      footer = {"", "docs/benchmarks.md says what exactly is measured."})
  int replay(
      @Option(
              names = "--events",
              paramLabel = "N",
              defaultValue = "1000000",
              description = "Transitions on the topic, about 0.8 KB each. Default: 1000000.")
          int events,
      @Option(names = "--json", description = "Print one JSON object.") boolean json)
      throws Exception {
    within("--events", events, MOST_SIZE);
    try (BenchHome home = BenchHome.temporary()) {
      return print(new ReplayBench(session, new Progress(session), events).run(home), json);
    }
  }

  private int print(Figures figures, boolean json) {
    if (json) {
      session.out().println(JsonOut.indented(figures.json()));
    } else {
      figures.lines().forEach(session.out()::println);
    }
    return Exit.DONE;
  }

  private static void within(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw CliFailure.usage("%s is %d; expected 1 to %d.".formatted(option, value, most));
    }
  }
}
