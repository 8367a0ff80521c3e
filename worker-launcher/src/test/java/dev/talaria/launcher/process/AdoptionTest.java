package dev.talaria.launcher.process;

import static dev.talaria.launcher.process.Launcher.SOON;
import static dev.talaria.launcher.process.Launcher.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.launcher.rundir.Marker;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.launcher.rundir.SpawnRecord;
import dev.talaria.launcher.rundir.StartEntry;
import dev.talaria.protocol.id.RunKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdoptionTest {
  @TempDir
  Path home;

  @Test
  void shouldAdoptTheWorkersOfAKilledLauncher() throws Exception {
    Process first = LauncherProcess.start(
        home,
        List.of(),
        "while [ ! -e ../../go ]; do sleep 0.05; done; exit 7", // ends while no launcher lives
        "exit 137", // has ended before, and was told to the first launcher only
        "while [ ! -e ../../go2 ]; do sleep 0.05; done; echo last words; exit 9", // ends under the
        // second
        "exec sleep 1000", // is stopped by the second
        "kill -KILL $$");
    await().atMost(SOON).until(() -> Files.exists(home.resolve("up")));
    first.destroyForcibly().waitFor();
    Files.createFile(home.resolve("go"));
    RunInspector inspector = inspector();
    await()
        .atMost(SOON)
        .until(() -> inspector.inspect(directory(run(1))) instanceof RunState.Ended);

    try (Launcher second = new Launcher(home).start()) {
      second.supervisor.recover();

      assertThat(second.awaitEnd(run(1)).exit()).isEqualTo(new WorkerExit.Code(7));
      assertThat(second.awaitEnd(run(2)).exit()).isEqualTo(new WorkerExit.SignalOrCode(137));
      assertThat(second.awaitEnd(run(5)).exit()).isEqualTo(new WorkerExit.SignalOrCode(137));
      second.awaitStart(run(3));
      second.awaitStart(run(4));
      assertThat(second.supervisor.live()).contains(run(3), run(4));

      Files.createFile(home.resolve("go2"));
      RunEnded third = second.awaitEnd(run(3));
      assertThat(third.exit()).isEqualTo(new WorkerExit.Code(9));
      assertThat(third.tail()).isEqualTo("last words\n");

      second.supervisor.stop(run(4), StopReason.OPERATOR);
      RunEnded fourth = second.awaitEnd(run(4));
      assertThat(fourth.exit()).isEqualTo(new WorkerExit.Signal(15));
      assertThat(fourth.stop()).isEqualTo(StopReason.OPERATOR);
      assertThat(second.neverStarted).isEmpty();
    }
  }

  @Test
  void shouldTellOfRunsUntilTheyAreAcknowledged() throws Exception {
    try (Launcher first = new Launcher(home).start()) {
      first.sh(run(1), "exit 1");
      first.sh(run(2), "exit 2");
      first.awaitEnd(run(1));
      first.awaitEnd(run(2));
    }
    directory(run(2)).mark(Marker.ACKNOWLEDGED, "");

    try (Launcher second = new Launcher(home).start()) {
      assertThat(second.supervisor.recover()).hasSize(2);
      assertThat(second.awaitEnd(run(1)).exit()).isEqualTo(new WorkerExit.Code(1));
      assertThat(second.ended).doesNotContainKey(run(2));
    }
  }

  @Test
  void shouldEntombWhatNobodyStarted() throws Exception {
    try (Launcher launcher = new Launcher(home).start()) {
      launcher.runs.create(run(1), new byte[0]);

      launcher.supervisor.recover();

      await().atMost(SOON).until(() -> launcher.neverStarted.containsKey(run(1)));
      assertThat(directory(run(1)).startEntry()).isEqualTo(StartEntry.TOMBSTONE);
    }
  }

  @Test
  void shouldNotTakeARecycledProcessIdForAWorker() throws Exception {
    try (Launcher launcher = new Launcher(home).start()) {
      RunDirectory directory = launcher.runs.create(run(1), new byte[0]).orElseThrow();
      String boot = ProcessTable.ofThisHost().bootId().orElseThrow();
      directory.prepare(new SpawnRecord(boot, "/", "/dev/null", 0, 1L, 0, null, null), "");
      Files.createFile(directory.path().resolve("start"));
      long me = ProcessHandle.current().pid();
      String born = ProcessTable.ofThisHost().stat(me).orElseThrow().startTime();
      Files.writeString(directory.path().resolve("pid"), me + " 1" + born + "\n");
      Files.writeString(
          directory.path().resolve("shim-" + me),
          me + " " + born + "\n"); // but not our command line

      launcher.supervisor.recover();

      assertThat(launcher.awaitEnd(run(1)).exit()).isEqualTo(new WorkerExit.Unknown(false));
      assertThat(new WorkerTree(ProcessTable.ofThisHost())
              .members(new ProcessIdentity(me, "1" + born, boot), run(1)))
          .isEmpty();
    }
  }

  /** As on a system without {@code /proc}: the shell wrote no start times, and another run's shell got the number. */
  @Test
  void shouldNotTakeAYoungerProcessForOneWithoutAStartTime() throws Exception {
    try (Launcher launcher = new Launcher(home).start()) {
      RunDirectory old = launcher.runs.create(run(1), new byte[0]).orElseThrow();
      old.prepare(new SpawnRecord(null, "/", "/dev/null", 0, 1L, 0, null, null), "");
      RunDirectory other = launcher.sh(run(2), "exec sleep 100");
      long worker = launcher.awaitStart(run(2));
      long shim = other.shims().get(0).pid();
      Files.createFile(old.path().resolve("start"));
      Files.writeString(old.path().resolve("shim-" + shim), shim + " -\n");
      Files.writeString(old.path().resolve("pid"), worker + " -\n");
      RunInspector inspector = new RunInspector(new PortableProcessTable(), launcher.runs);
      assertThat(inspector.inspect(old))
          .as("it was there first")
          .isInstanceOf(RunState.Running.class);

      var before =
          java.nio.file.attribute.FileTime.from(java.time.Instant.now().minus(Duration.ofHours(1)));
      Files.setLastModifiedTime(old.path().resolve("start"), before);
      Files.setLastModifiedTime(old.path().resolve("pid"), before);

      assertThat(inspector.inspect(old)).isInstanceOf(RunState.Vanished.class);
      launcher.supervisor.stop(run(2), StopReason.OPERATOR);
      launcher.awaitEnd(run(2));
    }
  }

  @Test
  void shouldKnowThatTheHostWasRestarted() throws Exception {
    try (Launcher launcher = new Launcher(home).start()) {
      RunDirectory directory = launcher.runs.create(run(1), new byte[0]).orElseThrow();
      directory.prepare(
          new SpawnRecord("another-boot", "/", "/dev/null", 0, null, 0, null, null), "");
      Files.createFile(directory.path().resolve("start"));
      long me = ProcessHandle.current().pid();
      String born = ProcessTable.ofThisHost().stat(me).orElseThrow().startTime();
      Files.writeString(directory.path().resolve("pid"), me + " " + born + "\n");

      launcher.supervisor.recover();

      assertThat(launcher.awaitEnd(run(1)).exit()).isEqualTo(new WorkerExit.Unknown(true));
    }
  }

  /** The launcher dies right after it gave the runs to its forker; the next one races with that forker for each start. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void shouldStartEachRunAtMostOnceAcrossAKill(int round) throws Exception {
    String[] scripts = new String[40];
    java.util.Arrays.fill(scripts, "echo $TALARIA_RUN_KEY >>../../ledger");
    Process first = LauncherProcess.start(home, List.of("-Dhalt=true"), scripts);
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> Files.exists(runs().resolve(name(20 + round))));
    if (round % 2 == 0) {
      first.waitFor();
    }

    try (Launcher second = new Launcher(home).start()) {
      first.destroyForcibly().waitFor();
      Set<RunKey> found = new HashSet<>();
      second.supervisor.recover().forEach(it -> found.add(it.directory().run()));
      await()
          .atMost(SOON)
          .until(() -> found.stream()
              .allMatch(it -> second.ended.containsKey(it) || second.neverStarted.containsKey(it)));

      List<String> ledger = Files.exists(home.resolve("ledger"))
          ? Files.readAllLines(home.resolve("ledger"))
          : List.of();
      assertThat(ledger).as("no worker ran twice").doesNotHaveDuplicates();
      assertThat(ledger)
          .as("what ran was told as ended, what did not as never started")
          .containsExactlyInAnyOrderElementsOf(
              second.ended.keySet().stream().map(RunKey::toString).toList());
      assertThat(second.ended.keySet()).noneMatch(second.neverStarted::containsKey);
    }
  }

  /** Shim against tombstone, thousands of times, in one process. */
  @Test
  void shouldLetOnlyOneWinTheStart() throws Exception {
    int count = 500;
    try (Launcher launcher = new Launcher(home).start()) {
      for (int i = 1; i <= count; i++) {
        RunKey run = run(i);
        RunDirectory directory = launcher.spawn(
            run, List.of("/bin/sh", "-c", "echo $TALARIA_RUN_KEY >>../../ledger"), Map.of(), null);
        for (int spin = 0; spin < i % 40 * 2_000; spin++) {
          Thread.onSpinWait(); // meets the shim at every moment of its start
        }
        directory.entomb("raced");
      }
      await()
          .atMost(SOON)
          .until(() -> launcher.ended.size() + launcher.neverStarted.size() == count);

      List<String> ledger = Files.exists(home.resolve("ledger"))
          ? Files.readAllLines(home.resolve("ledger"))
          : List.of();
      assertThat(ledger).doesNotHaveDuplicates();
      assertThat(ledger).hasSize(launcher.ended.size());
      for (RunKey run : launcher.neverStarted.keySet()) {
        assertThat(directory(run).startEntry()).isEqualTo(StartEntry.TOMBSTONE);
      }
      System.getLogger("test")
          .log(
              System.Logger.Level.INFO,
              "started {0}, tombstoned {1}",
              launcher.ended.size(),
              launcher.neverStarted.size());
    }
  }

  private Path runs() {
    return home.resolve("runs");
  }

  private static String name(long id) {
    return dev.talaria.launcher.rundir.RunDirName.of(run(id));
  }

  private RunDirectory directory(RunKey run) throws Exception {
    return dev.talaria.launcher.rundir.RunDirectories.open(runs()).find(run).orElseThrow();
  }

  private RunInspector inspector() throws Exception {
    return new RunInspector(
        ProcessTable.ofThisHost(), dev.talaria.launcher.rundir.RunDirectories.open(runs()));
  }
}
