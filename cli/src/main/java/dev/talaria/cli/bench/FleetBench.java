package dev.talaria.cli.bench;

import dev.talaria.board.Board;
import dev.talaria.cli.Session;
import dev.talaria.service.config.ConfigLoader;
import dev.talaria.service.config.KafkaConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long a task that is ready on one host takes to be worked on by another. In this order: warm-up, half of the bare round
 * trips, latency, the other half, throughput.
 */
final class FleetBench {
  private static final int MOST_WARM_UP = 400;
  private static final int WARM_UP_RATE = 50;

  private final Session session;
  private final Progress progress;
  private final int tasks;
  private final int slots;
  private final int rate;

  FleetBench(Session session, Progress progress, int tasks, int slots, int rate) {
    this.session = session;
    this.progress = progress;
    this.tasks = tasks;
    this.slots = slots;
    this.rate = rate;
  }

  /** Starts two hosts as processes on loopback, and measures. */
  FleetFigures ofTwoHomes(BenchHome home) throws IOException, InterruptedException {
    progress.say("starting two hosts in " + home.root());
    Path pipe = home.root().resolve("starts");
    Map<String, String> environment = home.environment(session.surroundings().environment());
    environment.remove("HERMES_KANBAN_HOME");
    try (StartStamps stamps = StartStamps.on(pipe);
        Board board = aBoard(home.root().resolve("board"));
        FleetServices services = FleetServices.start(home.root(), environment, slots, pipe)) {
      KafkaConfig kafka = new ConfigLoader(
              services.boardHome(), Map.of(), Map.of("kafka.bootstrap", services.bootstrap()))
          .load()
          .kafka();
      return measured(board, stamps, kafka, home.fileSystem());
    }
  }

  private Board aBoard(Path home) throws IOException {
    Files.createDirectories(home);
    return Board.openOrCreate(home.resolve("kanban.db"), session.boardOptions());
  }

  /**
   * Measures hosts that run already: the default board of this home is dispatched, and a launcher elsewhere serves the
   * lanes {@code noop} and {@code stamp}.
   *
   * @param pipe made here; the workers of {@code stamp} write their task's id to it
   */
  FleetFigures ofThisHome(Path pipe) throws IOException, InterruptedException {
    Files.deleteIfExists(pipe);
    Path root = session.home().root();
    KafkaConfig kafka = new ConfigLoader(root, session.surroundings().environment(), Map.of())
        .load()
        .kafka();
    try (StartStamps stamps = StartStamps.on(pipe);
        Board board = Board.openOrCreate(
            session.home().location("default").database(), session.boardOptions())) {
      return measured(board, stamps, kafka, Files.getFileStore(root).type());
    } finally {
      Files.deleteIfExists(pipe);
    }
  }

  private FleetFigures measured(
      Board board, StartStamps stamps, KafkaConfig kafka, String fileSystem)
      throws InterruptedException {
    var work = new BenchTasks(board);
    int warmUp = Math.max(slots, Math.min(tasks, MOST_WARM_UP));
    progress.say("warming up with %d tasks".formatted(2 * warmUp));
    work.seconds(warmUp);
    work.millisToStart(stamps, warmUp, Math.max(WARM_UP_RATE, rate));
    try (var trips = new RoundTrips(kafka)) {
      progress.say("carrying %d records at %d/s".formatted(tasks, rate));
      trips.millis(Math.min(tasks, MOST_WARM_UP), Math.max(WARM_UP_RATE, rate));
      List<Double> bare = new ArrayList<>(trips.millis((tasks + 1) / 2, rate));
      progress.say("starting %d tasks at %d/s".formatted(tasks, rate));
      List<Double> starts = work.millisToStart(stamps, tasks, rate);
      bare.addAll(trips.millis((tasks + 1) / 2, rate));
      progress.say("running %d tasks".formatted(tasks));
      double seconds = work.seconds(tasks);
      return new FleetFigures(
          tasks,
          slots,
          rate,
          tasks / seconds,
          Percentiles.of(starts),
          Percentiles.of(bare),
          host(fileSystem));
    }
  }

  private static String host(String fileSystem) {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "%d processors, load %.1f, Java %s, files on %s",
        system.getAvailableProcessors(),
        system.getSystemLoadAverage(),
        Runtime.version().feature(),
        fileSystem);
  }
}
