package dev.talaria.launcher.claim;

import dev.talaria.launcher.process.StopReason;
import dev.talaria.launcher.report.CommandSender;
import dev.talaria.launcher.rundir.ProcessRecord;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Reply;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends runs before their workers do: what boards took back, and what may not go on while the launcher is cut off. Thread-safe. */
final class StopOrders {
  private static final Logger log = LoggerFactory.getLogger(StopOrders.class);

  private final HeldRuns runs;
  private final RunParts parts;
  private final RunWords words;
  private final RunReporter reporter;
  private final CommandSender commands;
  private final InstantSource clock;
  private final TakenBack takenBack;
  private final Set<RunKey> cutShort = ConcurrentHashMap.newKeySet();

  StopOrders(
      RunDirectories directories,
      HeldRuns runs,
      RunParts parts,
      RunWords words,
      RunReporter reporter,
      CommandSender commands,
      InstantSource clock) {
    this.runs = runs;
    this.parts = parts;
    this.words = words;
    this.reporter = reporter;
    this.commands = commands;
    this.clock = clock;
    this.takenBack = new TakenBack(directories, new OwnRuns());
  }

  /** Stops all workers of a lane because this launcher is cut off; their boards will take it for lost. */
  void stopLane(Lane lane, Duration cutOff) {
    for (HeldRun held : runs.all()) {
      RunKey run = held.run();
      if (held.lane().equals(lane)
          && parts.supervisor().live().contains(run)
          && cutShort.add(run)) {
        log.warn(
            "Run {} is stopped: this launcher has been cut off for {} s.", run, cutOff.toSeconds());
        parts.supervisor().stop(run, StopReason.LAUNCHER);
      }
    }
  }

  void stop(Reply.Stop stop) {
    takenBack.stop(stop);
  }

  void revoke(Reply.Revoke revoke) {
    takenBack.revoke(revoke);
  }

  /** Whether a run was taken back while its grant was taken in: it is not to be started. */
  boolean isDoomed(RunKey run) {
    return takenBack.isDoomed(run);
  }

  /** The board has settled a run. */
  void forget(RunKey run) {
    takenBack.forget(run);
    cutShort.remove(run);
  }

  private final class OwnRuns implements TakenBack.Runs {
    @Override
    public boolean isBeingStarted(RunKey run) {
      return runs.isBeingTakenIn(run);
    }

    @Override
    public Optional<RunDirectory> unsettled(RunKey run) {
      return Optional.ofNullable(runs.get(run)).map(HeldRun::directory);
    }

    @Override
    public boolean stop(RunKey run, StopReason reason) {
      return parts.supervisor().stop(run, reason);
    }

    @Override
    public void neverStarted(RunKey run, String reason) {
      if (runs.has(run)) {
        reporter.neverStarted(run, reason);
      } else {
        commands.send(run.board(), words.neverStarted(run, reason));
      }
    }

    @Override
    public void startedAgain(RunDirectory directory) throws IOException {
      Optional<ProcessRecord> worker = directory.worker();
      if (worker.isPresent()) {
        Instant at = directory.startedAt().orElse(clock.instant());
        reporter.started(directory.run(), worker.get().pid(), at);
      }
    }
  }
}
