package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.board.event.EventRow;
import dev.talaria.board.incident.Incidents;
import dev.talaria.board.incident.OpenIncident;
import dev.talaria.board.task.NewTask;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.RecordReader;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real workers that crash alike: their lane is held, its probes fail and succeed, and nothing else starts meanwhile. */
@WithKafka
@Timeout(240)
class IncidentIT {
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final long PROBE_AFTER = 4;

  @TempDir
  private Path root;

  @Test
  void shouldHoldTheLaneUntilAProbeSucceeds(JavaProcesses processes) throws Exception {
    FaultHost host = new FaultHost(processes, root)
        .set("policy.failure_limit", "1")
        .set("policy.systemic.tasks", "3")
        .set("policy.systemic.pause_lane", "true")
        .set("policy.systemic.probe_after", PROBE_AFTER + "s")
        .start();

    OpenIncident incident = crash(host);
    List<String> waiting = host.create(List.of(
        task(FaultHost.gated("failing", 1), 9),
        task(FaultHost.gated("mended", 0), 5),
        task(FaultHost.work(0, 0), 0),
        task(FaultHost.work(0, 0), 0)));
    host.awaitBegun(4, SOON);
    String first = waiting.get(0);
    assertThat(host.runs(first).get(0).startedAt())
        .as("the first probe waits for its time")
        .isGreaterThanOrEqualTo(incident.openedAt() + PROBE_AFTER);
    assertProbe(host, first, incident.id());
    // the dispatcher writes every 5 s down how it stands, and has only just started
    await("why tells it")
        .atMost(SOON)
        .untilAsserted(() -> assertThat(host.verb("why", waiting.get(2)).toString())
            .contains("Incident " + incident.id(), "Task " + first + " runs as a probe"));
    assertBegun(host, 4);

    host.open("failing");
    host.awaitStatus(first, "blocked", SOON);
    assertThat(host.events(first, "decided").get(0).payload()).contains(incident.id());
    long failed = host.runs(first).get(0).endedAt();
    host.terminate();
    host.start(); // what held the lane holds it still

    host.awaitBegun(5, SOON);
    String second = waiting.get(1);
    assertThat(host.runs(second).get(0).startedAt())
        .as("the next probe waits twice as long")
        .isGreaterThanOrEqualTo(failed + 2 * PROBE_AFTER);
    assertProbe(host, second, incident.id());
    assertThat(host.verb("incidents", "show", incident.id()).toString())
        .contains("open", "crashed: says <task>", "probes", "2, of which 1 failed", second);
    assertBegun(host, 5);

    host.open("mended");
    host.awaitAllFinished(SOON);
    host.assertNoRunTwice();
    assertThat(host.ledger("began")).hasSize(7);
    await("the topology tells that it is over")
        .atMost(SOON)
        .until(() -> !onTopic(host).isOpen());
    assertThat(onTopic(host).why()).isEqualTo("its probe " + second + " completed");
    await("the board knows").atMost(SOON).until(() -> host.read(Incidents::all).isEmpty());
    assertThat(host.verb("incidents", "list")).contains("No incident is open.");

    OpenIncident again = crash(host);
    assertThat(again.id()).isNotEqualTo(incident.id());
    String task = host.create(FaultHost.LEDGER, FaultHost.work(0, 0));
    assertThat(host.verb("incidents", "close", again.id(), "--reason", "mended by hand"))
        .anyMatch(line -> line.startsWith("Closed incident " + again.id()));
    host.awaitStatus(task, "done", Duration.ofSeconds(PROBE_AFTER));
    await("the topology has heard of it")
        .atMost(SOON)
        .until(() -> !onTopic(host).isOpen());
    assertThat(onTopic(host).why()).isEqualTo("closed by user: mended by hand");
    host.terminate();
  }

  /** Three tasks crash alike. */
  private static OpenIncident crash(FaultHost host) {
    host.create(FaultHost.LEDGER, Collections.nCopies(3, FaultHost.work(0, 1)));
    await("the lane is held")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> host.read(Incidents::all).stream().anyMatch(OpenIncident::holds));
    return host.read(Incidents::all).get(0);
  }

  private static NewTask task(String title, int priority) {
    return NewTask.titled(title)
        .withAssignee(FaultHost.LEDGER)
        .withPriority(priority)
        .withCreatedBy("test");
  }

  /** So many workers began, and no more of the lane were granted when the dispatcher looked again. */
  private static void assertBegun(FaultHost host, int count) {
    host.awaitLook();
    long granted = host.read(
        tx -> tx.number("SELECT count(*) AS n FROM task_runs WHERE profile = ?", FaultHost.LEDGER));
    assertThat(granted).as("runs of the lane").isEqualTo(count);
    assertThat(host.ledger("began")).as("workers that began").hasSize(count);
  }

  private static void assertProbe(FaultHost host, String task, String incident) {
    List<EventRow> probes = host.events(task, "incident_probe");
    assertThat(probes).hasSize(1);
    assertThat(probes.get(0).payloadObject().path("incident").asText()).isEqualTo(incident);
    assertThat(probes.get(0).runId()).isEqualTo(host.runs(task).get(0).id());
  }

  private static Incident onTopic(FaultHost host) throws MalformedMessageException {
    var records = new RecordReader(host.bootstrap()).readAll("talaria.incidents");
    return new Wire().decode(records.get(records.size() - 1).value(), Incident.class);
  }
}
