package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.event.EventRow;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.OwnBroker;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real workers crash in a loop, and budgets stop them: with a topology, and the same without one. */
@WithKafka
@Timeout(180)
class BudgetIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir
  private Path root;

  @Test
  void shouldStopACrashLoopByItsBudgetWhoeverDecides(OwnBroker broker, JavaProcesses processes)
      throws Exception {
    broker.start();
    FaultHost watched = aHost("one", broker, processes).set("dispatch.decision_wait", "60s");
    FaultHost alone = aHost("two", broker, processes).set("dispatch.decision_wait", "1s");

    List<String> byTopology = crashLoop(watched, "streams", "dispatcher", "launcher");
    List<String> byFallBack = crashLoop(alone, "dispatcher", "launcher");

    assertThat(decidedBy(watched)).containsOnly("topology");
    assertThat(decidedBy(alone)).containsOnly("dispatcher");
    assertThat(byTopology)
        .containsExactly(
            "retry",
            "retry",
            "block: crashed: the budget of the task is used up: 3 of 3 failed runs",
            "retry",
            "block: crashed: the budget of lane 'ledger' is used up: 5 of 5 failed runs in 24 h",
            "block: crashed: the budget of lane 'ledger' is used up: 6 of 5 failed runs in 24 h");
    assertThat(byFallBack).isEqualTo(byTopology);
  }

  /** One task after the other fails until it is stopped; what was decided, in order. */
  private static List<String> crashLoop(FaultHost host, String... services) {
    List<JavaProcess> running = new ArrayList<>();
    for (String service : services) {
      running.add(
          service.equals("dispatcher") ? host.serve(service, "--dispatch") : host.serve(service));
    }
    running.forEach(it -> it.awaitLine(line -> line.startsWith("ready "), SOON));
    List<String> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String task = host.create(FaultHost.LEDGER, FaultHost.work(0, 3));
      host.awaitStatus(task, "blocked", SOON);
      tasks.add(task);
    }
    assertThat(host.verb("why", tasks.get(0)))
        .anySatisfy(line -> assertThat(line).contains("3 of 3 failed runs"))
        .anySatisfy(line -> assertThat(line).contains("unblock " + tasks.get(0) + " --more N"));
    assertThat(host.verb("why", tasks.get(2)))
        .anySatisfy(line -> assertThat(line).contains("6 of 5 failed runs"));
    assertThat(tasks.stream().map(task -> host.runs(task).size())).containsExactly(3, 2, 1);
    running.forEach(it -> assertThat(it.terminate(SOON)).isZero());
    return host.events(event -> event.kind().equals("decided")).stream()
        .map(EventRow::payloadObject)
        .map(BudgetIT::words)
        .toList();
  }

  private static String words(ObjectNode decided) {
    String action = decided.path("action").asText();
    return action.equals("block") ? "block: " + decided.path("reason").asText() : action;
  }

  private static List<String> decidedBy(FaultHost host) {
    return host.events(event -> event.kind().equals("decided")).stream()
        .map(event -> event.payloadObject().path("by").asText())
        .toList();
  }

  private FaultHost aHost(String name, OwnBroker broker, JavaProcesses processes) throws Exception {
    return new FaultHost(processes, Files.createDirectory(root.resolve(name)))
        .set("kafka.bootstrap", broker.bootstrapServers())
        .set("kafka.partitions", "1")
        .set("kafka.prefix", name + ".")
        .set("policy.failure_limit", "100")
        .set("policy.systemic.tasks", "0")
        .set("policy.budget.task.attempts", "3")
        .set("policy.budget.lanes.ledger.attempts", "5");
  }
}
