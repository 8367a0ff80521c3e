package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code talaria up} leaves behind when it is asked to stop. */
@WithKafka
class CleanStopIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int WORKERS = 5;

  @TempDir
  private Path root;

  private FaultHost host;

  @BeforeEach
  void makeHost(JavaProcesses processes) {
    host = new FaultHost(processes, root);
  }

  @Test
  void sigtermEndsWorkersAndTheirTasksGoBackUncounted() {
    String held = holdOpenDecision();
    host.start();
    List<String> tasks = startWorkers();
    List<String> failing =
        host.create(FaultHost.LEDGER, Collections.nCopies(8, FaultHost.work(0, 3)));
    await("the first failures are on the board")
        .atMost(SOON)
        .until(() -> host.allEvents().stream()
            .anyMatch(it -> it.kind().equals("crashed") && failing.contains(it.taskId())));
    assertThat(host.task(held).claimLock()).as("an open decision").startsWith("decision:");

    assertThat(host.terminate()).isZero();

    assertStopped();
    tasks.forEach(this::assertGivenBack);
    assertThat(host.events(held, "decided"))
        .singleElement()
        .satisfies(
            event -> assertThat(event.payloadObject().path("by").asText()).isEqualTo("dispatcher"));
    host.verb("archive", held);
    host.start();
    host.open("never");
    host.awaitAllFinished(SOON);
    tasks.forEach(task -> assertThat(host.task(task).status()).isEqualTo("done"));
    tasks.forEach(task -> assertThat(host.runs(task).stream().map(Run::outcome))
        .containsExactly("reclaimed", "completed"));
    assertThat(host.terminate()).isZero();
    host.start();
    host.assertEachEventOnceOnTransitions();
    host.assertNoRunTwice();
  }

  @Test
  void sigintEndsWorkersThatDoNotListen() {
    host.start();
    assumeThat(FaultHost.ignoresInterrupts(host.up().pid()))
        .as("SIGINT is ignored here")
        .isFalse();
    List<String> tasks = startWorkers();
    String deaf = host.create(FaultHost.LEDGER, "deaf never exit 0");
    host.awaitBegun(WORKERS + 1, SOON);

    host.signal("INT");
    assertThat(host.up().awaitEnd(SOON)).isZero();

    assertStopped();
    tasks.forEach(this::assertGivenBack);
    assertGivenBack(deaf);
  }

  @Test
  void keptWorkersLiveOnAndAreTakenUp() {
    host.start("--keep-workers");
    List<String> tasks = startWorkers();
    List<Long> workers = host.liveWorkers();

    assertThat(host.terminate()).isZero();

    assertThat(host.liveWorkers()).hasSize(WORKERS).isEqualTo(workers);
    tasks.forEach(task -> assertThat(host.task(task).status()).isEqualTo("running"));
    host.start();
    assertThat(host.liveWorkers()).isEqualTo(workers);
    host.open("never");
    host.awaitAllFinished(SOON);
    tasks.forEach(task ->
        assertThat(host.runs(task).stream().map(Run::outcome)).containsExactly("completed"));
    assertThat(host.ledger("began")).hasSize(WORKERS);
    host.assertEachEventOnceOnTransitions();
    assertThat(host.terminate()).isZero();
  }

  private List<String> startWorkers() {
    List<String> tasks =
        host.create(FaultHost.LEDGER, Collections.nCopies(WORKERS, FaultHost.gated("never", 0)));
    host.awaitBegun(WORKERS, SOON);
    return tasks;
  }

  /** A failed run whose verdict nobody has given: its record goes out as history, which the topology leaves alone. */
  private String holdOpenDecision() {
    String id = host.create("nobody", "failed before");
    var wire = new Wire();
    ObjectNode policy = wire.tree(RetryPolicy.DEFAULT);
    ObjectNode payload = wire.object()
        .put(PolicyEvent.DECISION_PENDING, true)
        .put(PolicyEvent.CLASS, "task")
        .put(PolicyEvent.ERROR, "exited with code 1");
    payload.set(PolicyEvent.POLICY, policy);
    host.onBoard(board -> board.write(tx -> {
      var granted = (ClaimResult.Granted) Claims.claim(tx, id, "elsewhere:1:main", 900);
      RunEnd end = RunEnd.of("crashed", "crashed")
          .withPayload(payload)
          .awaitingDecision(tx.now() + 3600, policy.toString());
      return RunEnds.closeRun(tx, id, granted.runId(), end);
    }));
    return id;
  }

  private void assertStopped() {
    assertThat(host.up().output()).contains("stopped");
    assertThat(host.liveWorkers()).as("orphaned workers").isEmpty();
    await("shims and forker are gone")
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(processesOf(root)).isEmpty());
    assertThat(host.unsettledRuns()).as("runs whose end was not reported").isEmpty();
    host.assertNothingOpen();
  }

  private void assertGivenBack(String id) {
    Task task = host.task(id);
    assertThat(task.status()).isEqualTo("ready");
    assertThat(task.consecutiveFailures()).isZero();
    assertThat(host.runs(id).stream().map(Run::outcome)).containsExactly("reclaimed");
  }

  private static List<String> processesOf(Path root) throws IOException {
    List<String> found = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path entry : entries) {
        String command = commandLine(entry);
        if (command.contains(root.toString())) {
          found.add(entry.getFileName() + " " + command);
        }
      }
    }
    return found;
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return ""; // it has just ended
    }
  }

  /** A shell without job control starts what it puts into the background like that, and it is inherited. */
}
