package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.launcher.rundir.SpawnRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts into a run's directory what its recording shell needs, after looking whether the worker can be started at all. */
final class RunPreparation {
  private static final String SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";

  private final RunGroups groups;
  private final RunClock times;
  private final @Nullable String bootId;
  private final InstantSource clock;

  RunPreparation(RunGroups groups, RunClock times, @Nullable String bootId, InstantSource clock) {
    this.groups = groups;
    this.times = times;
    this.bootId = bootId;
    this.clock = clock;
  }

  SpawnRecord prepare(RunDirectory directory, WorkerCommand command)
      throws IOException, SpawnFailure {
    String path = command.environment().getOrDefault("PATH", SYSTEM_PATH);
    List<String> argv = new ArrayList<>(command.argv());
    argv.set(0, Executables.on(path).require(argv.get(0)).toString());
    RunAs.Account user = command.user();
    if (user != null) {
      argv = new ArrayList<>(user.command(argv));
    }
    if (!Files.isDirectory(command.workspace())) {
      throw SpawnFailure.ofTask("Cannot start the worker: its workspace '%s' is not a directory."
          .formatted(command.workspace()));
    }
    RunGroup group = groups.make(directory.name()).orElse(null);
    try {
      String text =
          ShellCommand.of(argv, command.environment(), command.workspace(), command.log(), group);
      Duration limit = command.timeLimit();
      SpawnRecord spawn = new SpawnRecord(
          bootId,
          command.workspace().toString(),
          command.log().toString(),
          new WorkerLog(command.log()).rotate(0, 0), // makes its directory
          limit == null ? null : Math.max(1, limit.toSeconds()),
          clock.millis(),
          times.nanos(),
          group == null ? null : group.path().toString());
      directory.prepare(spawn, text);
      return spawn;
    } catch (IOException | SpawnFailure e) {
      if (group != null) {
        groups.release(group);
      }
      throw e;
    }
  }
}
