package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.FormerWorkers;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.LauncherRuns;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An operator takes a task from its worker, whose process is ended if it runs on this host (contract 3.6). No transaction
 * is open while a process is waited for; a claim that changed meanwhile stays.
 *
 * <p>The worker of a launcher is fenced first and ended then: its launcher would else report the end as a crash of the
 * task. Until the worker is gone, a hold keeps others from its workspace (see {@link FormerWorkers}).
 */
public final class OperatorReclaim {
  private static final String SPAWNED = """
      SELECT created_at AS n
        FROM task_events
       WHERE run_id = ?
         AND kind = 'spawned'
       ORDER BY id DESC
       LIMIT 1
      """;

  private static final String BLOCK = """
      UPDATE tasks
         SET status = 'blocked'
       WHERE id = ?
         AND status IN ('ready', 'review')
         AND claim_lock IS NULL
      """;
  // the run itself has lost its lock and its process when it was closed; its events have both
  private static final String LEFT_OVER = """
      SELECT lr.run_id,
             (SELECT e.payload FROM task_events e
               WHERE e.run_id = r.id AND e.kind = 'claimed' ORDER BY e.id LIMIT 1) AS claimed,
             (SELECT e.payload FROM task_events e
               WHERE e.run_id = r.id AND e.kind = 'spawned' ORDER BY e.id DESC LIMIT 1) AS spawned
        FROM task_runs r
        JOIN talaria_runs lr ON lr.run_id = r.id
       WHERE r.task_id = ?
         AND r.ended_at IS NOT NULL
         AND lr.exited_at IS NULL
       ORDER BY lr.run_id
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

  /** What became of a task that was to be stopped. */
  public enum Stopped {
    /** It was taken from whoever had it. */
    TAKEN,
    /** Its run was closed before; a worker of it that still lived was told to end. */
    LEFT_OVER,
    /** Nobody has it and nothing of it is known to live, or its claim changed meanwhile. */
    NOBODY
  }

  /**
   * Takes the task from whoever has it and ends the worker, wherever it is: one of this host at once, any other through its
   * launcher, which the board tells. The run counts as lost, not as a failure.
   *
   * @param words who stops it and why
   * @param requeue whether it may start again; else it is blocked with these words
   */
  public Stopped stop(Board board, String taskId, String words, boolean requeue) {
    boolean taken = takeBack(
        board,
        taskId,
        (tx, termination) -> Reclaims.reclaim(tx, taskId, words, termination)
            && (requeue || block(tx, taskId, words)));
    if (taken) {
      return Stopped.TAKEN;
    }
    List<LeftOver> left = leftOver(board, taskId);
    for (LeftOver run : left) {
      Long pid = run.pid();
      String lock = run.lock();
      if (pid != null && lock != null && lock.startsWith(hostname + ":")) {
        stopper.stop(board.read(tx -> worker(tx, run.runId(), pid)));
      }
    }
    if (!left.isEmpty() && !requeue) {
      board.change(tx -> block(tx, taskId, words));
    }
    return left.isEmpty() ? Stopped.NOBODY : Stopped.LEFT_OVER;
  }

  /**
   * A closed run whose worker is not known to have ended.
   *
   * @param lock what its claim was known by
   * @param pid the worker's process on its host, where it was told
   */
  public record LeftOver(
      long runId, @Nullable String lock, @Nullable Long pid) {
    static LeftOver of(Row row) {
      ObjectNode claimed = BoardJson.parseObject(row.text("claimed"));
      ObjectNode spawned = BoardJson.parseObject(row.text("spawned"));
      String lock = claimed == null ? null : claimed.path("lock").asText(null);
      long pid = spawned == null ? 0 : spawned.path("pid").asLong();
      return new LeftOver(row.number("run_id"), lock, pid > 0 ? pid : null);
    }
  }

  /** Closed runs of a task whose workers are not known to have ended. */
  public static List<LeftOver> leftOver(Board board, String taskId) {
    return board.read(tx -> tx.list(LEFT_OVER, LeftOver::of, taskId));
  }

  private static boolean block(Tx tx, String taskId, String words) {
    if (tx.update(BLOCK, taskId) == 1) {
      Holds.delete(tx, taskId);
      Events.append(tx, taskId, null, EventKind.BLOCKED, BoardJson.object().put("reason", words));
    }
    return true;
  }

  private static WorkerStopper.Worker worker(Tx tx, long run, long pid) {
    Long claimed = Tasks.run(tx, run).map(Run::startedAt).orElse(null);
    long spawned = tx.number(SPAWNED, run);
    return new WorkerStopper.Worker(pid, claimed, spawned == 0 ? null : spawned);
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
      boolean done = board.write(tx -> isStill(tx, taskId, claim) && act.in(tx, none));
      if (done && stopper.stop(worker).terminated()) {
        board.change(tx -> FormerWorkers.noLongerAwaited(tx, run));
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
      worker = run == null ? new WorkerStopper.Worker(pid, null, null) : worker(tx, run, pid);
    }
    return new Claim(lock, run, pid, hostLocal, worker, launched);
  }
}
