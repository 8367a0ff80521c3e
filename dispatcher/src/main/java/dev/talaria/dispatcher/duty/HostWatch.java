package dev.talaria.dispatcher.duty;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.BoardBusyException;
import dev.talaria.board.DamagedBoardException;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Absences;
import dev.talaria.board.dispatch.FinishedScratch;
import dev.talaria.board.dispatch.FinishedScratch.Leftover;
import dev.talaria.board.dispatch.HostDuties;
import dev.talaria.board.dispatch.HostDuties.Findings;
import dev.talaria.board.dispatch.Processes;
import dev.talaria.board.dispatch.Processes.Stopped;
import dev.talaria.board.dispatch.RunningWork;
import dev.talaria.board.dispatch.WorkerEnd;
import dev.talaria.board.dispatch.WorkerEnds;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.board.transition.Reclaims;
import dev.talaria.board.transition.Recompute;
import dev.talaria.board.transition.Termination;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.dispatcher.DispatchSettings;
import dev.talaria.dispatcher.apply.RunReports;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.service.GapClock;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after workers of this host that no launcher of ours has: hermes's, those that people claimed for, and those of
 * single ticks. What it finds dead is judged as a launcher's report would be; what has to be ended is ended on a thread of
 * its own, and comes back to the board's owner as something to be done. Everything else is the owner's thread.
 */
