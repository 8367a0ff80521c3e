package dev.talaria.cli.run;

import dev.talaria.cli.Session;
import dev.talaria.cli.verb.Configuration;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.launcher.presence.LauncherIdentity;
import dev.talaria.service.config.TalariaConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Everything of a host in one process: broker, dispatcher, topology, launcher, metrics and health. */
@Command(
    name = "up",
    description =
        "Run everything on this host in one process: broker, dispatcher, topology and launcher.",
    footer = {"", "Example: talaria up --slots 4", "Ctrl-C stops it, and its workers."})
public final class UpCommand implements Callable<Integer> {
  private final Session session;

  @Mixin
  private ServiceOptions common = new ServiceOptions();

  @Mixin
  private LauncherOptions launcher = new LauncherOptions();

  @Mixin
  private DispatchOptions dispatch = new DispatchOptions();

  @Option(
      names = "--keep-workers",
      description = "Leave workers running when this stops; the next start takes them up again.")
  private boolean keepWorkers;

  public UpCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    return ServiceStart.told(this::run);
  }

  private int run() throws IOException, InterruptedException {
    Map<String, String> flags = new HashMap<>(dispatch.flags());
    flags.putAll(launcher.flags());
    TalariaConfig config = common.load(session, "http.port", flags);
    boolean embedded = config.kafka().embedded();
    return new ServiceProcess(session, config, config.http())
        .endingWorkers(!keepWorkers)
        .sayingReadyAtOnce()
        .run(runtime -> start(runtime, embedded));
  }

  private void start(HostRuntime runtime, boolean embedded)
      throws IOException, InterruptedException {
    PrintWriter out = session.out();
    List<LaneSpec> lanes = runtime.lanes();
    List<String> served = lanes.stream().map(lane -> lane.lane().name()).toList();
    List<BoardFile> files = DispatchedBoards.of(session, runtime).find(served::contains);
    runtime.startKafka();
    runtime
        .kafka()
        .ensureTopics()
        .differences()
        .forEach(difference -> session.err().println(difference));
    LauncherIdentity identity = runtime.takeLauncherIdentity();
    runtime.startTopology();
    runtime.startDispatcher(files, lanes);
    runtime.startAutoDecompose(files, Configuration.of(session));
    runtime.startLauncher(lanes, false);
    out.printf("host      %s%n", runtime.host());
    DispatchedBoards.tell(out, files);
    out.printf(
        "kafka     %s%s%n", runtime.config().kafka().bootstrap(), embedded ? "  (embedded)" : "");
    out.printf(
        "launcher  %s  %d slots, %s%n",
        identity.key(), runtime.config().launcher().slots(), Lanes.named(lanes));
  }
}
