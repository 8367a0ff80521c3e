package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.protocol.message.Transition;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.OwnBroker;
import dev.talaria.testkit.Topics;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka forgets: topics are deleted and made again, or the broker's data is gone. Nothing is skipped in silence. */
@WithKafka
@Timeout(240)
class TopicsLostIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String PREFIX = "talaria.";

  @TempDir
  Path root;

  private static void work(FaultHost host, int tasks) {
    host.create(FaultHost.LEDGER, Collections.nCopies(tasks, FaultHost.work(0, 0)));
    host.awaitAllFinished(LIMIT);
  }

  /** Old history is there again as backfill, and what happens from now on follows. */
  private static void assertNothingIsMissing(FaultHost host, String bootstrap) {
    long last = host.allEvents().get(host.allEvents().size() - 1).id();
    await("the history is published again")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(() -> host.transitions(bootstrap, PREFIX).stream()
            .anyMatch(it -> it.event() >= last && it.isBackfill()));
    work(host, 3);
    String failing = host.create(FaultHost.LEDGER, FaultHost.work(0, 3));
    host.awaitStatus(failing, "blocked", LIMIT);
    assertThat(host.events(failing, "gave_up")).hasSize(1);
    host.awaitAllFinished(LIMIT);
    host.assertEachEventOnceOnTransitions(bootstrap, PREFIX);
    assertThat(host.transitions(bootstrap, PREFIX))
        .filteredOn(it -> it.event() > last)
        .noneMatch(Transition::isBackfill);
    host.assertNoRunTwice();
    host.assertNothingOpen();
  }

  private static void deleteTopics(OwnBroker broker) {
    try (var topics = new Topics(broker)) {
      List<String> names =
          topics.names().stream().filter(name -> name.startsWith("talaria")).toList();
      assertThat(names)
          .contains("talaria.transitions", "talaria.commands", "talaria.relay-cursors");
      topics.admin().deleteTopics(names).all().get();
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldPublishAgainWhenTopicsWereDeletedWhileUpAndWhileDown(
      JavaProcesses processes, OwnBroker broker) {
    broker.start();
    String bootstrap = broker.bootstrapServers();
    var host = new FaultHost(processes, root).start("--kafka", bootstrap);
    work(host, 4);

    deleteTopics(broker);
    host.up().awaitLine("was made again", LIMIT);
    assertNothingIsMissing(host, bootstrap);
    assertThat(host.terminate()).isZero();

    deleteTopics(broker);
    host.start("--kafka", bootstrap);
    host.up().awaitLine("go out as backfill", LIMIT);
    host.up().awaitLine("is read from its earliest record", LIMIT);
    assertNothingIsMissing(host, bootstrap);
  }

  @Test
  void shouldPublishAgainWhenTheBrokersDataWasWiped(JavaProcesses processes) throws Exception {
    var host = new FaultHost(processes, root).start();
    work(host, 4);
    assertThat(host.terminate()).isZero();
    delete(host.home().resolve("talaria/kafka"));

    host.start();

    host.up().awaitLine("go out as backfill", LIMIT);
    assertNothingIsMissing(host, host.bootstrap());
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
