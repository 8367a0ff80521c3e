package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.ExitRecord;
import dev.talaria.launcher.rundir.ProcessRecord;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.launcher.rundir.SpawnRecord;
import dev.talaria.launcher.rundir.StartEntry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells where a run stands. Looks only; decides nothing. */
public final class RunInspector {
  /**
   * One run of a scan.
   *
   * @param directory the run
   * @param state where it stands
   * @param acknowledged whether the board has taken note of its end
   */
  public record Found(RunDirectory directory, RunState state, boolean acknowledged) {}

  private static final Duration COARSE_TIMES =
      Duration.ofSeconds(1); // some systems and file systems count in seconds

  private final ProcessTable table;
  private final String runsRoot;

  public RunInspector(ProcessTable table, RunDirectories runs) {
    this.table = table;
    this.runsRoot = runs.root().toString();
  }

  /** Every run of the directory. */
  public List<Found> scan(RunDirectories runs) throws IOException {
    List<Found> found = new ArrayList<>();
    for (RunDirectory directory : runs.list()) {
      found.add(new Found(directory, inspect(directory), directory.acknowledged()));
    }
    return found;
  }

  public RunState inspect(RunDirectory directory) throws IOException {
    StartEntry start = directory.startEntry();
    if (start != StartEntry.SHIM) {
      return start == StartEntry.NONE ? new RunState.NotDecided() : new RunState.Tombstoned();
    }
    Optional<ExitRecord> exit = directory.exit();
    if (exit.isPresent()) {
      return new RunState.Ended(exit.get());
    }
    String bootId = directory.spawn().map(SpawnRecord::bootId).orElse(null);
    boolean shimAlive = shimAlive(directory, bootId);
    ProcessIdentity worker =
        directory.worker().map(it -> ProcessIdentity.of(it, bootId)).orElse(null);
    if (shimAlive || worker != null && workerAlive(directory, worker)) {
      return new RunState.Running(worker, shimAlive);
    }
    // The shim may have written the status between the first look and its death.
    return directory.exit().<RunState>map(RunState.Ended::new).orElseGet(RunState.Vanished::new);
  }

  private boolean workerAlive(RunDirectory directory, ProcessIdentity worker) throws IOException {
    return worker.alive(table)
        && (worker.certain() || bornBefore(worker.pid(), directory.workerWrittenAt()));
  }

  /** A process that began after its number was written down has only inherited that number. */
  private boolean bornBefore(long pid, Optional<Instant> written) {
    Optional<Instant> born = table.startedAt(pid);
    return born.isEmpty()
        || written.isEmpty()
        || !born.get().isAfter(written.get().plus(COARSE_TIMES));
  }

  private boolean shimAlive(RunDirectory directory, @Nullable String bootId) throws IOException {
    for (ProcessRecord shim : directory.shims()) {
      ProcessIdentity process = ProcessIdentity.of(shim, bootId);
      if (process.aliveWith(table, runsRoot)
          && (process.certain() || bornBefore(shim.pid(), directory.startedAt()))) {
        return true;
      }
    }
    return false;
  }
}
