package dev.talaria.cli.run;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.launcher.presence.LauncherIdentity;
import dev.talaria.service.config.TalariaConfig;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin
  private ServiceOptions common = new ServiceOptions();

  @Mixin
  private LauncherOptions launcher = new LauncherOptions();

  @Option(names = "--stop-workers", description = "End the workers when this stops.")
  private boolean stopWorkers;

  public LauncherCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    return ServiceStart.told(this::run);
  }

  private int run() throws IOException, InterruptedException {
    TalariaConfig config = common.loadForCluster(session, "http.launcher_port", launcher.flags());
    return new ServiceProcess(session, config, config.http().at(config.http().launcherPort()))
        .endingWorkers(stopWorkers)
        .run(this::start);
  }

  private void start(HostRuntime runtime) throws IOException, InterruptedException {
    List<LaneSpec> lanes = runtime.lanes();
    if (lanes.isEmpty()) {
      throw CliFailure.failed(
          "This launcher would serve no lane. Name some under launcher.lanes in talaria.yaml, or put hermes on the PATH.");
    }
    runtime.startKafka();
    LauncherIdentity identity = runtime.takeLauncherIdentity();
    boolean workersWait = runtime.hasRunsToTakeUp();
    if (!workersWait) {
      runtime.awaitTopics();
    }
    runtime.startLauncher(lanes, true);
    if (workersWait) {
      runtime.awaitTopics(); // Kafka may be away: live workers are looked after meanwhile
    }
    session
        .out()
        .printf(
            "launcher  %s  %d slots, %s%n",
            identity.key(), runtime.config().launcher().slots(), Lanes.named(lanes));
    session.out().printf("kafka     %s%n", runtime.config().kafka().bootstrap());
  }
}
