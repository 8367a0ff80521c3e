package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.ExitRecord;
import dev.talaria.launcher.rundir.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Says how a run ended, from what its supervisor saw and its directory holds. */
final class EndReader {
  private final @Nullable String bootId;
  private final InstantSource clock;
  private final int tailBytes;

  EndReader(@Nullable String bootId, InstantSource clock, int tailBytes) {
    this.bootId = bootId;
    this.clock = clock;
    this.tailBytes = tailBytes;
  }

  /** What the supervisor knows at the end. Its fields may change afterwards; this does not. */
  record Last(
      RunDirectory directory,
      WorkerExit how,
      @Nullable ExitRecord exit,
      @Nullable StopReason stop,
      @Nullable Long pid,
      boolean watched,
      long activeSeconds,
      Path log,
      long logStart) {}

  /** To be called on the supervisor's thread; reads nothing. */
  Last last(LiveRun run, long active) {
    ExitRecord exit = run.exit;
    boolean rebooted = run.spawn.bootId() != null && !run.spawn.bootId().equals(bootId);
    WorkerExit how =
        exit == null ? new WorkerExit.Unknown(rebooted) : WorkerExit.of(exit, run.wasSignalled);
    return new Last(
        run.directory,
        how,
        exit,
        run.stop,
        run.worker == null ? null : run.worker.pid(),
        !run.adopted || run.toldStarted,
        TimeUnit.NANOSECONDS.toSeconds(active - run.startedActive),
        Path.of(run.spawn.log()),
        run.spawn.logStart());
  }

  RunEnded read(Last last) throws IOException {
    Instant startedAt = last.directory().startedAt().orElse(null);
    return new RunEnded(
        last.directory(),
        last.how(),
        last.stop(),
        last.pid(),
        startedAt,
        last.watched() ? last.activeSeconds() : recordedSeconds(last, startedAt),
        new WorkerLog(last.log()).tailFrom(last.logStart(), tailBytes));
  }

  /** It ended while nobody watched: only its files tell. */
  private long recordedSeconds(Last last, @Nullable Instant startedAt) throws IOException {
    if (startedAt == null) {
      return 0;
    }
    Instant end =
        last.exit() == null ? clock.instant() : last.directory().exitedAt().orElse(clock.instant());
    return Math.max(0, Duration.between(startedAt, end).toSeconds());
  }
}
