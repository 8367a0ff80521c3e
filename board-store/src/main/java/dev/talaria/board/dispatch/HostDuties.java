package dev.talaria.board.dispatch;

import dev.talaria.board.Tx;
import dev.talaria.board.transition.Claims;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Looks for running tasks that need something done: expired, silent, dead, too slow. Looks only, in one pass over what runs;
 * what it finds is acted on afterwards, with the process ended in between and outside any transaction.
 *
 * <p>Runs of our own launchers are left out: those are judged by presence.
 */
public final class HostDuties {
  private final String hostName;
  private final long crashGraceSeconds;
  private final long staleTimeoutSeconds;
  private final Processes processes;

  /**
   * For one host.
   *
   * @param hostName what claim locks of this host begin with
   * @param crashGraceSeconds for how long after its start a run is not looked at
   * @param staleTimeoutSeconds 0 for never
   */
  public HostDuties(
      String hostName, long crashGraceSeconds, long staleTimeoutSeconds, Processes processes) {
    this.hostName = hostName;
    this.crashGraceSeconds = crashGraceSeconds;
    this.staleTimeoutSeconds = staleTimeoutSeconds;
    this.processes = processes;
  }

  /**
   * A worker that lives and was seen for the first time.
   *
   * @param identity names its process
   */
  public record Seen(RunningWork work, String identity) {}

  /** A worker that was started, and whose process id never came to the board. */
  public record Unrecorded(RunningWork work, long pid) {}

  /**
   * What was found; each task at most once among the last five, in the order in which a tick would come to it.
   *
   * @param seen workers that are to be remembered
   * @param unrecorded workers that are to be recorded, and looked at the next time
   * @param extend expired claims whose worker lives here
   * @param reclaim expired claims to be taken back
   * @param stale silent for too long, to be ended and taken back
   * @param dead their worker is gone
   * @param overtime to be ended: they took too long
   */
  public record Findings(
      List<Seen> seen,
      List<Unrecorded> unrecorded,
      List<RunningWork> extend,
      List<RunningWork> reclaim,
      List<RunningWork> stale,
      List<RunningWork> dead,
      List<RunningWork> overtime) {
    public boolean isEmpty() {
      return seen.isEmpty()
          && unrecorded.isEmpty()
          && extend.isEmpty()
          && reclaim.isEmpty()
          && stale.isEmpty()
          && dead.isEmpty()
          && overtime.isEmpty();
    }
  }

  /** Looks at every running task that no launcher of ours has. */
  public Findings look(Tx tx) {
    return look(tx, false);
  }

  /** As {@link #look(Tx)}, by a dispatcher that knows when it was away: what was slept counts against nobody. */
  public Findings look(Tx tx, Absences absences) {
    return look(tx, false, absences);
  }

  /**
   * As {@link #look(Tx)}.
   *
   * @param launchersAreAway whether nobody renews the claims of our launchers' runs: those that have run out are then
   *     taken back as anybody's
   */
  public Findings look(Tx tx, boolean launchersAreAway) {
    return look(tx, launchersAreAway, Absences.none(0));
  }

  /** As both of the others. */
  Findings look(Tx tx, boolean launchersAreAway, Absences absences) {
    var findings = new Findings(
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
    for (RunningWork work : RunningWork.all(tx)) {
      if (!work.byLauncher()) {
        sort(tx.now(), work, absences.judged(work, tx.now()), findings);
      } else if (launchersAreAway && absences.judged(work, tx.now()).isExpired(tx.now())) {
        sortExpired(work, findings);
      }
    }
    return findings;
  }

  private void sort(long now, RunningWork work, RunningWork judged, Findings findings) {
    if (work.workerPid() == null && work.runId() != null && work.isHostLocal(hostName)) {
      OptionalLong pid = processes.unrecordedPid(work);
      if (pid.isPresent()) {
        findings.unrecorded().add(new Unrecorded(work, pid.getAsLong()));
        return;
      }
    }
    boolean here = work.hasWorkerHere(hostName);
    boolean alive = here && isAlive(work, findings);
    if (judged.isExpired(now) && !alive) {
      findings.reclaim().add(work);
      return;
    }
    if (judged.isExpired(now)) {
      findings.extend().add(work);
    }
    if (judged.isStale(now, staleTimeoutSeconds)) {
      findings.stale().add(work);
    } else if (here && !alive && now - judged.startedAt() >= crashGraceSeconds) {
      findings.dead().add(work);
    } else if (here && judged.isOvertime(now)) {
      findings.overtime().add(work);
    }
  }

  private void sortExpired(RunningWork work, Findings findings) {
    boolean alive = work.hasWorkerHere(hostName) && processes.isAlive(work);
    (alive ? findings.extend() : findings.reclaim()).add(work);
  }

  private boolean isAlive(RunningWork work, Findings findings) {
    Long pid = work.workerPid();
    if (pid == null) {
      return false;
    }
    String identity = processes.identity(pid).orElse(null);
    if (identity == null) {
      return false;
    }
    if (work.identity() == null && work.runId() != null) {
      findings.seen().add(new Seen(work, identity));
    }
    return work.identity() == null || identity.equals(work.identity());
  }

  /** Ends a worker of this host; of another one's nothing is touched. */
  public Processes.Stopped terminate(RunningWork work) {
    return work.hasWorkerHere(hostName) ? processes.terminate(work) : Processes.Stopped.UNTOUCHED;
  }

  /** Writes down which processes the workers are. */
  public void remember(Tx tx, Findings findings) {
    for (Seen seen : findings.seen()) {
      Long run = seen.work().runId();
      Long pid = seen.work().workerPid();
      if (run != null && pid != null) {
        WorkerProcesses.remember(tx, run, pid, seen.identity());
      }
    }
    for (Unrecorded found : findings.unrecorded()) {
      Long run = found.work().runId();
      if (run != null && RunEnds.isCurrent(tx, found.work().taskId(), run)) {
        Claims.setWorkerPid(tx, found.work().taskId(), found.pid());
      }
    }
  }

  /** The process of a worker that was just started, for {@link WorkerProcesses}. */
  public static void remember(Tx tx, Processes processes, long runId, OptionalLong pid) {
    if (pid.isPresent()) {
      @Nullable String identity = processes.identity(pid.getAsLong()).orElse(null);
      if (identity != null) {
        WorkerProcesses.remember(tx, runId, pid.getAsLong(), identity);
      }
    }
  }
}
