package dev.talaria.launcher.process;

import static org.awaitility.Awaitility.await;

import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A supervisor over a directory, and everything that it told. */
class Launcher implements SupervisorListener, AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(30);

  final RunDirectories runs;
  final Supervisor supervisor;
  final Map<RunKey, Long> started = new ConcurrentHashMap<>();
  final Map<RunKey, RunEnded> ended = new ConcurrentHashMap<>();
  final Map<RunKey, String> neverStarted = new ConcurrentHashMap<>();
  final List<RunKey> endedTwice = new CopyOnWriteArrayList<>();
  private final Path home;

  Launcher(Path home) throws IOException {
    this(home, ForkerTools.ofThisHost());
  }

  Launcher(Path home, ForkerTools tools) throws IOException {
    this(home, tools, RunGroups.none());
  }

  Launcher(Path home, ForkerTools tools, RunGroups groups) throws IOException {
    this.home = home;
    runs = RunDirectories.open(home.resolve("runs"));
    supervisor = new Supervisor(
        runs,
        ProcessTable.ofThisHost(),
        tools,
        groups,
        new SupervisorSettings(
            Duration.ofMillis(500), Duration.ofMillis(50), Duration.ofSeconds(2), 4096),
        InstantSource.system(),
        this);
  }

  Launcher start() throws IOException {
    supervisor.start();
    return this;
  }

  static RunKey run(long id) {
    return TestBoard.KEY.task("t_" + id).run(id);
  }

  RunDirectory spawn(RunKey run, List<String> argv) throws IOException, SpawnFailure {
    return spawn(run, argv, Map.of(), null);
  }

  RunDirectory spawn(RunKey run, List<String> argv, Map<String, String> more, Duration limit)
      throws IOException, SpawnFailure {
    Path workspace = Files.createDirectories(home.resolve("workspaces").resolve(run.taskId()));
    Map<String, String> environment = new java.util.HashMap<>(more);
    environment.putIfAbsent("PATH", "/usr/bin:/bin");
    environment.put(WorkerTree.RUN_KEY_VARIABLE, run.toString());
    RunDirectory directory =
        runs.create(run, "{}".getBytes(StandardCharsets.UTF_8)).orElseThrow();
    supervisor.spawn(directory, new WorkerCommand(argv, environment, workspace, log(run), limit));
    return directory;
  }

  RunDirectory sh(RunKey run, String script) throws IOException, SpawnFailure {
    return spawn(run, List.of("/bin/sh", "-c", script));
  }

  Path log(RunKey run) {
    return home.resolve("logs").resolve(run.taskId() + ".log");
  }

  Path workspace(RunKey run) {
    return home.resolve("workspaces").resolve(run.taskId());
  }

  RunEnded awaitEnd(RunKey run) {
    await("end of " + run)
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> ended.containsKey(run));
    return ended.get(run);
  }

  long awaitStart(RunKey run) {
    await("start of " + run)
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> started.containsKey(run));
    return started.get(run);
  }

  @Override
  public void started(RunKey run, long pid, Instant at) {
    started.put(run, pid);
  }

  @Override
  public void ended(RunEnded end) {
    if (ended.put(end.run(), end) != null) {
      endedTwice.add(end.run());
    }
  }

  @Override
  public void neverStarted(RunKey run, String reason) {
    neverStarted.put(run, reason);
  }

  @Override
  public void close() {
    supervisor.close();
  }
}
