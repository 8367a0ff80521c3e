package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.talaria.board.task.Run;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.OwnBroker;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dispatcher, topology and launcher as processes of their own on one home: started, ready, stopped and started again. */
@WithKafka
@Timeout(180)
class ServicesIT {
  private static final Duration SOON = Duration.ofSeconds(40);

  /** The bar for a restart of a dispatcher or a topology, from the signal to the next grant or decision. */
  private static final long GAP_MILLIS = 5_000;

  /** Most of the gap is the start of a JVM, which a busy machine draws out: the best of some counts. */
  private static final int ATTEMPTS = 3;

  /** Fails, unless it is told to work with the strong model. */
  private static final String CLIMB = """
      #!/bin/sh
      echo "tries $TALARIA_MODEL"
      [ "$TALARIA_MODEL" = strong ]
      """;

  @TempDir
  private Path root;

  private final HttpClient http = HttpClient.newHttpClient();

  /** A service with where its health is. */
  private record Service(JavaProcess process, String health) {
    static Service of(JavaProcess process) {
      String line = process.awaitLine("Metrics and health on ", SOON);
      return new Service(process, line.substring(line.indexOf("http://")));
    }

    Service awaitReady() {
      process.awaitLine(line -> line.startsWith("ready "), SOON);
      return this;
    }

    void stop() {
      assertThat(process.terminate(Duration.ofSeconds(20))).as("exit code").isZero();
      assertThat(process.output()).contains("stopping ...", "stopped");
    }
  }

  @Test
  void shouldWorkAsProcessesOfTheirOwnAndLoseNothingWhenEachIsRestarted(
      OwnBroker broker, JavaProcesses processes) throws Exception {
    broker.start().stop(); // it has an address, and nobody answers there
    FaultHost host = aHost(broker, processes);

    var dispatcher = Service.of(host.serve("dispatcher", "--dispatch"));
    var streams = Service.of(host.serve("streams"));
    var launcher = Service.of(host.serve("launcher"));
    for (Service service : List.of(dispatcher, streams, launcher)) {
      assertThat(status(service, "/health/live")).isEqualTo(200);
      assertThat(status(service, "/health/ready")).isEqualTo(503);
      assertThat(status(service, "/metrics")).isEqualTo(200);
    }
    broker.start();
    for (Service service : List.of(dispatcher, streams, launcher)) {
      service.awaitReady();
      assertThat(status(service, "/health/ready")).isEqualTo(200);
    }
    assertThat(checks(dispatcher)).containsExactly("dispatcher");
    assertThat(checks(streams)).containsExactly("topology");
    assertThat(checks(launcher)).containsExactly("launcher");

    assertSecondOnesRefused(host);

    // a failure and an escalation, decided by the topology
    String climber = host.create("climb", "climb");
    host.awaitStatus(climber, "done", SOON);
    assertThat(host.runs(climber).stream().map(Run::outcome))
        .containsExactly("crashed", "completed");
    assertDecidedByTheTopology(host, climber, 1);

    // the launcher away: its workers go on, one ends meanwhile
    List<String> gated =
        host.create(FaultHost.LEDGER, List.of(FaultHost.gated("a", 0), FaultHost.gated("b", 0)));
    host.awaitBegun(2, SOON);
    launcher.stop();
    assertThat(host.liveWorkers()).hasSize(2);
    host.open("a");
    await("a worker ends by itself").atMost(SOON).until(() -> host.liveWorkers().size() == 1);
    launcher = Service.of(host.serve("launcher")).awaitReady();
    host.awaitStatus(gated.get(0), "done", SOON);
    assertThat(host.task(gated.get(1)).status()).isEqualTo("running");

    // the dispatcher away, while a worker ends and work comes
    host.open("b");
    long gap = Long.MAX_VALUE;
    for (int attempt = 0; attempt < ATTEMPTS && gap > GAP_MILLIS; attempt++) {
      int begun = host.ledger("began").size();
      long from = System.nanoTime();
      dispatcher.stop();
      host.create(FaultHost.LEDGER, FaultHost.work(0, 0));
      dispatcher = Service.of(host.serve("dispatcher"));
      host.awaitBegun(begun + 1, SOON);
      gap = Math.min(gap, millisSince(from));
    }
    report("dispatcher: from SIGTERM to the first worker started", gap);
    host.awaitStatus(gated.get(1), "done", SOON);

    // the topology away, while a task fails
    gap = Long.MAX_VALUE;
    for (int attempt = 0; attempt < ATTEMPTS && gap > GAP_MILLIS; attempt++) {
      long from = System.nanoTime();
      streams.stop();
      String failing = host.create("climb", "climb");
      streams = Service.of(host.serve("streams"));
      await("the topology decides")
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> !host.events(failing, "decided").isEmpty());
      gap = Math.min(gap, millisSince(from));
      host.awaitStatus(failing, "done", SOON);
      assertDecidedByTheTopology(host, failing, 1);
    }
    report("topology: from SIGTERM to the next decision", gap);

