package dev.talaria.launcher.process;

import static dev.talaria.launcher.process.Launcher.SOON;
import static dev.talaria.launcher.process.Launcher.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.talaria.launcher.rundir.Marker;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.FailureClass;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SupervisorTest {
  @TempDir
  Path home;

  private Launcher launcher;

  @BeforeEach
  void start() throws Exception {
    launcher = new Launcher(home).start();
  }

  @AfterEach
  void close() {
    launcher.supervisor.live().forEach(run -> launcher.supervisor.stop(run, StopReason.LAUNCHER));
    await().atMost(SOON).until(() -> launcher.supervisor.live().isEmpty());
    launcher.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 75, 126, 127, 255})
  void shouldTellExitCodeExactly(int code) throws Exception {
    launcher.sh(run(1), "echo said; exit " + code);

    RunEnded end = launcher.awaitEnd(run(1));

    assertThat(end.exit()).isEqualTo(new WorkerExit.Code(code));
    assertThat(end.tail()).isEqualTo("said\n");
    assertThat(end.stop()).isNull();
    assertThat(end.pid()).isEqualTo(launcher.started.get(run(1)));
  }

  @Test
  void shouldNotTakeAnExitCodeForASignalThatNobodySent() throws Exception {
    launcher.sh(run(1), "exit 137");
    launcher.sh(run(2), "kill -KILL $$");

    assertThat(launcher.awaitEnd(run(1)).exit()).isEqualTo(new WorkerExit.SignalOrCode(137));
    assertThat(launcher.awaitEnd(run(2)).exit().words())
        .isEqualTo("ended by signal 9 or with exit code 137");
  }

  @Test
  void shouldGiveWorkersTheirSignalsBack() throws Exception {
    launcher.spawn(run(1), List.of("/bin/grep", "SigIgn", "/proc/self/status"));

    String mask =
        launcher.awaitEnd(run(1)).tail().substring("SigIgn:\t".length()).strip();
    assertThat(Long.parseUnsignedLong(mask, 16) & 0x7fff_ffff)
        .as("signals 1 to 31")
        .isZero();
  }

  @Test
  void shouldStartWorkersWithNothingButTheirOwn() throws Exception {
    launcher.spawn(
        run(1),
        List.of(
            "/bin/sh", "-c", "env | sort; ls /proc/self/fd; pwd; cat; ps -o sid= -p $$; echo $$"),
        Map.of("A", "b"),
        null);

    RunEnded end = launcher.awaitEnd(run(1));

    assertThat(end.tail().lines().map(String::strip))
        .as(
            "its environment, three descriptors and ls's own, its workspace, no input, a session of its own")
        .containsExactly(
            "A=b",
            "OLDPWD=/",
            "PATH=/usr/bin:/bin",
            "PWD=" + launcher.workspace(run(1)),
            "TALARIA_RUN_KEY=" + run(1),
            "0",
            "1",
            "2",
            "3",
            launcher.workspace(run(1)).toString(),
            end.pid().toString(),
            end.pid().toString());
  }

  @Test
  void shouldKillATreeThatIgnoresTermAndHasLeftItsGroup() throws Exception {
    launcher.spawn(
        run(1),
        List.of(
            "/bin/sh",
            "-c",
            "trap '' TERM; setsid sh -c \"trap '' TERM; echo \\$\\$ >stray; while :; do sleep 1; done\" &"
                + " while :; do sleep 1; done"),
        Map.of(),
        Duration.ofSeconds(1));

    RunEnded end = launcher.awaitEnd(run(1));

    assertThat(end.stop()).isEqualTo(StopReason.TIMED_OUT);
    assertThat(end.exit()).isEqualTo(new WorkerExit.Signal(9));
    long stray = Long.parseLong(
        Files.readString(launcher.workspace(run(1)).resolve("stray")).strip());
    assertThat(ProcessTable.ofThisHost().stat(stray).filter(ProcStat::alive)).isEmpty();
  }

  @Test
  void shouldLetAWorkerEndByItselfWhenAsked() throws Exception {
    launcher.sh(run(1), "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done");
    await()
        .atMost(SOON)
        .until(() -> Files.exists(launcher.log(run(1))) && Files.size(launcher.log(run(1))) > 0);

    launcher.supervisor.stop(run(1), StopReason.OPERATOR);

    RunEnded end = launcher.awaitEnd(run(1));
    assertThat(end.exit()).isEqualTo(new WorkerExit.Code(3));
    assertThat(end.tail()).endsWith("bye\n");
    assertThat(end.stop()).isEqualTo(StopReason.OPERATOR);
  }

  @Test
  void shouldRefuseWhatIsNotExecutable() throws Exception {
    Path script = Files.writeString(home.resolve("script"), "#!/no/such/interpreter\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();

    assertThatThrownBy(() -> launcher.spawn(run(1), List.of("no-such-program")))
        .isInstanceOfSatisfying(
            SpawnFailure.class, e -> assertThat(e.failureClass()).isEqualTo(FailureClass.INFRA))
        .hasMessageContaining("'no-such-program': it is not an executable file on the PATH");
    assertThatThrownBy(() -> launcher.spawn(run(2), List.of(script.toString())))
        .hasMessageContaining("its interpreter '/no/such/interpreter' is not there");
    assertThat(launcher.supervisor.live()).isEmpty();
  }

  @Test
  void shouldTellWhenTheLogCannotBeWritten() throws Exception {
    RunDirectory directory = launcher.runs.create(run(1), new byte[0]).orElseThrow();
    Path log = Files.createDirectories(home.resolve("log-is-a-directory"));

    launcher.supervisor.spawn(
        directory, new WorkerCommand(List.of("/bin/true"), Map.of(), home, log, null));

    assertThat(launcher.awaitEnd(run(1)).exit()).isEqualTo(new WorkerExit.NotStarted("log"));
  }

  @Test
  void shouldStartAnotherForkerWhenTheShellDies() throws Exception {
    launcher.sh(run(1), "sleep 2; exit 4");
    launcher.awaitStart(run(1));

    new Signals().send("KILL", shell());
    launcher.sh(run(2), "exit 5");

    assertThat(launcher.awaitEnd(run(2)).exit()).isEqualTo(new WorkerExit.Code(5));
    assertThat(launcher.awaitEnd(run(1)).exit())
        .as("its recording subshell outlives the forker")
        .isEqualTo(new WorkerExit.Code(4));
  }

  @Test
  void shouldNotStartARunThatIsTombstoned() throws Exception {
    RunDirectory directory = launcher.runs.create(run(1), new byte[0]).orElseThrow();
    directory.entomb("taken back");

    launcher.supervisor.spawn(
        directory,
        new WorkerCommand(
            List.of("/bin/touch", "ran"), Map.of(), home, launcher.log(run(1)), null));

    await().atMost(SOON).until(() -> launcher.neverStarted.containsKey(run(1)));
    assertThat(home.resolve("ran")).doesNotExist();
    assertThat(launcher.started).isEmpty();
  }

  @Test
  void shouldTellOfAWorkerWhoseRecordingShellWasKilledToo() throws Exception {
    RunDirectory directory = launcher.sh(run(1), "exec sleep 100");
    long pid = launcher.awaitStart(run(1));

    new Signals().send("KILL", directory.shims().get(0).pid());
    new Signals().send("KILL", pid);

    assertThat(launcher.awaitEnd(run(1)).exit()).isEqualTo(new WorkerExit.Unknown(false));
  }

  @Test
  void shouldRunTwoHundredAtOnce() throws Exception {
    Path gate = home.resolve("gate"); // opening it to read waits until somebody opens it to write
    assertThat(new ProcessBuilder("mkfifo", gate.toString()).start().waitFor()).isZero();
    List<RunKey> keys = LongStream.rangeClosed(1, 200).mapToObj(Launcher::run).toList();
    keys.parallelStream().forEach(key -> {
      try {
        launcher.sh(key, ": <" + gate + "; exit " + key.runId() % 100);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
    await().atMost(SOON).until(() -> launcher.started.size() == 200);
    assertThat(launcher.supervisor.live()).hasSize(200);

    try (OutputStream open = Files.newOutputStream(gate)) {
      for (RunKey key : keys) {
        assertThat(launcher.awaitEnd(key).exit())
            .isEqualTo(new WorkerExit.Code((int) (key.runId() % 100)));
      }
    }
    assertThat(launcher.endedTwice).isEmpty();
    await().atMost(SOON).until(() -> launcher.supervisor.live().isEmpty());
  }

  @Test
  void shouldStopBeforeTheStartByATombstone() throws Exception {
    RunDirectory directory = launcher.sh(run(1), "exec sleep 100");
    launcher.supervisor.stop(run(1), StopReason.RUN_CLOSED);

    await().atMost(SOON).until(() -> launcher.supervisor.live().isEmpty());
    boolean ran = launcher.ended.containsKey(run(1));
    assertThat(launcher.neverStarted.containsKey(run(1)))
        .as("either it ran and was stopped, or never")
        .isNotEqualTo(ran);
    assertThat(directory.marker(Marker.STOPPING).isPresent()).isEqualTo(ran);
  }

  private long shell() throws Exception {
    String script = home.toRealPath() + "/runs/.forker.sh";
    return ProcessHandle.current()
        .children()
        .filter(it -> ProcessTable.ofThisHost().commandLineHas(it.pid(), script))
        .findFirst()
        .orElseThrow()
        .pid();
  }
}
