package dev.talaria.cli.run;

import dev.talaria.cli.Session;
import dev.talaria.cli.verb.Configuration;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.protocol.id.Lane;
import dev.talaria.service.config.TalariaConfig;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A dispatcher in a process of its own: it publishes the boards of this host and grants their work to launchers. */
@Command(
    name = "dispatcher",
    description = "Run a dispatcher of its own for this host's boards against a cluster.",
    footer = {
      "",
      "Example: talaria dispatcher --kafka broker:9092 --boards default,web",
      "Workers go on when it stops; the next start takes up what they report meanwhile."
    })
public final class DispatcherCommand implements Callable<Integer> {
  private final Session session;

  @Mixin
  private ServiceOptions common = new ServiceOptions();

  @Mixin
  private DispatchOptions dispatch = new DispatchOptions();

  public DispatcherCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    return ServiceStart.told(this::run);
  }

  private int run() throws IOException, InterruptedException {
    TalariaConfig config = common.loadForCluster(session, "http.port", dispatch.flags());
    return new ServiceProcess(session, config, config.http()).run(this::start);
  }

  private void start(HostRuntime runtime) throws IOException, InterruptedException {
    // launchers elsewhere may serve any lane
    List<BoardFile> files = DispatchedBoards.of(session, runtime).find(Lane::isLane);
    runtime.startKafka();
    runtime.awaitTopics();
    runtime.startDispatcher(files, null);
    runtime.startAutoDecompose(files, Configuration.of(session));
    session.out().printf("host      %s%n", runtime.host());
    DispatchedBoards.tell(session.out(), files);
    session.out().printf("kafka     %s%n", runtime.config().kafka().bootstrap());
  }
}
