package dev.talaria.cli.run;

import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.launcher.presence.LauncherIdentity;
import dev.talaria.protocol.id.Lane;
import dev.talaria.service.config.ConfigLoader;
import dev.talaria.service.config.TalariaConfig;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Everything of a host in one process: broker, dispatcher, topology, launcher, metrics and health. */
@Command(
    name = "up",
    description =
        "Run everything on this host in one process: broker, dispatcher, topology and launcher.",
    footer = {"", "Example: talaria up --slots 4", "Ctrl-C stops it, and its workers."})
public final class UpCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "An existing cluster, instead of the embedded broker.")
  private @Nullable String bootstrap;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = "Most workers at once. Default: one per processor.")
  private @Nullable Integer slots;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Where /metrics and /health are; 0 for any free port. Default: 9464.")
  private @Nullable Integer httpPort;

  @Option(
      names = "--dispatch",
      description =
          "Start the ready work of boards that were never dispatched before, without asking.")
  private boolean dispatch;

  @Option(
      names = "--keep-workers",
      description = "Leave workers running when this stops; the next start takes them up again.")
  private boolean keepWorkers;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of talaria.yaml, by its dotted name.")
  private Map<String, String> settings = new HashMap<>();

  public UpCommand(Session session) {
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

  private Map<String, String> flags() {
    Map<String, String> flags = new HashMap<>(settings);
    if (bootstrap != null) {
      flags.put("kafka.bootstrap", bootstrap);
    }
    if (slots != null) {
      flags.put("launcher.slots", slots.toString());
    }
    if (httpPort != null) {
      flags.put("http.port", httpPort.toString());
    }
    return flags;
  }

  private void start(HostRuntime runtime) throws IOException, InterruptedException {
    PrintWriter out = session.out();
    List<LaneSpec> lanes = runtime.lanes();
    List<BoardFile> files = boards(runtime, lanes);
    runtime.startKafka();
    runtime
        .kafka()
        .ensureTopics()
        .differences()
        .forEach(difference -> session.err().println(difference));
    LauncherIdentity identity = runtime.takeLauncherIdentity();
    runtime.startTopology();
    runtime.startDispatcher(files, lanes);
    runtime.startLauncher(lanes, false);
    int port = runtime.startEndpoint();
    boolean embedded = bootstrap == null && runtime.config().kafka().bootstrap() != null;
    out.printf("host      %s%n", runtime.host());
    for (BoardFile file : files) {
      out.printf(
          "board     %s  %s%s%n",
          file.key(), file.db(), file.grants() ? "" : "  (watched only: not dispatched)");
    }
    out.printf(
        "kafka     %s%s%n", runtime.config().kafka().bootstrap(), embedded ? "  (embedded)" : "");
    out.printf(
        "launcher  %s  %d slots, %s%n",
        identity.key(), runtime.config().launcher().slots(), lanesIn(lanes));
    out.printf(
        "metrics   http://%s:%d/metrics  health  /health%n",
        runtime.config().http().bind(), port);
    out.printf("ready     Ctrl-C stops it%n");
    out.flush();
  }

  private static String lanesIn(List<LaneSpec> lanes) {
    return lanes.isEmpty()
        ? "no lanes: name some under launcher.lanes in talaria.yaml, or put hermes on the PATH"
        : "lanes "
            + String.join(
                ", ", lanes.stream().map(lane -> lane.lane().name()).sorted().toList());
  }

  private List<BoardFile> boards(HostRuntime runtime, List<LaneSpec> lanes) throws IOException {
    Boards boards = new Boards(session.home(), session.boardOptions());
    List<Lane> served = lanes.stream().map(LaneSpec::lane).toList();
    List<BoardFile> files = new ArrayList<>();
    for (Boards.Found found : boards.find(served)) {
      boolean grants = found.accepted() || dispatch || agrees(found);
      if (grants) {
        boards.accept(found.location());
      }
      files.add(boards.file(found.location(), runtime.host(), grants));
    }
    return files;
  }

  private boolean agrees(Boards.Found found) throws IOException {
    String question =
        "Board '%s' was never dispatched by Talaria, and %d of its tasks would start now."
            .formatted(found.location().slug(), found.wouldStart());
    if (!session.terminal().interactive()) {
      session.err().println(question + " It is only watched; start with --dispatch to run them.");
      return false;
    }
    session.err().print(question + " Start them? [y/N] ");
    session.err().flush();
    var in = new BufferedReader(
        new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8));
    String answer = in.readLine();
    return answer != null && answer.strip().toLowerCase(java.util.Locale.ROOT).startsWith("y");
  }

  /** Runs while the JVM ends: whatever started is closed, then the code says that the stop was clean. */
  private void stop(HostRuntime runtime, CountDownLatch stopped) {
    session.err().println("stopping ...");
    session.err().flush();
    if (!keepWorkers) {
      runtime.stopWorkers();
    }
    runtime.close();
    stopped.countDown();
    session.err().println("stopped");
    session.err().flush();
    Runtime.getRuntime().halt(0);
  }
}
