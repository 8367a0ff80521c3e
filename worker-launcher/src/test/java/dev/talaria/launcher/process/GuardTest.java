package dev.talaria.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Workers of a launcher that is gone: real processes, a real shell. */
@EnabledOnOs(OS.LINUX)
class GuardTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir
  Path root;

  private RunDirectories directories;
  private final List<Process> processes = new ArrayList<>();
  private Guard guard;

  @BeforeEach
  void open() throws IOException {
    directories = RunDirectories.open(root.resolve("runs"));
    guard = guard("one");
    guard.takeOver();
  }

  @AfterEach
  void end() {
    guard.close();
    processes.forEach(Process::destroyForcibly);
  }

  private Guard guard(String token) {
    return new Guard(directories.root(), token, ForkerTools.ofThisHost(), Duration.ofSeconds(1));
  }

  /** A worker as the forker starts it: a session of its own, its run key in its environment, its birth on record. */
  private Process worker(int number, Duration stopAfter, String script) throws IOException {
    return worker(directories, number, stopAfter, script);
  }

  private Process worker(RunDirectories directories, int number, Duration stopAfter, String script)
      throws IOException {
    RunKey run = TestBoard.KEY.task("t_0000000a").run(number);
    RunDirectory directory = directories.create(run, new byte[] {1}).orElseThrow();
    var builder = new ProcessBuilder(
        ForkerTools.ofThisHost().setsid().toString(), "--wait", "/bin/sh", "-c", script);
    builder.environment().put(WorkerTree.RUN_KEY_VARIABLE, run.toString());
    builder.environment().put("RUN", directory.path().toString());
    Process process = builder.start();
    processes.add(process);
    await("it said who it is")
        .atMost(LIMIT)
        .until(() -> Files.exists(directory.path().resolve("ready")));
    if (stopAfter != null) {
      Guard.order(directory, run, root.resolve("log-" + number), stopAfter);
    }
    return process;
  }

  /**
   * Waits for what must not happen to the others, at a launcher that goes at this moment: its guard ends a worker of the
   * same lane. Theirs would have had as long.
   */
  private void awaitTheEndOfAnotherLaunchersWorker(Duration stopAfter) throws IOException {
    RunDirectories elsewhere = RunDirectories.open(root.resolve("elsewhere"));
    try (var another =
        new Guard(elsewhere.root(), "other", ForkerTools.ofThisHost(), Duration.ofSeconds(1))) {
      another.takeOver();
      Process worker = worker(elsewhere, 99, stopAfter, saying("sleep 300"));
      another.start();
      another.close();
      await("it is ended").atMost(LIMIT).until(() -> !worker.isAlive());
    }
  }

  /** Says who it is as the forker's subshell does. */
  private static String saying(String then) {
    return """
        read -r stat </proc/self/stat; set -- ${stat##*) }
        printf '%s %s\\n' "$$" "${20}" >"$RUN/pid"; : >"$RUN/ready"
        """ + then;
  }

  private String log(int number) throws IOException {
    Path log = root.resolve("log-" + number);
    return Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
  }

  @Test
  void shouldEndTheWorkersOfLanesThatAskForItWhenTheLauncherIsGone() throws Exception {
    Process asked = worker(1, Duration.ofSeconds(1), saying("sleep 300"));
    Process deaf =
        worker(2, Duration.ofSeconds(1), saying("trap '' TERM; while :; do sleep 0.2; done"));
    Process strayed = worker(
        3, Duration.ofSeconds(1), saying("setsid sleep 300 & echo $! >\"$RUN/child\"; wait"));
    Process other = worker(12, null, saying("sleep 300")); // a key that begins as the first's does
    long child = Long.parseLong(Files.readString(directories
            .find(TestBoard.KEY.task("t_0000000a").run(3))
            .orElseThrow()
            .path()
            .resolve("child"))
        .strip());
    guard.start();
    awaitTheEndOfAnotherLaunchersWorker(Duration.ofSeconds(1));
    assertThat(List.of(asked, deaf, strayed, other)).allMatch(Process::isAlive);

    guard.close();

    await("all that was to end has ended")
        .atMost(LIMIT)
        .until(() -> !asked.isAlive()
            && !deaf.isAlive()
            && !strayed.isAlive()
            && ProcessHandle.of(child).isEmpty());
    assertThat(other.isAlive()).isTrue();
    assertThat(log(1)).startsWith("talaria: stopping this worker: its launcher has been gone");
    assertThat(log(2).lines()).as("said once").hasSize(1);
    assertThat(log(12)).isEmpty();
  }

  @Test
  void shouldLeaveThemToALauncherThatTookOver() throws Exception {
    Process worker = worker(1, Duration.ofSeconds(2), saying("sleep 300"));
    guard.start();
    guard.close();

    try (Guard successor = guard("two")) {
      successor.takeOver();
      awaitTheEndOfAnotherLaunchersWorker(Duration.ofSeconds(2));
      assertThat(worker.isAlive()).isTrue();
    }
  }
}
