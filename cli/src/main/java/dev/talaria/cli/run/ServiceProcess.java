package dev.talaria.cli.run;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings;
import dev.talaria.service.config.HttpConfig;
import dev.talaria.service.config.TalariaConfig;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs services, from its start to its stop. Metrics and health are served first, so that whoever watches
 * it sees it live and not ready while it starts; SIGTERM and Ctrl-C stop it in order, and the exit code is then 0. When a
 * service ends by itself the exit code is 1, so that whatever supervises the process starts it again.
 */
final class ServiceProcess {
  private static final long LOOK_MILLIS = 50;

  private final Session session;
  private final TalariaConfig config;
  private final HttpConfig http;
  private boolean endsWorkers;
  private boolean waitsUntilReady = true;

  /**
   * A process.
   *
   * @param http where this service's metrics and health are
   */
  ServiceProcess(Session session, TalariaConfig config, HttpConfig http) {
    this.session = session;
    this.config = config;
    this.http = http;
  }

  /** Starts the services, and says in words what was started. */
  @FunctionalInterface
  interface Parts {
    void start(HostRuntime runtime) throws IOException, InterruptedException;
  }

  /** Ends the workers of this process when it stops. */
  ServiceProcess endingWorkers(boolean ends) {
    endsWorkers = ends;
    return this;
  }

  /** Says that it is ready as soon as everything is started, which may be before it is. */
  ServiceProcess sayingReadyAtOnce() {
    waitsUntilReady = false;
    return this;
  }

  /** Runs until it is told to stop; the exit code. */
  int run(Parts parts) throws IOException, InterruptedException {
    Surroundings around = session.surroundings();
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
        int port = runtime.startEndpoint(http);
        parts.start(runtime);
        runtime.started();
        session
            .out()
            .printf("metrics   http://%s:%d/metrics  health  /health%n", http.bind(), port);
        session.out().flush();
        work(runtime, stopped);
      } catch (IOException | RuntimeException e) {
        ServiceStart.withdraw(hook);
        throw e;
      }
    }
    return 0;
  }

  private void work(HostRuntime runtime, CountDownLatch stopped) throws InterruptedException {
    boolean saidReady = false;
    do {
      Optional<String> failure = runtime.failure();
      if (failure.isPresent()) {
        throw CliFailure.failed(failure.get());
      }
      if (!saidReady && (!waitsUntilReady || runtime.isReady())) {
        saidReady = true;
        session.out().printf("ready     Ctrl-C stops it%n");
        session.out().flush();
      }
    } while (!stopped.await(saidReady ? 1_000 : LOOK_MILLIS, TimeUnit.MILLISECONDS));
  }

  /** Runs while the JVM ends: whatever started is closed, then the code says that the stop was clean. */
  private void stop(HostRuntime runtime, CountDownLatch stopped) {
    session.err().println("stopping ...");
    session.err().flush();
    if (endsWorkers) {
      runtime.stopWorkers();
    }
    runtime.close();
    stopped.countDown();
    session.err().println("stopped");
    session.err().flush();
    Runtime.getRuntime().halt(0);
  }
}
