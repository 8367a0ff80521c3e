package dev.talaria.board.transition;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.LauncherRuns;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An operator takes a task from its worker, whose process is ended if it runs on this host (contract 3.6). No transaction
 * is open while a process is waited for; a claim that changed meanwhile stays.
 *
 * <p>The worker of a launcher is fenced first and ended then: its launcher would else report the end as a crash of the
 * task. Until the worker is gone, a back-off keeps others from its workspace.
 */
public final class OperatorReclaim {
  /** Longer than ending a worker takes; a caller that dies in between holds the task back no longer. */
  private static final long BACK_OFF_SECONDS = 15;

  private static final String SPAWNED = """
      SELECT created_at AS n
        FROM task_events
       WHERE run_id = ?
         AND kind = 'spawned'
       ORDER BY id DESC
       LIMIT 1
      """;

  private final String hostname;
  private final WorkerStopper stopper;

  /**
   * @param hostname with which claim locks of this host begin
   */
  public OperatorReclaim(String hostname, WorkerStopper stopper) {
    this.hostname = hostname;
    this.stopper = stopper;
  }

  /**
   * @param lock what the claim's holder is known by
   * @param worker the process to end; null when there is none on this host
   * @param launched whether a launcher of ours looks after it
   */
  private record Claim(
      @Nullable String lock,
      @Nullable Long run,
      @Nullable Long pid,
      boolean hostLocal,
      WorkerStopper.@Nullable Worker worker,
      boolean launched) {
    boolean isStillThatOf(Task task) {
      return Objects.equals(lock, task.claimLock()) && Objects.equals(run, task.currentRunId());
    }
  }

  /** Takes the task back, with its failures forgotten; false when nobody has it, or its claim changed meanwhile. */
  public boolean reclaim(Board board, String taskId, @Nullable String reason) {
    return takeBack(
        board, taskId, (tx, termination) -> Reclaims.reclaim(tx, taskId, reason, termination));
  }

  /**
   * Takes the task back if somebody has it, and gives it to another profile in the same transaction.
   *
   * @return false when the task is unknown, or its claim changed meanwhile
   */
  public boolean reassign(
      Board board, String taskId, @Nullable String profile, @Nullable String reason) {
    return takeBack(
        board,
        taskId,
        (tx, termination) -> Assignments.reassign(tx, taskId, profile, reason, termination));
  }

  private interface Act {
    boolean in(Tx tx, Termination termination);
  }

  private boolean takeBack(Board board, String taskId, Act act) {
    Claim claim =
        board.read(tx -> Tasks.find(tx, taskId).map(task -> look(tx, task))).orElse(null);
    if (claim == null) {
      return false;
    }
    WorkerStopper.Worker worker = claim.worker();
    Long run = claim.run();
    if (worker != null && run != null && claim.launched()) {
      Termination none = Termination.none(claim.pid(), true);
      boolean done = board.write(tx -> {
        boolean acted = isStill(tx, taskId, claim) && act.in(tx, none);
        if (acted) {
          Holds.backOff(tx, taskId, run, tx.now() + BACK_OFF_SECONDS);
        }
        return acted;
      });
      if (done) {
        stopper.stop(worker);
        board.change(tx -> Holds.endBackOff(tx, taskId, run));
      }
      return done;
    }
    Termination termination = Termination.none(claim.pid(), claim.hostLocal());
    if (worker != null) {
      WorkerStopper.Ending ending = stopper.stop(worker);
      termination = new Termination(claim.pid(), true, true, ending.terminated(), ending.killed());
    }
    Termination known = termination;
    return board.write(tx -> isStill(tx, taskId, claim) && act.in(tx, known));
  }

  private static boolean isStill(Tx tx, String taskId, Claim claim) {
    return Tasks.find(tx, taskId).filter(claim::isStillThatOf).isPresent();
  }

  private Claim look(Tx tx, Task task) {
    String lock = task.claimLock();
    Long pid = task.workerPid();
    Long run = task.currentRunId();
    boolean hostLocal = lock != null && lock.startsWith(hostname + ":");
    boolean launched = run != null
        && LauncherRuns.get(tx, run).filter(it -> it.exitedAt() == null).isPresent();
    WorkerStopper.Worker worker = null;
    if (hostLocal && pid != null && pid > 0 && Reclaims.isReclaimable(task)) {
      Long claimed = run == null ? null : Tasks.run(tx, run).map(Run::startedAt).orElse(null);
      long spawned = run == null ? 0 : tx.number(SPAWNED, run);
      worker = new WorkerStopper.Worker(pid, claimed, spawned == 0 ? null : spawned);
    }
    return new Claim(lock, run, pid, hostLocal, worker, launched);
  }
}
