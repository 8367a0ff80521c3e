package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The end of a run's process.
 *
 * @param directory the run's directory
 * @param exit how it ended
 * @param stop why its launcher stopped it, or null when it ended by itself
 * @param pid the worker's process id, or null when it was never known
 * @param startedAt when it started, by the wall clock
 * @param seconds how long it ran, less the launcher's own absences
 * @param tail the end of its own output
 */
public record RunEnded(
    RunDirectory directory,
    WorkerExit exit,
    @Nullable StopReason stop,
    @Nullable Long pid,
    @Nullable Instant startedAt,
    long seconds,
    String tail) {
  public RunKey run() {
    return directory.run();
  }
}
