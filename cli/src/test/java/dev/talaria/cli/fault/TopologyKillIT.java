package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.board.event.EventRow;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.RecordReader;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host is killed while its tasks crash all the time: its topology is at work again at once, and repeats nothing. */
@WithKafka
class TopologyKillIT {
  private static final Duration AT_ONCE = Duration.ofSeconds(5);

  @TempDir
  private Path root;

  @Test
  void theTopologyDecidesAgainWithinSecondsAndNothingTwice(JavaProcesses processes)
      throws MalformedMessageException {
    var host = new FaultHost(processes, root)
        .set("policy.failure_limit", "100000")
        .set("policy.systemic.tasks", "1000")
        .set("dispatch.run_ceiling_per_day", "100000")
        .start();
    List<String> tasks =
        host.create(FaultHost.LEDGER, Collections.nCopies(4, FaultHost.work(0.1, 1)));
    awaitDecisions(host, 40);
    host.kill();
    long before = lastEvent(host);

    host.start();
    await("a decision of the topology")
        .atMost(AT_ONCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() ->
            decided(host).stream().anyMatch(event -> event.id() > before && byTopology(event)));
    awaitDecisions(host, decided(host).size() + 40);
    tasks.forEach(task -> host.verb("archive", task));
    host.terminate();
    host.start();

    assertThat(decided(host).stream()
            .map(event -> event.payloadObject().path("run").asLong()))
        .as("runs that were decided about")
        .doesNotHaveDuplicates();
    var runs = new ArrayList<String>();
    for (var rec : new RecordReader(host.bootstrap()).readAll("talaria.decisions")) {
      runs.add(new Wire().decode(rec.value(), Decision.class).run().toString());
    }
    assertThat(runs).as("decisions on the topic").hasSizeGreaterThan(80).doesNotHaveDuplicates();
    for (String task : tasks) {
      assertThat(host.events(task, "decided").stream()
              .map(event -> event.payloadObject().path("count").asInt()))
          .as("counts of task %s", task)
          .isSorted()
          .doesNotHaveDuplicates();
    }
  }

  private static void awaitDecisions(FaultHost host, int count) {
    await(count + " decisions")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> decided(host).size() >= count);
  }

  private static List<EventRow> decided(FaultHost host) {
    return host.events(event -> event.kind().equals("decided"));
  }

  private static boolean byTopology(EventRow event) {
    return event.payloadObject().path("by").asText().equals("topology");
  }

  private static long lastEvent(FaultHost host) {
    List<EventRow> all = host.allEvents();
    return all.get(all.size() - 1).id();
  }
}
