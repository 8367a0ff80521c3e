package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Presence;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Wire;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.OwnBroker;
import dev.talaria.testkit.RecordReader;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a launcher does to live workers when it is stopped, killed, upgraded or suspended: nothing. */
@WithKafka
@Timeout(180)
class SupervisionIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int WORKERS = 50;

  @TempDir
  private Path root;

  @Test
  void shouldNotTouchLiveWorkersWhenTheirLauncherIsUpgradedOrKilled(
      OwnBroker broker, JavaProcesses processes) throws Exception {
    broker.start();
    FaultHost host = new FaultHost(processes, root)
        .set("kafka.bootstrap", broker.bootstrapServers())
        .set("kafka.partitions", "1")
        .set("launcher.slots", Integer.toString(WORKERS))
        .set("policy.failure_limit", "1")
        .set("dispatch.decision_wait", "100ms"); // nobody else decides here
    JavaProcess dispatcher = host.serve("dispatcher", "--dispatch");
    JavaProcess launcher = ready(host.serve("launcher"));
    List<String> tasks = host.create(
        FaultHost.LEDGER,
        IntStream.rangeClosed(1, WORKERS)
            .mapToObj(code -> FaultHost.gated("go", code))
            .toList());
    host.awaitBegun(WORKERS, SOON);
    List<Long> workers = host.liveWorkers();
    assertThat(workers).hasSize(WORKERS);

    long from = System.nanoTime();
    assertThat(launcher.terminate(SOON)).as("exit code of SIGTERM").isZero();
    assertThat(lastBeat(broker)).satisfies(farewell -> {
      assertThat(farewell.farewell()).isTrue();
      assertThat(farewell.standing().backBy()).isEqualTo(farewell.at() + 60_000);
      assertThat(farewell.runs()).hasSize(WORKERS);
    });
    launcher = host.serve("launcher");
    awaitLines(launcher, "Adopted run ", WORKERS);
    report("upgraded", from);
    ready(launcher);
    assertAdopted(host, workers, tasks);

    from = System.nanoTime();
    launcher.kill();
    broker.stop();
    launcher = host.serve("launcher");
    awaitLines(launcher, "Adopted run ", WORKERS);
    report("killed, with Kafka away", from);
    broker.start();
    ready(launcher);
    assertAdopted(host, workers, tasks);

    host.open("go");
    host.awaitAllFinished(SOON);
    Map<String, Integer> codes = new TreeMap<>();
    Map<String, Integer> expected = new TreeMap<>();
    for (int code = 1; code <= WORKERS; code++) {
      String task = tasks.get(code - 1);
      List<Run> runs = host.runs(task);
      assertThat(runs).as("runs of task %s", task).hasSize(1);
      codes.put(task, host.exitCode(runs.get(0).id()));
      expected.put(task, code);
    }
    assertThat(codes).isEqualTo(expected);
    host.assertNoRunTwice();
    assertThat(launcher.terminate(SOON)).isZero();
    assertThat(dispatcher.terminate(SOON)).isZero();
  }

  @Test
  void shouldCloseNothingAfterAllWasStoppedForLongerThanEveryTimeOut(JavaProcesses processes)
      throws Exception {
    FaultHost host = new FaultHost(processes, root)
        .set("dispatch.claim_ttl", "5s")
        .set("dispatch.lost_after", "4s")
        .start();
    List<String> tasks = host.create(IntStream.range(0, 4)
        .mapToObj(i -> NewTask.titled(FaultHost.gated("go", 0))
            .withAssignee(FaultHost.LEDGER)
            .withMaxRuntimeSeconds(8L))
        .toList());
    host.awaitBegun(4, SOON);

    List<ProcessHandle> all = new ArrayList<>();
    ProcessHandle.of(host.up().pid()).ifPresent(up -> {
      all.add(up);
      up.descendants().forEach(all::add); // its shells, and the workers below them
    });
    assertThat(all.stream().map(ProcessHandle::pid)).containsAll(host.liveWorkers());
    signalAll("STOP", all);
    try {
      TimeUnit.SECONDS.sleep(11); // the longest time-out, and what is taken for no gap
    } finally {
      signalAll("CONT", all);
    }

    // work that comes now is done by a host that has judged what was running before
    host.awaitStatus(host.create(FaultHost.NOOP, FaultHost.work(0, 0)), "done", SOON);
    assertThat(host.liveWorkers()).hasSize(4);
    host.open("go");
    host.awaitAllFinished(SOON);
    assertThat(tasks.stream().map(host::runs))
        .allSatisfy(runs -> assertThat(runs)
            .singleElement()
            .satisfies(run -> assertThat(run.outcome()).isEqualTo("completed")));
    host.assertNoRunTwice();
    assertThat(host.ledger("began")).hasSize(4);
    assertThat(host.terminate()).isZero();
  }

  @Test
  void shouldLeaveAReadyTaskAloneUntilTheCommandOfItsLaneIsThere(JavaProcesses processes)
      throws Exception {
    Path command = root.resolve("late.sh");
    FaultHost host = new FaultHost(processes, root)
        .set("launcher.lanes.late.command", command.toString())
        .set("launcher.lanes.late.exit", "exit-code")
        .start();
    String late = host.create("late", "waits for its command");
    for (int i = 0; i < 3; i++) {
      host.awaitStatus(host.create(FaultHost.LEDGER, FaultHost.work(0, 0)), "done", SOON);
    }
    assertThat(host.runs(late)).as("runs that could not start").isEmpty();
    assertThat(host.up().output())
        .anyMatch(line -> line.contains("Lane 'late' is not served until this is mended: Cannot"));

    Path made = Files.writeString(root.resolve("made"), "#!/bin/sh\nexit 0\n");
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(made, command);

    host.awaitStatus(late, "done", SOON);
    assertThat(host.runs(late)).hasSize(1);
    assertThat(host.terminate()).isZero();
  }

  /** Those of a moment, such as a worker's sleep, may be gone by now. */
  private static void signalAll(String name, List<ProcessHandle> processes) {
    processes.stream()
        .filter(ProcessHandle::isAlive)
        .filter(process -> !process.info().command().orElse("").endsWith("/sleep"))
        .forEach(process -> signal(name, process));
  }

  private static void signal(String name, ProcessHandle process) {
    try {
      FaultHost.signal(name, process.pid());
    } catch (AssertionError e) {
      if (process.isAlive()) {
        throw e;
      }
    }
  }

  private static JavaProcess ready(JavaProcess process) {
    process.awaitLine(line -> line.startsWith("ready "), SOON);
    return process;
  }

  private static void awaitLines(JavaProcess process, String text, int count) {
    await(count + " lines with '" + text + "'")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> process.output().stream().filter(line -> line.contains(text)).count() >= count);
  }

  private static void assertAdopted(FaultHost host, List<Long> workers, List<String> tasks) {
    assertThat(host.liveWorkers()).containsExactlyInAnyOrderElementsOf(workers);
    assertThat(host.ledger("began")).as("workers that began").hasSize(WORKERS);
    await("the board knows them as running")
        .atMost(SOON)
        .untilAsserted(() -> assertThat(tasks)
            .allSatisfy(task -> assertThat(host.task(task).status()).isEqualTo("running")));
  }

  private static LauncherBeat lastBeat(OwnBroker broker) {
    Wire wire = new Wire();
    List<LauncherBeat> beats = new ArrayList<>();
    new RecordReader(broker.bootstrapServers()).readAll("talaria.presence").forEach(rec -> {
      try {
        if (wire.decode(rec.value(), Presence.class) instanceof LauncherBeat beat) {
          beats.add(beat);
        }
      } catch (MalformedMessageException e) {
        throw new AssertionError(RecordReader.text(rec), e);
      }
    });
    return beats.get(beats.size() - 1);
  }

  private static void report(String what, long fromNanos) {
    System.out.printf(
        "launcher %s under %d live workers: looks after all of them again after %d ms%n",
        what, WORKERS, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - fromNanos));
  }
}
