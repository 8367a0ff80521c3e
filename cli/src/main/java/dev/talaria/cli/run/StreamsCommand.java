package dev.talaria.cli.run;

import dev.talaria.cli.Session;
import dev.talaria.service.config.TalariaConfig;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An instance of the topology in a process of its own: it counts failures and decides what becomes of failed tasks. */
@Command(
    name = "streams",
    description = "Run an instance of the decision topology of its own against a cluster.",
    footer = {
      "",
      "Example: talaria streams --kafka broker:9092",
      "While no instance runs, each dispatcher decides by the same rules after dispatch.decision_wait."
    })
public final class StreamsCommand implements Callable<Integer> {
  private final Session session;

  @Mixin
  private ServiceOptions common = new ServiceOptions();

  @Option(
      names = "--leave",
      description =
          "Leave the group when this stops: for an instance that is not started here again. Others take its work over at once, not after 10 s.")
  private boolean leaves;

  public StreamsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    return ServiceStart.told(this::run);
  }

  private int run() throws IOException, InterruptedException {
    TalariaConfig config = common.loadForCluster(session, "http.streams_port", Map.of());
    return new ServiceProcess(session, config, config.http().at(config.http().streamsPort()))
        .run(this::start);
  }

  private void start(HostRuntime runtime) throws IOException, InterruptedException {
    runtime.startKafka();
    runtime.awaitTopics();
    runtime.startTopology(leaves);
    session
        .out()
        .printf("streams   %s-%s%n", runtime.host(), runtime.config().streams().name());
    session.out().printf("kafka     %s%n", runtime.config().kafka().bootstrap());
  }
}
