package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.ExitRecord;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.launcher.rundir.SpawnRecord;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A run under supervision. Confined to the supervisor's thread, but for the final fields. */
final class LiveRun {
  final RunDirectory directory;
  final SpawnRecord spawn;

  /** From before this launcher: no pipe tells of it, so it is looked at with every tick. */
  final boolean adopted;

  @Nullable
  ProcessIdentity worker;

  boolean toldStarted;

  @Nullable
  TimeLimit limit;

  long startedActive;
  long givenActive; // when it was last given to the forker
  int timesGiven = 1;

  @Nullable
  StopReason stop;

  boolean terminating;
  boolean wasSignalled;

  boolean ended;

  @Nullable
  ExitRecord exit; // with ended: null when it left no status

  boolean delivered;

  LiveRun(RunDirectory directory, SpawnRecord spawn, boolean adopted, long active) {
    this.directory = directory;
    this.spawn = spawn;
    this.adopted = adopted;
    this.givenActive = active;
    this.startedActive = active;
  }

  void startedAt(long active) {
    startedActive = active;
    if (spawn.timeLimitSeconds() != null) {
      limit = new TimeLimit(active, Duration.ofSeconds(spawn.timeLimitSeconds()));
    }
  }

  @Nullable
  RunGroup group() {
    return spawn.group() == null ? null : new RunGroup(Path.of(spawn.group()));
  }

  boolean overdue(long active) {
    return stop == null && !ended && limit != null && limit.exceeded(active);
  }
}
