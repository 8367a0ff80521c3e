package dev.talaria.board.dispatch;

import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which launcher has which run; a run leaves the live ones when its worker is known to have ended. */
public final class LauncherRuns {
  private static final String INSERT = """
      INSERT INTO talaria_runs (run_id, launcher, incarnation, instance, granted_at, source_status)
      VALUES (?, ?, ?, ?, ?, ?)
      """;
  private static final String GET = selectWithTask() + " WHERE lr.run_id = ?";
  static final String LIVE =
      selectWithTask() + " WHERE lr.launcher = ? AND lr.exited_at IS NULL ORDER BY lr.run_id";
  private static final String ALL_LIVE =
      selectWithTask() + " WHERE lr.exited_at IS NULL ORDER BY lr.run_id";
  private static final String LIVE_LAUNCHERS =
      "SELECT DISTINCT launcher FROM talaria_runs WHERE exited_at IS NULL ORDER BY launcher";
  private static final String STARTED =
      "UPDATE talaria_runs SET started_at = COALESCE(started_at, ?), model = COALESCE(?, model) WHERE run_id = ?";
  private static final String EXITED =
      "UPDATE talaria_runs SET exited_at = ? WHERE run_id = ? AND exited_at IS NULL";
  private static final String EXTEND_TASK = """
      UPDATE tasks
         SET claim_expires = ?, last_heartbeat_at = ?
       WHERE status = 'running'
         AND current_run_id = ?
         AND id = (SELECT task_id FROM task_runs WHERE id = ?)
      """;
  private static final String EXTEND_RUN =
      "UPDATE task_runs SET claim_expires = ?, last_heartbeat_at = ? WHERE id = ? AND ended_at IS NULL";

  private LauncherRuns() {}

  private static final String NEVER_STARTED = """
      SELECT count(*) AS n
        FROM task_runs r
        JOIN talaria_runs lr ON lr.run_id = r.id
       WHERE r.task_id = ?
         AND r.started_at > ?
         AND r.outcome = 'reclaimed'
         AND lr.started_at IS NULL
         AND lr.exited_at IS NOT NULL
      """;

  private static String selectWithTask() {
    return "SELECT lr.*, r.task_id, r.ended_at, r.outcome FROM talaria_runs lr JOIN task_runs r ON r.id = lr.run_id";
  }

  /** One granted run. Times are epoch seconds; {@code endedAt} is when the board closed it, with {@code outcome}. */
  public record LauncherRun(
      long runId,
      String taskId,
      String launcher,
      long incarnation,
      String instance,
      long grantedAt,
      @Nullable Long startedAt,
      @Nullable Long exitedAt,
      @Nullable Long endedAt,
      @Nullable String sourceStatus,
      @Nullable String model,
      @Nullable String outcome) {
    static LauncherRun of(Row row) {
      return new LauncherRun(
          row.number("run_id"),
          row.requireText("task_id"),
          row.requireText("launcher"),
          row.number("incarnation"),
          row.requireText("instance"),
          row.number("granted_at"),
          row.numberOrNull("started_at"),
          row.numberOrNull("exited_at"),
          row.seconds("ended_at"),
          row.text("source_status"),
          row.text("model"),
          row.text("outcome"));
    }

    /** Whether the board still waits for this run's end. */
    public boolean isOpen() {
      return endedAt == null;
    }
  }

  static void granted(Tx tx, long runId, GrantClaims.Claimant claimant, String sourceStatus) {
    tx.update(
        INSERT,
        runId,
        claimant.launcher(),
        claimant.incarnation(),
        claimant.instance(),
        tx.now(),
        sourceStatus);
  }

  public static Optional<LauncherRun> get(Tx tx, long runId) {
    return tx.first(GET, LauncherRun::of, runId);
  }

  /** Runs of one launcher whose workers may still live, closed ones too. */
  public static List<LauncherRun> live(Tx tx, String launcher) {
    return tx.list(LIVE, LauncherRun::of, launcher);
  }

  public static List<LauncherRun> allLive(Tx tx) {
    return tx.list(ALL_LIVE, LauncherRun::of);
  }

  public static List<String> launchersWithLiveRuns(Tx tx) {
    return tx.list(LIVE_LAUNCHERS, row -> row.requireText("launcher"));
  }

  /** The launcher said that the worker runs, and perhaps with which model; the first time counts. */
  public static boolean started(Tx tx, long runId, @Nullable String model) {
    return tx.update(STARTED, tx.now(), model, runId) == 1;
  }

  /** The worker is known to have ended; false when that was known, or the run was not granted to a launcher. */
  public static boolean exited(Tx tx, long runId) {
    boolean first = tx.update(EXITED, tx.now(), runId) == 1;
    FormerWorkers.ended(tx, runId);
    return first;
  }

  /** Renews claims and heartbeats of these runs as far as they are open; says how many. Appends no events. */
  public static int extend(Tx tx, Collection<Long> runIds, long ttlSeconds) {
    int extended = 0;
    for (Long run : runIds) {
      if (tx.update(EXTEND_TASK, tx.now() + ttlSeconds, tx.now(), run, run) == 1) {
        extended += tx.update(EXTEND_RUN, tx.now() + ttlSeconds, tx.now(), run);
      }
    }
    return extended;
  }

  /** How many runs of a task, begun after that time, their launchers gave back without having started a worker. */
  static long neverStarted(Tx tx, String taskId, long after) {
    return tx.first(NEVER_STARTED, row -> row.number("n"), taskId, after).orElse(0L);
  }
}
