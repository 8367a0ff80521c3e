package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.testkit.BrokerProcess;
import dev.talaria.testkit.JavaProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.SoftAssertions;

/**
 * A broker of its own goes away under a host at work, for longer than a claim lasts and a launcher may be silent, and comes
 * back: boards stay usable, no run is closed or started because of it, and everything is told afterwards.
 */
final class BrokerAwayCase {
  private static final int SLOTS = 16;
  private static final String PREFIX = "talaria.";
  private static final Duration SOON = Duration.ofSeconds(30);

  /** What happens to the broker. */
  enum Fault {
    /** It is killed, and started again on its data and address. */
    KILLED {
      @Override
      void begin(BrokerProcess broker) {
        broker.kill();
      }

      @Override
      void end(BrokerProcess broker) {
        broker.start();
      }
    },
    /** It answers nothing while its connections stay open. */
    FROZEN {
      @Override
      void begin(BrokerProcess broker) {
        FaultHost.signal("STOP", broker.process().pid());
      }

      @Override
      void end(BrokerProcess broker) {
        FaultHost.signal("CONT", broker.process().pid());
      }
    };

    abstract void begin(BrokerProcess broker);

    abstract void end(BrokerProcess broker);
  }

  private final Fault fault;
  private final Duration away;
  private final BrokerProcess broker;
  private final FaultHost host;

  /**
   * A case.
   *
   * @param root an empty directory
   * @param silence for {@code claim_ttl} and {@code lost_after}; shorter than the broker is away
   */
  BrokerAwayCase(JavaProcesses processes, Path root, Fault fault, Duration away, Duration silence) {
    this.fault = fault;
    this.away = away;
    this.broker = new BrokerProcess(processes, root.resolve("broker"));
    this.host = new FaultHost(processes, root.resolve("host"))
        .set("launcher.slots", Integer.toString(SLOTS))
        .set("dispatch.lost_after", silence.toSeconds() + "s")
        .set("dispatch.claim_ttl", silence.toSeconds() + "s")
        .set("policy.systemic.tasks", "1000");
  }

  void run() {
    broker.start();
    host.start("--kafka", broker.bootstrapServers());
    var succeeding =
        host.create(FaultHost.LEDGER, Collections.nCopies(5, FaultHost.gated("away", 0)));
    var failing = host.create(FaultHost.LEDGER, Collections.nCopies(3, FaultHost.gated("away", 3)));
    var lasting =
        host.create(FaultHost.LEDGER, Collections.nCopies(4, FaultHost.gated("after", 0)));
    host.awaitBegun(12, SOON);
    var quick = new ArrayList<>(host.create(FaultHost.NOOP, Collections.nCopies(10, "at once")));
    quick.forEach(task -> host.awaitStatus(task, "done", SOON));
    var running = new ArrayList<>(succeeding);
    running.addAll(failing);
    running.addAll(lasting);
    running.forEach(this::awaitSpawned);

    fault.begin(broker);
    Instant back = Instant.now().plus(away);
    host.open("away");
    quick.addAll(useTheBoard());
    while (Instant.now().isBefore(back)) {
      running.forEach(this::assertStillOpen);
      pause(Duration.ofSeconds(1));
    }
    assertClaimsRenewed(lasting);
    assertThat(host.up().isAlive()).isTrue();

    fault.end(broker);
    await("what ended while the broker was away is reported, and what was created is run")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(250))
        .untilAsserted(() -> {
          var soft = new SoftAssertions();
          succeeding.forEach(task -> soft.assertThat(host.task(task).status()).isEqualTo("done"));
          failing.forEach(task -> soft.assertThat(host.task(task).status()).isEqualTo("blocked"));
          quick.forEach(task -> soft.assertThat(host.task(task).status()).isEqualTo("done"));
          soft.assertAll();
        });
    lasting.forEach(this::assertStillOpen);
    assertEverySlotIsFree(lasting.size());
    host.open("after");
    assertTheTopologyDecides();
    host.awaitAllFinished(SOON);

    succeeding.forEach(task -> assertOutcomes(task, "completed"));
    lasting.forEach(task -> assertOutcomes(task, "completed"));
    failing.forEach(task -> assertOutcomes(task, "crashed", "crashed"));
    quick.forEach(task -> assertOutcomes(task, "completed"));
    failing.forEach(task ->
        host.runs(task).forEach(run -> assertThat(host.exitCode(run.id())).isEqualTo(3)));
    host.assertEachEventOnceOnTransitions(broker.bootstrapServers(), PREFIX);
    host.assertNoRunTwice();
    host.assertNothingOpen();
    assertThat(host.terminate()).isZero();
  }

  private void awaitSpawned(String task) {
    await("the start of " + task + " is on the board")
        .atMost(SOON)
        .until(() -> !host.events(task, "spawned").isEmpty());
  }

  /** What somebody does at the command line meanwhile; the tasks that a worker should take up later. */
  private List<String> useTheBoard() {
    host.verb("create", "by hand");
    String byHand = newest("by hand").id();
    host.verb("comment", byHand, "the broker is away");
    host.verb("complete", byHand, "--summary", "done meanwhile");
    assertThat(host.task(byHand).status()).isEqualTo("done");
    host.verb("create", "for a worker", "--assignee", FaultHost.NOOP);
    var created = new ArrayList<>(host.create(FaultHost.NOOP, Collections.nCopies(5, "meanwhile")));
    created.add(newest("for a worker").id());
    return created;
  }

  private Task newest(String title) {
    return host.tasks().stream()
        .filter(task -> task.title().equals(title))
        .findFirst()
        .orElseThrow();
  }

  private void assertStillOpen(String task) {
    assertThat(host.runs(task))
        .as("runs of task %s", task)
        .singleElement()
        .satisfies(run -> assertThat(run.isOpen()).isTrue());
    assertThat(host.task(task).status()).isEqualTo("running");
  }

  /** hermes, on the same board, judges by this column. */
  private void assertClaimsRenewed(List<String> tasks) {
    long now = Instant.now().getEpochSecond();
    tasks.forEach(task -> assertThat(host.task(task).claimExpires())
        .as("expiry of the claim on %s", task)
        .isGreaterThan(now));
  }

  /** No slot was lost with what was said twice. */
  private void assertEverySlotIsFree(int taken) {
    int before = host.ledger("began").size();
    host.create(FaultHost.LEDGER, Collections.nCopies(SLOTS - taken, FaultHost.gated("after", 0)));
    host.awaitBegun(before + SLOTS - taken, SOON);
  }

  private void assertTheTopologyDecides() {
    String task = host.create(FaultHost.LEDGER, FaultHost.work(0, 7));
    host.awaitStatus(task, "blocked", SOON);
    assertThat(host.events(task, "decided"))
        .hasSize(2)
        .allSatisfy(
            event -> assertThat(event.payloadObject().path("by").asText()).isEqualTo("topology"));
  }

  private void assertOutcomes(String task, String... outcomes) {
    assertThat(host.runs(task).stream().map(Run::outcome))
        .as("runs of task %s", task)
        .containsExactly(outcomes);
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