    host.awaitAllFinished(SOON);
    assertThat(gated.stream().map(host::runs))
        .allSatisfy(runs -> assertThat(runs).hasSize(1));
    host.assertNoRunTwice();
    host.assertNothingOpen();
    host.assertEachEventOnceOnTransitions(broker.bootstrapServers(), "talaria.");
    for (Service service : List.of(launcher, dispatcher, streams)) {
      service.stop();
    }
  }

  @Test
  void shouldRefuseToStartWhatCannotWork(JavaProcesses processes) {
    var host = new FaultHost(processes, root)
        .set("kafka.bootstrap", "127.0.0.1:1")
        .set("dispatch.claim_tll", "5m")
        .set("dispatch.lost_after", "0s");
    JavaProcess dispatcher = host.serve("dispatcher");

    assertThat(dispatcher.awaitEnd(SOON)).isEqualTo(1);
    assertThat(dispatcher.output())
        .contains(
            "Unknown key 'dispatch.claim_tll' in the flags; did you mean 'dispatch.claim_ttl'?")
        .anyMatch(line -> line.startsWith("dispatch.lost_after is 0s (from flag)"));
  }

  private static void assertSecondOnesRefused(FaultHost host) {
    JavaProcess dispatcher = host.serve("dispatcher");
    JavaProcess streams = host.serve("streams");
    JavaProcess launcher = host.serve("launcher");
    assertRefused(dispatcher, "is dispatched by another Talaria process already");
    assertRefused(streams, "Each instance needs a directory of its own");
    assertRefused(launcher, "runs already");
  }

  private static void assertRefused(JavaProcess process, String why) {
    assertThat(process.awaitEnd(SOON)).isEqualTo(1);
    assertThat(process.output()).anyMatch(line -> line.contains(why));
  }

  private FaultHost aHost(OwnBroker broker, JavaProcesses processes) throws IOException {
    Path script = root.resolve("climb.sh");
    Files.writeString(script, CLIMB);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new FaultHost(processes, root)
        .set("kafka.bootstrap", broker.bootstrapServers())
        .set("kafka.partitions", "1")
        .set("policy.failure_limit", "3")
        .set("policy.retry_model_escalation.''", "strong")
        .set("dispatch.decision_wait", "60s") // else it might be the dispatcher that decides
        .set("launcher.lanes.climb.command", script.toString())
        .set("launcher.lanes.climb.exit", "exit-code");
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  private static void report(String what, long millis) {
    System.out.printf("%s: %d ms%n", what, millis);
    assertThat(millis).as(what + ", ms").isLessThan(GAP_MILLIS);
  }

  private static void assertDecidedByTheTopology(FaultHost host, String task, int count) {
    assertThat(host.events(task, "decided"))
        .hasSize(count)
        .allSatisfy(
            event -> assertThat(event.payloadObject().path("by").asText()).isEqualTo("topology"));
  }

  private int status(Service service, String path) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(service.health() + path)).build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private List<String> checks(Service service) throws IOException, InterruptedException {
    String body = http.send(
            HttpRequest.newBuilder(URI.create(service.health() + "/health")).build(),
            BodyHandlers.ofString())
        .body();
    JsonNode checks = JsonMapper.builder().build().readTree(body).path("checks");
    return checks.properties().stream().map(java.util.Map.Entry::getKey).toList();
  }
}
