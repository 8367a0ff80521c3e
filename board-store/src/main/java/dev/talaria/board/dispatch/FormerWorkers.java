package dev.talaria.board.dispatch;

import dev.talaria.board.Tx;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Workers that live on after their run was taken back. The board frees a task at once, its launcher ends the worker a little
 * later; until the launcher has said so the task is held, so that two workers of one task never work side by side. Whoever
 * took it back (an operator, hermes, the dashboard), the claim looks itself. A launcher that is gone cannot say anything:
 * then the task waits no longer, and the fence keeps what the former worker says from counting. A run that its launcher
 * lost is not waited for either.
 */
public final class FormerWorkers {
  /** Longer than a launcher takes to hear of it and to end a worker, with the default {@code launcher.kill_grace}. */
  public static final long AWAITED_SECONDS = 60;

  private static final long KEPT_SECONDS = 86_400;

  // CROSS: of the task first, which has few runs;
  // a hold of that run that is there already may be over: then it is not awaited again
  private static final String LIVING = """
      SELECT r.id, r.ended_at
        FROM task_runs r
        CROSS JOIN talaria_runs lr ON lr.run_id = r.id
       WHERE r.task_id = ?
         AND r.outcome = 'reclaimed'
         AND r.ended_at > ?
         AND lr.exited_at IS NULL
         AND NOT EXISTS (SELECT 1
                           FROM talaria_holds h
                          WHERE h.task_id = r.task_id
                            AND h.run_id = r.id
                            AND h.reason = 'stopping')
       ORDER BY r.id DESC
       LIMIT 1
      """;
  private static final String OVER = """
      UPDATE talaria_holds
         SET until = ?1
       WHERE task_id = (SELECT task_id FROM task_runs WHERE id = ?2)
         AND run_id = ?2
         AND reason = 'stopping'
         AND until > ?1
      """;
  private static final String ENDED = """
      DELETE FROM talaria_holds
       WHERE task_id = (SELECT task_id FROM task_runs WHERE id = ?1)
         AND run_id = ?1
         AND reason = 'stopping'
      """;

  private FormerWorkers() {}

  private record Living(long run, long endedAt) {}

  /** Holds a task back whose former worker is not known to have ended; whether it had to. */
  public static boolean holdBack(Tx tx, String taskId) {
    Optional<Living> living = tx.first(
        LIVING,
        row -> new Living(row.number("id"), row.number("ended_at")),
        taskId,
        tx.now() - AWAITED_SECONDS);
    living.ifPresent(it ->
        Holds.put(tx, taskId, it.run(), Holds.STOPPING, it.endedAt() + AWAITED_SECONDS, null));
    return living.isPresent();
  }

  /** Whether this run's task may still be held for its worker's end. */
  public static boolean isAwaited(Tx tx, LauncherRuns.LauncherRun run) {
    Long endedAt = run.endedAt();
    return run.exitedAt() == null && endedAt != null && tx.now() - endedAt < AWAITED_SECONDS;
  }

  /** Nothing will be heard of this run's worker any more, or it was ended by somebody else: its task may start. */
  public static void noLongerAwaited(Tx tx, long runId) {
    tx.update(OVER, tx.now(), runId);
  }

  /** The launcher has said that this run's worker ended. */
  static void ended(Tx tx, long runId) {
    tx.update(ENDED, runId);
  }

  /**
   * Gives up the runs that were closed a day ago and whose launchers have not come back.
   *
   * @param isPresent whether a launcher, by its key, is heard now: it will say how its run ended
   * @return how many were given up
   */
  public static int giveUp(Tx tx, Predicate<String> isPresent) {
    int given = 0;
    for (LauncherRuns.LauncherRun run : LauncherRuns.allLive(tx)) {
      Long endedAt = run.endedAt();
      if (endedAt != null
          && tx.now() - endedAt >= KEPT_SECONDS
          && !isPresent.test(run.launcher())
          && LauncherRuns.exited(tx, run.runId())) {
        given++;
      }
    }
    return given;
  }

  /** Whether a run was closed and its launcher did not say within a day how its worker ended. */
  public static boolean wasGivenUp(LauncherRuns.LauncherRun run) {
    Long endedAt = run.endedAt();
    Long exitedAt = run.exitedAt();
    return endedAt != null && exitedAt != null && exitedAt - endedAt >= KEPT_SECONDS;
  }
}
