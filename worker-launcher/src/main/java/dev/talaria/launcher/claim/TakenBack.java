package dev.talaria.launcher.claim;

import dev.talaria.launcher.process.StopReason;
import dev.talaria.launcher.process.WorkerLog;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.launcher.rundir.SpawnRecord;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Reply.Revoke;
import dev.talaria.protocol.message.Reply.Stop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a board says of runs that it has taken back: the worker of a closed one is stopped, and one that has not started never
 * does, by the entry {@code start}. The board repeats itself until it has its answer, so what cannot be done now is done
 * then. Thread-safe.
 */
final class TakenBack {
  private static final Logger log = LoggerFactory.getLogger(TakenBack.class);

  private final RunDirectories directories;
  private final Runs runs;
  private final Set<RunKey> doomed = ConcurrentHashMap.newKeySet();
  private final Set<RunKey> noted = ConcurrentHashMap.newKeySet();

  TakenBack(RunDirectories directories, Runs runs) {
    this.directories = directories;
    this.runs = runs;
  }

  /** The launcher's runs. */
  interface Runs {
    /** Whether its grant is being taken in at this moment. */
    boolean isBeingStarted(RunKey run);

    /** Its directory, while the board has not settled it. */
    Optional<RunDirectory> unsettled(RunKey run);

    /** Stops its worker, or makes sure that it never starts; false when it is not under supervision. */
    boolean stop(RunKey run, StopReason reason);

    /** Reports a run that never started, as the last word about it. */
    void neverStarted(RunKey run, String reason);

    /** Reports once more that it started. */
    void startedAgain(RunDirectory directory) throws IOException;
  }

  /** The board has closed a run: its worker is to end. */
  void stop(Stop stop) {
    RunKey run = stop.run();
    try {
      Optional<RunDirectory> held = runs.unsettled(run);
      if (runs.isBeingStarted(run)) {
        doomed.add(run);
      } else if (held.isEmpty()) {
        neverStarts(run, stop.reason());
      } else if (runs.stop(run, StopReason.RUN_CLOSED)) {
        note(held.get(), stop.reason());
      } else if (held.get().entomb(stop.reason())) {
        runs.neverStarted(run, stop.reason());
      }
    } catch (IOException e) {
      log.warn("Run {} cannot be stopped yet: {}", run, e.toString());
    }
  }

  /** The board asks whether a run will start: whoever makes the entry {@code start} first has decided. */
  void revoke(Revoke revoke) {
    RunKey run = revoke.run();
    try {
      Optional<RunDirectory> held = runs.unsettled(run);
      if (held.isEmpty()) {
        if (runs.isBeingStarted(run)) {
          doomed.add(run);
        } else {
          neverStarts(run, revoke.reason());
        }
      } else if (held.get().entomb(revoke.reason())) {
        runs.neverStarted(run, revoke.reason());
      } else {
        runs.startedAgain(held.get());
      }
    } catch (IOException e) {
      log.warn("Whether run {} starts cannot be decided yet: {}", run, e.toString());
    }
  }

  /** Whether a run was taken back while its grant was taken in: it is not to be started. */
  boolean isDoomed(RunKey run) {
    return doomed.remove(run);
  }

  /** The board has settled a run. */
  void forget(RunKey run) {
    doomed.remove(run);
    noted.remove(run);
  }

  /** A grant that is still under way finds the directory there, and starts nothing. */
  private void neverStarts(RunKey run, String reason) throws IOException {
    Optional<RunDirectory> made = directories.create(run, new byte[0]);
    if (made.isPresent()) {
      made.get().entomb(reason);
      made.get().acknowledge();
    }
    runs.neverStarted(run, made.isPresent() ? reason : "it was settled before");
  }

  /** Once, at the end of what the worker itself wrote. */
  private void note(RunDirectory directory, String reason) throws IOException {
    Optional<SpawnRecord> spawn = directory.spawn();
    if (spawn.isPresent() && noted.add(directory.run())) {
      log.info("Run {} is stopped: {}", directory.run(), reason);
      new WorkerLog(Path.of(spawn.get().log())).append("talaria: stopping this worker: " + reason);
    }
  }
}
