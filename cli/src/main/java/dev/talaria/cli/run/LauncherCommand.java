package dev.talaria.cli.run;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings;
import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.launcher.presence.LauncherIdentity;
import dev.talaria.service.config.ConfigLoader;
import dev.talaria.service.config.TalariaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A launcher in a process of its own: it takes offers through the launchers' share group. */
@Command(
    name = "launcher",
    description = "Run a worker launcher of its own against a cluster.",
    footer = {
      "",
      "Example: talaria launcher --kafka broker:9092 --slots 2",
      "Workers go on when it stops; the next start takes them up again."
    })
public final class LauncherCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description =
          "The cluster. Default: kafka.bootstrap, else the embedded broker of 'talaria up' on this host.")
  private @Nullable String bootstrap;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Its name among the launchers of this host. Default: main.")
  private @Nullable String name;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = "Most workers at once. Default: one per processor.")
  private @Nullable Integer slots;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Where /metrics and /health are; 0 for any free port.")
  private int httpPort;

  @Option(names = "--stop-workers", description = "End the workers when this stops.")
  private boolean stopWorkers;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of talaria.yaml, by its dotted name.")
  private Map<String, String> settings = new HashMap<>();

  public LauncherCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    return ServiceStart.told(this::run);
  }

  private int run() throws Exception {
    Surroundings around = session.surroundings();
    TalariaConfig config =
        new ConfigLoader(session.home().root(), around.environment(), flags()).load();
    if (config.kafka().embedded()) {
      config = config.withKafkaAt(embeddedBootstrap());
    }
    try (HostRuntime runtime = new HostRuntime(
        config,
        session.home(),
        around.environment(),
        around.userHome(),
        session.boardOptions(),
        around.clock())) {
      var stopped = new CountDownLatch(1);
      Thread hook = new Thread(() -> stop(runtime, stopped), "stop");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        start(runtime);
      } catch (IOException | RuntimeException e) {
        ServiceStart.withdraw(hook);
        throw e;
      }
      stopped.await();
    }
    return 0;
  }

  private void start(HostRuntime runtime) throws IOException {
    List<LaneSpec> lanes = runtime.lanes();
    if (lanes.isEmpty()) {
      throw CliFailure.failed(
          "This launcher would serve no lane. Name some under launcher.lanes in talaria.yaml, or put hermes on the PATH.");
    }
    runtime.startKafka();
    runtime.kafka().ensureTopics();
    LauncherIdentity identity = runtime.takeLauncherIdentity();
    runtime.startLauncher(lanes, true);
    int port = runtime.startEndpoint();
    session
        .out()
        .printf(
            "launcher  %s  %d slots, lanes %s%n",
            identity.key(),
            runtime.config().launcher().slots(),
            String.join(
                ", ", lanes.stream().map(lane -> lane.lane().name()).sorted().toList()));
    session.out().printf("kafka     %s%n", runtime.config().kafka().bootstrap());
    session
        .out()
        .printf("metrics   http://%s:%d/metrics%n", runtime.config().http().bind(), port);
    session.out().printf("ready     Ctrl-C stops it%n");
    session.out().flush();
  }

  private Map<String, String> flags() {
    Map<String, String> flags = new HashMap<>(settings);
    if (bootstrap != null) {
      flags.put("kafka.bootstrap", bootstrap);
    }
    if (name != null) {
      flags.put("launcher.name", name);
    }
    if (slots != null) {
      flags.put("launcher.slots", slots.toString());
    }
    flags.put("http.port", Integer.toString(httpPort));
    return flags;
  }

  private String embeddedBootstrap() throws IOException {
    Path file = session.home().root().resolve("talaria/kafka/bootstrap");
    if (!Files.exists(file)) {
      throw CliFailure.failed(
          "There is no cluster to work for: give one with --kafka HOST:PORT, or start 'talaria up' on this host first.");
    }
    return Files.readString(file).strip();
  }

  private void stop(HostRuntime runtime, CountDownLatch stopped) {
    if (stopWorkers) {
      runtime.stopWorkers();
    }
    runtime.close();
    stopped.countDown();
    Runtime.getRuntime().halt(0);
  }
}
