package dev.talaria.cli.bench;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.cli.Session;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Sends no-op tasks through everything that {@code up} runs. In this order: half of the bare spawns, warm-up, throughput,
 * the other half of the bare spawns, latency. The halves lie around the throughput because on a shared machine the limit
 * moves while one measures.
 */
final class DispatchBench {
  private static final String PROGRAM = "/bin/true";
  private static final int MOST_WARM_UP = 4_000;
  private static final int MOST_SPAWNS = 2_000;
  private static final int SPAWN_WARM_UP = 200;
  private static final int LEAST_SAMPLES = 200;
  private static final int SAMPLE_SECONDS = 10;

  private final Session session;
  private final BenchHome home;
  private final Progress progress;
  private final int tasks;
  private final int slots;
  private final int rate;

  DispatchBench(
      Session session, BenchHome home, Progress progress, int tasks, int slots, int rate) {
    this.session = session;
    this.home = home;
    this.progress = progress;
    this.tasks = tasks;
    this.slots = slots;
    this.rate = rate;
  }

  DispatchFigures run() throws IOException, InterruptedException {
    BoardOptions options = session.boardOptions();
    progress.say("starting everything in " + home.root());
    try (Board board = Board.openOrCreate(home.boards().location("default").database(), options);
        StartStamps stamps = StartStamps.on(BenchHost.starts(home));
        BenchHost host = BenchHost.start(home, session.surroundings(), options, slots)) {
      return measured(new BenchTasks(board), stamps);
    }
  }

  private DispatchFigures measured(BenchTasks work, StartStamps stamps)
      throws IOException, InterruptedException {
    var limit = new SpawnLimit(PROGRAM, slots);
    int spawns = Math.max(slots, Math.min(tasks, MOST_SPAWNS) / 2);
    progress.say("spawning %s %d times".formatted(PROGRAM, 2 * spawns));
    limit.seconds(Math.min(spawns, SPAWN_WARM_UP));
    double spawnSeconds = limit.seconds(spawns);

    int warmUp = Math.max(slots, Math.min(2 * tasks, MOST_WARM_UP));
    progress.say("warming up with %d tasks".formatted(warmUp));
    work.seconds(warmUp);
    progress.say("running %d tasks".formatted(tasks));
    double taskSeconds = work.seconds(tasks);

    spawnSeconds += limit.seconds(spawns);
    int samples = Math.max(LEAST_SAMPLES, rate * SAMPLE_SECONDS);
    progress.say("starting %d tasks at %d/s".formatted(samples, rate));
    work.millisToStart(
        stamps, Math.max(20, rate), rate); // the first of them meet idle threads and cold code
    Percentiles latencies = Percentiles.of(work.millisToStart(stamps, samples, rate));
    return new DispatchFigures(
        tasks,
        slots,
        rate,
        tasks / taskSeconds,
        2 * spawns / spawnSeconds,
        latencies,
        samples,
        host());
  }

  private String host() throws IOException {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "%d processors, load %.1f, Java %s, files on %s",
        system.getAvailableProcessors(),
        system.getSystemLoadAverage(),
        Runtime.version().feature(),
        home.fileSystem());
  }
}