public final class HostWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HostWatch.class);
  private static final int LEFTOVERS_AT_ONCE = 50;
  private static final Findings NOTHING =
      new Findings(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  private final BoardFile file;
  private final DispatchSettings settings;
  private final DutySettings duties;
  private final Processes processes;
  private final HostDuties look;
  private final WorkerEnds ends;
  private final RunReports reports;
  private final Wire wire;
  private final Set<Long> ending = new HashSet<>();
  private final Set<String> removing = new HashSet<>();
  private final ExecutorService aside;
  private @Nullable GapClock gaps;
  private Absences absences;
  private long justAwayMillis;

  public HostWatch(
      BoardFile file,
      DispatchSettings settings,
      Recompute recompute,
      RunReports reports,
      Wire wire) {
    this.file = file;
    this.settings = settings;
    this.duties = settings.duties();
    this.processes = duties.processes().apply(file);
    this.look = new HostDuties(
        settings.hostName(), duties.crashGraceSeconds(), duties.staleTimeoutSeconds(), processes);
    this.absences = Absences.none(settings.claimTtl().toSeconds());
    this.ends = new WorkerEnds(recompute, settings.hostName());
    this.reports = reports;
    this.wire = wire;
    this.aside = Executors.newSingleThreadExecutor(task -> {
      Thread thread = new Thread(task, "board-" + file.key() + "-aside");
      thread.setDaemon(true);
      return thread;
    });
  }

  /** Something for the board's owner to do in a transaction of its own making. */
  @FunctionalInterface
  public interface Deed {
    void on(Tx tx);

    /**
     * Does it as a part of a transaction that goes on without it when it fails: one task that cannot be taken further must
     * not stop its board.
     */
    default void alone(Tx tx) {
      try {
        tx.savepoint(inner -> {
          on(inner);
          return true;
        });
      } catch (BoardBusyException | DamagedBoardException e) {
        throw e; // the turn is tried again as a whole
      } catch (RuntimeException e) {
        log.error("What was to be done after a look at this host's workers cannot be done", e);
      }
    }
  }

  /** A worker that is gone, with what there is to know of it. */
  private record Gone(RunningWork work, WorkerEnd end, String logTail) {}

  /**
   * What one look brought.
   *
   * @param leftovers workspaces that nobody works in any more
   */
  public static final class Seen {
    private final Findings findings;
    private final List<Gone> gone;
    private final List<Leftover> leftovers;

    private Seen(Findings findings, List<Gone> gone, List<Leftover> leftovers) {
      this.findings = findings;
      this.gone = gone;
      this.leftovers = leftovers;
    }
  }

  /**
   * To be called at every turn of the owner's loop. What was slept, or stopped, between two turns counts neither against
   * claims nor against run times.
   *
   * @param nanoTime of the monotonic clock
   * @param epochMillis of the wall clock
   */
  public void noteTurn(long nanoTime, long epochMillis) {
    if (gaps == null) {
      gaps = new GapClock(nanoTime, epochMillis);
    }
    gaps.tick(nanoTime, epochMillis).ifPresent(gap -> {
      justAwayMillis += gap.millis();
      log.warn(
          "Board '{}' was not looked after for {} s: that counts against nobody.",
          file.key(),
          gap.millis() / 1_000);
    });
  }

  /** Looks only. Reads the system's process table, and the ends of dead workers' logs. */
  public Seen look(Tx tx) {
    if (!file.grants()) {
      return new Seen(NOTHING, List.of(), List.of());
    }
    if (justAwayMillis > 0) {
      absences = absences.with(tx.now() - justAwayMillis / 1_000 - 1, tx.now());
      justAwayMillis = 0;
    }
    absences = absences.until(tx.now());
    Findings found = look.look(tx, absences);
    List<Gone> gone = found.dead().stream()
        .filter(work -> TaskKey.isTaskId(work.taskId()))
        .map(work -> new Gone(work, processes.end(work), processes.logTail(work)))
        .toList();
    List<Leftover> leftovers = FinishedScratch.due(tx, LEFTOVERS_AT_ONCE).stream()
        .filter(leftover -> leftover.isAbandoned(processes))
        .toList();
    return new Seen(found, gone, leftovers);
  }

  /** Does what needs nobody to be ended. */
  public void apply(Tx tx, Seen seen) {
    look.remember(tx, seen.findings);
    for (RunningWork work : seen.findings.extend()) {
      Reclaims.extend(tx, work.asExpired(), settings.claimTtl().toSeconds());
    }
    for (RunningWork work : seen.findings.reclaim()) {
      takeBack(tx, work);
    }
    seen.gone.forEach(gone -> record(tx, gone));
  }

  /**
   * Ends, on another thread, what has to be ended.
   *
   * @param owner takes what is to be done about it afterwards, from that thread
   */
  public void endAside(Seen seen, Consumer<Deed> owner) {
    for (RunningWork work : seen.findings.stale()) {
      end(work, owner, (tx, stopped) -> {
        if (ends.stale(tx, work, duties.staleTimeoutSeconds(), stopped)) {
          log.info("Task {} is taken back: its worker was silent for too long.", work.taskId());
        }
      });
    }
    for (RunningWork work : seen.findings.overtime()) {
      end(work, owner, (tx, stopped) -> timedOut(tx, work, stopped));
    }
    for (Leftover leftover : seen.leftovers) {
      remove(leftover, owner);
    }
  }

  private interface Afterwards {
    void with(Tx tx, Stopped stopped);
  }

  private void end(RunningWork work, Consumer<Deed> owner, Afterwards afterwards) {
    Long run = work.runId();
    if (run == null || !ending.add(run)) {
      return;
    }
    aside(() -> {
      Stopped stopped;
      try {
        stopped = look.terminate(work);
      } catch (
          RuntimeException e) { // nothing ends a worker of which this thread thinks it still does
        log.error("The worker of task {} could not be ended; it is tried again.", work.taskId(), e);
        owner.accept(tx -> ending.remove(run));
        return;
      }
      owner.accept(tx -> {
        ending.remove(run);
        afterwards.with(tx, stopped);
      });
    });
  }

  private void remove(Leftover leftover, Consumer<Deed> owner) {
    if (!removing.add(leftover.taskId())) {
      return;
    }
    aside(() -> {
      boolean again = false;
      try {
        ScratchRemoval.Outcome outcome = duties.scratch().remove(leftover.workspace());
        if (outcome == ScratchRemoval.Outcome.REFUSED) {
          log.warn(
              "Kept workspace {} of task {}: it is not inside a workspaces root of this host.",
              leftover.workspace(),
              leftover.taskId());
        }
      } catch (UncheckedIOException e) {
        again = true;
        log.warn("{} {}; it is tried again.", e.getMessage(), String.valueOf(e.getCause()));
      } catch (RuntimeException e) { // an error of ours; the next look must find the task again
        again = true;
        log.error("Workspace {} could not be removed; it is tried again.", leftover.workspace(), e);
      }
      boolean done = !again;
      owner.accept(tx -> {
        removing.remove(leftover.taskId());
        if (done) {
          FinishedScratch.forget(tx, leftover.taskId());
        }
      });
    });
  }

  /** Its worker is gone, or on another host: there is nobody to end. */
  private void takeBack(Tx tx, RunningWork work) {
    var nobody = Termination.none(work.workerPid(), work.isHostLocal(settings.hostName()));
    if (Reclaims.reclaimExpired(tx, work.asExpired(), nobody)) {
      log.info("Task {} is taken back: the claim by {} ran out.", work.taskId(), work.claimLock());
    }
  }

  private void aside(Runnable act) {
    try {
      aside.execute(act);
    } catch (RejectedExecutionException e) {
      log.debug("board '{}' is being closed", file.key());
    }
  }

  private void record(Tx tx, Gone gone) {
    RunningWork work = gone.work();
    Long run = work.runId();
    Long pid = work.workerPid();
    if (run == null || pid == null) {
      return;
    }
    ObjectNode facts = wire.object().put("pid", pid).put("claimer", work.claimLock());
    facts.put(PolicyEvent.SECONDS, Math.max(0, tx.now() - work.startedAt()));
    if (gone.end().kind() != null) {
      facts.put("exit_kind", gone.end().kind()).put("exit_code", gone.end().code());
    }
    boolean silent = gone.end().isClean();
    String error = gone.end().words(pid)
        + (silent ? " without kanban_complete or kanban_block: protocol violation" : "");
    reports.failed(
        tx,
        key(work, run),
        new RunReports.Failed(
            silent ? "protocol_violation" : "crashed",
            error,
            facts,
            silent ? FailureClass.PROTOCOL : FailureClass.TASK,
            gone.logTail()));
  }

  private void timedOut(Tx tx, RunningWork work, Stopped stopped) {
    Long run = work.runId();
    if (run == null) {
      return;
    }
    long elapsed = tx.now() - work.startedAt();
    ObjectNode facts = wire.object()
        .put("pid", work.workerPid())
        .put("claimer", work.claimLock())
        .put("elapsed_seconds", elapsed)
        .put("limit_seconds", work.maxRuntimeSeconds())
        .put("sigkill", stopped.sigkill());
    String error = "elapsed %ds > limit %ds".formatted(elapsed, work.maxRuntimeSeconds());
    reports.failed(
        tx,
        key(work, run),
        new RunReports.Failed("timed_out", error, facts, FailureClass.TASK, ""));
  }

  private RunKey key(RunningWork work, long run) {
    return file.key().task(work.taskId()).run(run);
  }

  /** What is being ended is ended by the next start, which finds it again. */
  @Override
  public void close() {
    aside.shutdownNow();
    try {
      if (!aside.awaitTermination(2, TimeUnit.SECONDS)) {
        log.debug("board '{}' still ends a worker", file.key());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
