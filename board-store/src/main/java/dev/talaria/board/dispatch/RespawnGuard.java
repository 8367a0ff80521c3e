package dev.talaria.board.dispatch;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a ready task from being started again while that would help nobody (contract 4.3): its last failure was the
 * provider's refusal, it was completed a moment ago, or its work waits in a pull request. Every reason ends by itself.
 */
public final class RespawnGuard {
  /** After a provider's refusal, before one more attempt; hermes itself waits for ever. */
  public static final long COOL_DOWN_SECONDS = 300;

  private static final long RECENT_SECONDS = 3_600;
  private static final long DAY_SECONDS = 86_400;

  // \b and \s of hermes's language know all letters and blanks, Java's own do not on every version
  private static final String NO_WORD_BEFORE = "(?<![\\p{L}\\p{N}_])";
  private static final String NO_WORD_AFTER = "(?![\\p{L}\\p{N}_])";
  private static final String BLANK = "\\p{IsWhite_Space}\\x1c-\\x1f";
  private static final Pattern REFUSED = Pattern.compile(
      NO_WORD_BEFORE
          + "(?:quota|rate[" + BLANK
          + "_-]?limit|429|403|auth[\\p{L}\\p{N}_]*|unauthorized|forbidden|billing"
          + "|subscription|(?:access|permission)[" + BLANK + "_]denied"
          + "|invalid[" + BLANK + "_]api[" + BLANK + "_]key)"
          + NO_WORD_AFTER,
      Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  private static final Pattern PULL_REQUEST = Pattern.compile(
      "https?://github\\.com/[^/" + BLANK + "]+/[^/" + BLANK + "]+/pull/\\d+",
      Pattern.CASE_INSENSITIVE);
  // a process whose id is 403 was not refused by anybody
  private static final Pattern PROCESS_ID = Pattern.compile("(?<![\\p{L}\\p{N}_])pid \\d+");

  private static final String FAILED_AT = """
      SELECT COALESCE((SELECT max(ended_at)
                         FROM task_runs
                        WHERE task_id = ?
                          AND outcome IN ('crashed', 'timed_out', 'spawn_failed', 'gave_up')),
                      (SELECT max(created_at)
                         FROM task_events
                        WHERE task_id = ?
                          AND kind <> 'respawn_guarded'),
                      0) AS n
      """;
  private static final String SIGNS = """
      SELECT t.last_failure_error,
             (SELECT max(r.ended_at)
                FROM task_runs r
               WHERE r.task_id = t.id
                 AND r.outcome = 'completed'
                 AND r.ended_at >= ?) AS completed_at,
             EXISTS (SELECT 1
                       FROM task_comments c
                      WHERE c.task_id = t.id
                        AND c.created_at > ?) AS commented
        FROM tasks t
       WHERE t.id = ?
      """;
  private static final String COMMENTS_SINCE = """
      SELECT body, created_at
        FROM task_comments
       WHERE task_id = ?
         AND created_at > ?
       ORDER BY created_at DESC
      """;
  // the condition on kind is that of the partial index talaria_stops, word for word
  private static final String UNBLOCKED_AT = """
      SELECT max(created_at) AS n
        FROM task_events
       WHERE task_id = ?
         AND kind IN ('blocked', 'gave_up', 'unblocked')
         AND kind = 'unblocked'
      """;
  private static final String LAST_SAID = """
      SELECT kind, payload
        FROM task_events
       WHERE task_id = ?
         AND kind IN ('respawn_guarded', 'claimed')
       ORDER BY id DESC
       LIMIT 1
      """;

  private RespawnGuard() {}

  private record Signs(@Nullable String error, long completedAt, boolean commented) {}

  /**
   * Why a task is not started.
   *
   * @param reason {@code blocker_auth}, {@code recent_success} or {@code active_pr}
   * @param until epoch seconds: it may be started from then on, if nothing else happens
   */
  public record Guarded(String reason, long until) {}

  /** The first reason that holds. */
  public static Optional<Guarded> check(Tx tx, Task task) {
    return check(tx, task.id());
  }

  /** As {@link #check(Tx, Task)}; for most tasks one query over three indexes. */
  public static Optional<Guarded> check(Tx tx, String taskId) {
    Signs signs = tx.first(
            SIGNS,
            row -> new Signs(
                row.text("last_failure_error"),
                row.number("completed_at"),
                row.number("commented") != 0),
            tx.now() - RECENT_SECONDS,
            tx.now() - DAY_SECONDS,
            taskId)
        .orElse(new Signs(null, 0, false));
    if (isRefusal(signs.error())) {
      long until = tx.number(FAILED_AT, taskId, taskId) + COOL_DOWN_SECONDS;
      if (until > tx.now()) {
        return Optional.of(new Guarded("blocker_auth", until));
      }
    }
    long completed = signs.completedAt();
    if (completed > 0 && !wasUnblockedSince(tx, taskId, completed)) {
      return Optional.of(new Guarded("recent_success", completed + RECENT_SECONDS + 1));
    }
    OptionalLong linked = signs.commented() ? pullRequestAt(tx, taskId) : OptionalLong.empty();
    if (linked.isPresent() && !wasUnblockedSince(tx, taskId, linked.getAsLong())) {
      return Optional.of(new Guarded("active_pr", linked.getAsLong() + DAY_SECONDS));
    }
    return Optional.empty();
  }

  /** Puts the refusal on record unless it stands there already since the task's last attempt; whether it was news. */
  public static boolean note(Tx tx, String taskId, String reason) {
    boolean known = tx.first(
            LAST_SAID,
            row -> {
              var payload = BoardJson.parseObject(row.text("payload"));
              return row.requireText("kind").equals(EventKind.RESPAWN_GUARDED)
                  && payload != null
                  && payload.path("reason").asText().equals(reason);
            },
            taskId)
        .orElse(false);
    if (!known) {
      Events.append(
          tx, taskId, null, EventKind.RESPAWN_GUARDED, BoardJson.object().put("reason", reason));
    }
    return !known;
  }

  /** Keeps the task from all launchers until the reason ends, and puts it on record; whether it was news. */
  public static boolean hold(Tx tx, String taskId, Guarded guarded) {
    Holds.put(tx, taskId, 0, Holds.GUARD, guarded.until(), null);
    return note(tx, taskId, guarded.reason());
  }

  /** Lets go the tasks whose reason has ended before its time, and follows those whose time has moved. */
  public static void review(Tx tx) {
    for (Holds.Hold hold : Holds.guards(tx)) {
      Optional<Guarded> guarded = Tasks.find(tx, hold.taskId()).flatMap(task -> check(tx, task));
      if (guarded.isEmpty()) {
        Holds.forget(tx, hold.taskId());
      } else if (!Long.valueOf(guarded.get().until()).equals(hold.until())) {
        hold(tx, hold.taskId(), guarded.get());
      }
    }
  }

  static boolean isRefusal(@Nullable String error) {
    return error != null
        && REFUSED.matcher(PROCESS_ID.matcher(error).replaceAll("pid")).find();
  }

  static boolean hasPullRequest(@Nullable String text) {
    return text != null && PULL_REQUEST.matcher(text).find();
  }

  private static OptionalLong pullRequestAt(Tx tx, String taskId) {
    return tx
        .list(
            COMMENTS_SINCE,
            row -> hasPullRequest(row.text("body")) ? row.number("created_at") : 0L,
            taskId,
            tx.now() - DAY_SECONDS)
        .stream()
        .mapToLong(Long::longValue)
        .filter(at -> at > 0)
        .max();
  }

  /** Whoever unblocks a task has seen what it did, and wants it started. */
  private static boolean wasUnblockedSince(Tx tx, String taskId, long at) {
    return tx.number(UNBLOCKED_AT, taskId) >= at;
  }
}
