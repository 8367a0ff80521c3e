package dev.talaria.cli.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.home.BoardLocation;
import dev.talaria.board.home.Slugs;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Surroundings;
import dev.talaria.cli.run.HostRuntime;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.service.config.ConfigLoader;
import dev.talaria.service.config.TalariaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Everything that {@code up} runs, over a home of its own, with two lanes whose workers do nothing of use. */
final class BenchHost implements AutoCloseable {
  /** Its worker is {@code /bin/true}. */
  static final String NOOP = "noop";

  /** Its worker writes the task's id into {@link #starts}, and ends. */
  static final String STAMP = "stamp";

  /** Its worker fails. */
  static final String FAIL = "fail";

  private static final String LANES = """
      launcher:
        lanes:
          fail:
            command: ["/bin/false"]
            exit: exit-code
          noop:
            command: ["/bin/true"]
            exit: exit-code
          stamp:
            command: ["/bin/sh", "-c", 'echo "$HERMES_KANBAN_TASK" >"$0"', "%s"]
            exit: exit-code
      """;
  private static final long READY_SECONDS = 60;

  private final BoardLocation location;
  private final HostRuntime runtime;

  private BenchHost(BoardLocation location, HostRuntime runtime) {
    this.location = location;
    this.runtime = runtime;
  }

  static BenchHost start(BenchHome home, Surroundings around, BoardOptions options, int slots)
      throws IOException, InterruptedException {
    Files.writeString(home.root().resolve("talaria.yaml"), LANES.formatted(starts(home)));
    HostRuntime runtime = runtime(home, around, options, slots);
    var host = new BenchHost(home.boards().location(Slugs.DEFAULT), runtime);
    try {
      host.startAll(home);
      return host;
    } catch (IOException | InterruptedException | RuntimeException e) {
      runtime.close();
      throw e;
    }
  }

  /** A broker with its topics, and nothing else. */
  static HostRuntime brokerOnly(BenchHome home, Surroundings around, BoardOptions options)
      throws IOException {
    HostRuntime runtime = runtime(home, around, options, 1);
    try {
      runtime.startKafka();
      runtime.kafka().ensureTopics();
      return runtime;
    } catch (IOException | RuntimeException e) {
      runtime.close();
      throw e;
    }
  }

  private static HostRuntime runtime(
      BenchHome home, Surroundings around, BoardOptions options, int slots) {
    if (!around.environment().containsKey("TALARIA_LOG")) {
      quieten();
    }
    Map<String, String> environment = home.environment(around.environment());
    TalariaConfig config = new ConfigLoader(
            home.root(),
            environment,
            Map.of("launcher.slots", Integer.toString(slots), "http.port", "0"))
        .load();
    return new HostRuntime(
        config, home.boards(), environment, home.root(), options, around.clock());
  }

  /** Starting and stopping a fresh broker warns of what is normal there. */
  private static void quieten() {
    for (String name :
        List.of(Logger.ROOT_LOGGER_NAME, "dev.talaria", "org.apache.kafka", "kafka")) {
      if (LoggerFactory.getLogger(name) instanceof Logger logger) {
        logger.setLevel(Level.ERROR);
      }
    }
  }

  /** The named pipe that the workers of lane {@code stamp} write to. */
  static Path starts(BenchHome home) {
    return home.root().resolve("starts");
  }

  private void startAll(BenchHome home) throws IOException, InterruptedException {
    List<LaneSpec> lanes = runtime.lanes();
    var board = new BoardFile(
        new BoardKey(runtime.host(), location.slug()),
        location.database(),
        home.root(),
        location.workspaces(),
        location.logs(),
        true);
    runtime.startKafka();
    runtime.kafka().ensureTopics();
    runtime.takeLauncherIdentity();
    runtime.startTopology();
    runtime.startDispatcher(List.of(board), lanes);
    runtime.startLauncher(lanes, false);
    runtime.startEndpoint(runtime.config().http());
    runtime.started();
    awaitReady();
  }

  private void awaitReady() throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (!runtime.isReady()) {
      if (System.nanoTime() > until) {
        throw CliFailure.failed(
            "The services were not ready within %d s; TALARIA_LOG=INFO shows what they did."
                .formatted(READY_SECONDS));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  Path database() {
    return location.database();
  }

  @Override
  public void close() {
    runtime.stopWorkers();
    runtime.close();
  }
}
