package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Run;
import dev.talaria.cli.fault.FaultHost.Entry;
import dev.talaria.protocol.message.Transition;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.OwnBroker;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A second dispatcher on a board, and a second host of the same id, are started beside the first, whose work goes on. */
@WithKafka
@Timeout(120)
class TwoOfOneIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** What a board says of a run that somebody took for lost, dead or stuck. */
  private static final List<String> HARM = List.of(
      "launcher_lost", "reclaimed", "stale", "crashed", "timed_out", "spawn_failed", "gave_up");

  @TempDir
  private Path root;

  @Test
  void shouldRefuseASecondDispatcherOfABoardWhicheverHomeNamesIt(
      OwnBroker broker, JavaProcesses processes) throws IOException {
    broker.start();
    FaultHost first = aHost(broker, processes, root);
    ready(first.serve("dispatcher", "--dispatch"));
    ready(first.serve("launcher"));
    String living = first.create(FaultHost.LEDGER, FaultHost.gated("end", 0));
    first.awaitBegun(1, SOON);

    FaultHost linked = aHost(broker, processes, root.resolve("linked"));
    Files.delete(linked.db());
    Files.createSymbolicLink(linked.db(), first.db());
    linked.set("fleet.host", "beta");
    JavaProcess sameHome = first.serve("dispatcher", "--dispatch");
    JavaProcess otherHome = linked.serve("dispatcher", "--dispatch");
    for (JavaProcess second : List.of(sameHome, otherHome)) {
      assertThat(second.awaitEnd(SOON)).as("%s", second.output()).isEqualTo(1);
      assertThat(second.output())
          .anyMatch(line -> line.contains("is dispatched by another Talaria process already")
              && line.contains("Stop that one first"))
          .noneMatch(line -> line.startsWith("ready "));
    }

    assertGoesOnUnharmed(first, broker, living);
  }

  @Test
  void shouldStandDownAsTheSecondOfAHostIdAndLeaveTheFirstOnesRunsAlone(
      OwnBroker broker, JavaProcesses processes) throws Exception {
    broker.start();
    FaultHost first = aHost(broker, processes, root);
    JavaProcess dispatcher = ready(first.serve("dispatcher", "--dispatch"));
    JavaProcess launcher = ready(first.serve("launcher"));
    String known = first.create(FaultHost.LEDGER, FaultHost.gated("end", 0));
    first.awaitBegun(1, SOON);

    // the machine's image, as of one moment
    FaultHost clone = aHost(broker, processes, root.resolve("clone"));
    List.of(dispatcher, launcher).forEach(it -> FaultHost.signal("STOP", it.pid()));
    FaultHost.run("cp", "-r", first.home() + "/.", clone.home().toString());
    List.of(dispatcher, launcher).forEach(it -> FaultHost.signal("CONT", it.pid()));
    // a run that the copy does not know, and a task that it alone has
    String unknown = first.create(FaultHost.LEDGER, FaultHost.gated("end", 0));
    first.awaitBegun(2, SOON);
    String copys = clone.create(FaultHost.LEDGER, FaultHost.work(0, 0));

    JavaProcess second = clone.serve("dispatcher", "--dispatch");
    String health = health(second);
    second.awaitLine("This dispatcher stands down: another dispatcher of host 'alpha'", SOON);
    HttpResponse<String> readiness = get(health + "/health/ready");
    assertThat(readiness.statusCode()).isEqualTo(503);
    assertThat(get(health + "/health").body())
        .contains("another dispatcher of host 'alpha' was there first");
    assertThat(second.output()).noneMatch(line -> line.startsWith("ready "));
    JavaProcess secondLauncher = clone.serve("launcher");
    secondLauncher.awaitLine("takes no more work: another launcher", SOON);

    assertGoesOnUnharmed(first, broker, known, unknown);
    assertThat(first.ledger()).extracting(Entry::task).doesNotContain(copys);
    assertThat(clone.task(copys).status()).isEqualTo("ready");
    assertThat(clone.runs(copys)).isEmpty();
    assertThat(clone.runs(known)).extracting(Run::outcome).containsOnlyNulls();
    assertThat(first.transitions(broker.bootstrapServers(), "talaria."))
        .as("what the copy's board published")
        .extracting(Transition::lineage)
        .containsOnly(1L);
    assertThat(dispatcher.output()).noneMatch(line -> line.contains("stands down"));
    assertThat(second.terminate(SOON)).isZero();
    assertThat(secondLauncher.terminate(SOON)).isZero();
  }

  /** The first one's workers live, it grants what is made now, and in the end each task was done once. */
  private void assertGoesOnUnharmed(FaultHost first, OwnBroker broker, String... living) {
    String later = first.create(FaultHost.LEDGER, FaultHost.work(0, 0));
    first.awaitStatus(later, "done", SOON);
    assertThat(first.liveWorkers()).hasSize(living.length);
    for (String task : living) {
      assertThat(first.runs(task)).singleElement().matches(Run::isOpen);
    }
    first.open("end");
    first.awaitAllFinished(SOON);

    assertThat(first.ledger("began")).extracting(Entry::task).hasSize(living.length + 1);
    assertThat(first.ledger("done"))
        .extracting(Entry::task)
        .hasSize(living.length + 1)
        .doesNotHaveDuplicates();
    // the last one may have been granted to the launcher of the copy, which gives it back unstarted
    assertThat(first.tasks())
        .allSatisfy(task -> assertThat(first.runs(task.id()))
            .extracting(Run::outcome)
            .filteredOn(outcome -> !(task.id().equals(later) && "reclaimed".equals(outcome)))
            .containsExactly("completed"));
    assertThat(first.allEvents())
        .filteredOn(event -> !(event.taskId().equals(later) && event.kind().equals("reclaimed")))
        .extracting(EventRow::kind)
        .doesNotContainAnyElementsOf(HARM);
    first.assertNoRunTwice();
    first.assertNothingOpen();
    first.assertEachEventOnceOnTransitions(broker.bootstrapServers(), "talaria.");
  }

  /** A host whose id is in its file, as where none is configured. */
  private static FaultHost aHost(OwnBroker broker, JavaProcesses processes, Path where)
      throws IOException {
    FaultHost host = new FaultHost(processes, Files.createDirectories(where))
        .set("kafka.bootstrap", broker.bootstrapServers())
        .set("kafka.partitions", "1");
    Path settings = host.home().resolve("talaria.yaml");
    Files.writeString(settings, Files.readString(settings).replace("fleet:\n  host: alpha\n", ""));
    Files.createDirectories(host.home().resolve("talaria"));
    Files.writeString(host.home().resolve("talaria/host-id"), "alpha\n");
    return host;
  }

  private static JavaProcess ready(JavaProcess process) {
    process.awaitLine(line -> line.startsWith("ready "), SOON);
    return process;
  }

  private static String health(JavaProcess process) {
    String line = process.awaitLine("Metrics and health on ", SOON);
    return line.substring(line.indexOf("http://"));
  }

  private static HttpResponse<String> get(String address) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
  }
}
