package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.cli.Main;
import dev.talaria.cli.fault.FaultHost.Entry;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Launchers in processes and homes of their own are stopped and killed while their workers live on. */
@WithKafka
@Timeout(240)
class LauncherLostIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration LOST_AFTER = Duration.ofSeconds(6);

  /** As {@code lost_after} 30 s leaves 10 s for everything else; two beats, a look, an offer, a claim and a start. */
  private static final Duration ELSEWHERE = LOST_AFTER.plusSeconds(8);

  private static final String LANE = "far";

  /** A lane whose workers are stopped before another may have their work. */
  private static final String STRICT = "strict";

  @TempDir
  Path root;

  private final Map<String, JavaProcess> launchers = new HashMap<>();
  private JavaProcesses processes;
  private FaultHost host;

  @BeforeEach
  void start(JavaProcesses theProcesses) throws IOException {
    processes = theProcesses;
    host = new FaultHost(processes, root)
        .set("dispatch.lost_after", LOST_AFTER.toSeconds() + "s")
        .start();
    launch("beta");
    launch("gamma");
  }

  private void launch(String name) throws IOException {
    Path home = Files.createDirectories(root.resolve("home-" + name));
    Files.writeString(home.resolve("talaria.yaml"), """
        fleet:
          host: %s
        launcher:
          slots: 3
          kill_grace: 1s
          lanes:
            %s:
              command: ['%s', '{task_id}', '{run_id}', '{title}', '%s']
              exit: exit-code
            %s:
              command: ['%s', '{task_id}', '{run_id}', '{title}', '%s']
              exit: exit-code
              stop_after: 2s
        dispatch:
          lost_after: %ds
        """.formatted(
            name,
            LANE,
            root.resolve("worker.sh"),
            root,
            STRICT,
            root.resolve("worker.sh"),
            root,
            LOST_AFTER.toSeconds()));
    JavaProcess process = processes
        .of(Main.class)
        .jvmArgs("-Xmx256m")
        .env("HERMES_HOME", home.toString())
        .env("HERMES_KANBAN_HOME", "")
        .args(launcherArgs())
        .start("launcher-" + name);
    process.awaitLine("launcher  " + name, LIMIT);
    launchers.put(name, process);
  }

  private String[] launcherArgs() {
    return new String[] {
      "launcher", "--kafka", host.bootstrap(), "--set", "kafka.partitions=1", "--http-port", "0"
    };
  }

  /** The host of the launcher that a run was granted to. */
  private String holder(long run) {
    return host.read(tx -> tx.list(
            "SELECT launcher FROM talaria_runs WHERE run_id = ?",
            row -> row.requireText("launcher"),
            run)
        .get(0)
        .split("/", -1)[0]);
  }

  /** Waits until the task of this worker runs elsewhere; its worker there. */
  private Entry awaitElsewhere(Entry first, int workers) {
    long from = System.nanoTime();
    host.awaitBegun(workers, LIMIT);
    Duration took = Duration.ofNanos(System.nanoTime() - from);
    System.out.printf("figure launcher_lost.elsewhere_ms %d%n", took.toMillis());
    Entry second = host.ledger("began").get(workers - 1);
    assertThat(took)
        .as("from the loss to the task running elsewhere: %s", host.events(first.task()))
        .isLessThan(ELSEWHERE);
    assertThat(second.task()).isEqualTo(first.task());
    assertThat(holder(second.run())).isNotEqualTo(holder(first.run()));
    assertThat(host.runs(first.task()).get(0).outcome()).isEqualTo("launcher_lost");
    assertThat(host.task(first.task()).consecutiveFailures()).isZero();
    return second;
  }

  private void awaitStopped(Entry worker) {
    await("the worker of the closed run is stopped")
        .atMost(LIMIT)
        .until(() -> !host.liveWorkers().contains(worker.pid()));
  }

  /** A worker whose launcher's home is copied and started a second time meanwhile; it works on and ends well. */
  private Entry withACopyOfItsHome() throws Exception {
    String task = host.create(LANE, FaultHost.gated("copy", 0));
    host.awaitBegun(3, LIMIT);
    Entry worker = host.ledger("began").get(2);
    String name = holder(worker.run());
    Path copy = root.resolve("home-copy");
    FaultHost.run("cp", "-r", root.resolve("home-" + name).toString(), copy.toString());
    JavaProcess second = processes
        .of(Main.class)
        .jvmArgs("-Xmx256m")
        .env("HERMES_HOME", copy.toString())
        .env("HERMES_KANBAN_HOME", "")
        .args(launcherArgs())
        .start("launcher-copy");
    second.awaitLine("takes no more work: another launcher", LIMIT);
    Thread.sleep(2 * LOST_AFTER.toMillis()); // nothing must happen, and nothing tells when it would
    assertThat(host.task(task).currentRunId()).isEqualTo(worker.run());
    assertThat(host.liveWorkers()).contains(worker.pid());
    assertThat(second.output()).anyMatch(line -> line.contains("was copied from another"));
    host.open("copy");
    host.awaitStatus(task, "done", LIMIT);
    second.terminate(LIMIT);
    return worker;
  }

  @Test
  void shouldRunALostLaunchersTaskElsewhereAndStopItsWorkerOnReturn() throws Exception {
    // asleep: it is not heard, and hears nothing
    String first = host.create(LANE, FaultHost.gated("one", 0));
    host.awaitBegun(1, LIMIT);
    Entry asleep = host.ledger("began").get(0);
    JavaProcess sleeper = launchers.get(holder(asleep.run()));
    FaultHost.signal("STOP", sleeper.pid());
    Entry instead = awaitElsewhere(asleep, 2);
    assertThat(host.liveWorkers()).as("nobody could stop it yet").contains(asleep.pid());
    FaultHost.signal("CONT", sleeper.pid());
    awaitStopped(asleep);
    assertThat(host.liveWorkers()).contains(instead.pid());
    host.open("one");
    host.awaitStatus(first, "done", LIMIT);

    // a copy of a home, under the same name on the same machine, while its original is at work
    Entry original = withACopyOfItsHome();

    // killed: its guard ends the worker before another has its work
    String second = host.create(STRICT, FaultHost.gated("two", 0));
    host.awaitBegun(4, LIMIT);
    Entry orphan = host.ledger("began").get(3);
    String killed = holder(orphan.run());
    launchers.get(killed).kill();
    awaitStopped(orphan);
    assertThat(host.ledger("began")).as("nobody has its work yet").hasSize(4);
    Entry rescued = awaitElsewhere(orphan, 5);
    launch(killed);

    // cut off, with all that the broker's host runs: the launcher itself ends the worker
    host.signal("STOP");
    awaitStopped(rescued);
    host.signal("CONT");
    host.awaitBegun(6, LIMIT);
    Entry last = host.ledger("began").get(5);
    assertThat(last.task()).isEqualTo(second);
    host.open("two");
    host.awaitStatus(second, "done", LIMIT);

    host.awaitAllFinished(LIMIT);
    assertThat(host.ledger("began").stream().map(Entry::run)).hasSize(6).doesNotHaveDuplicates();
    assertThat(host.ledger("done").stream().map(Entry::run))
        .containsExactly(instead.run(), original.run(), last.run());
    assertThat(host.runs(first))
        .extracting("outcome")
        .isEqualTo(List.of("launcher_lost", "completed"));
    assertThat(host.runs(second))
        .extracting("outcome")
        .isEqualTo(List.of("launcher_lost", "reclaimed", "completed"));
    host.assertEachEventOnceOnTransitions();
    host.assertNothingOpen();
  }
}
