package dev.talaria.board.diagnostics;

import dev.talaria.board.Tx;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.text.BoardJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Attempt after attempt fails. */
final class RepeatedFailures implements Rule {
  // the first condition is that of the partial index talaria_failing, word for word
  static final String CANDIDATES = "SELECT " + Subject.COLUMNS + """

        FROM tasks t
       WHERE t.consecutive_failures > 0
         AND t.consecutive_failures >= ?
         AND t.status NOT IN ('done', 'archived')
      """;

  @Override
  public List<Subject> candidates(Tx tx, Thresholds thresholds) {
    return tx.list(CANDIDATES, Subject::of, thresholds.failures());
  }

  /** Whether it has something to say; then the crashes among the failures need no finding of their own. */
  static boolean fires(Facts facts) {
    return !facts.task().isSettled()
        && facts.task().consecutiveFailures() >= facts.thresholds().failures();
  }

  @Override
  public Optional<Diagnostic> check(Facts facts) {
    if (!fires(facts)) {
      return Optional.empty();
    }
    Subject task = facts.task();
    long failures = task.consecutiveFailures();
    long threshold = facts.thresholds().failures();
    List<Run> runs = facts.closedRuns();
    Run newest = runs.isEmpty() ? null : runs.get(0);
    String error = task.lastFailureError();
    String outcome = newest == null ? null : newest.outcome();
    var data = BoardJson.object()
        .put("consecutive_failures", failures)
        .put("most_recent_outcome", outcome)
        .put("last_error", error)
        .put("failure_threshold", threshold)
        .put("failure_limit", facts.thresholds().failureLimit());
    return Optional.of(new Diagnostic(
        "repeated_failures",
        failures >= 2 * threshold ? Severity.CRITICAL : Severity.ERROR,
        "Failed %d times in a row".formatted(failures),
        "The last attempt ended as %s%s"
            .formatted(
                outcome == null ? "nobody noted" : "'" + outcome + "'",
                error == null || error.isEmpty() ? "." : ": " + error),
        actions(task),
        began(runs, failures, task),
        ended(newest, task),
        failures,
        newest == null ? null : newest.id(),
        data));
  }

  private static List<Action> actions(Subject task) {
    List<Action> actions = new ArrayList<>();
    actions.add(
        Action.hint("See what the workers wrote", "talaria log " + task.id()).first());
    if (task.is(TaskStatus.BLOCKED)) {
      actions.add(Action.unblock(task.id()));
    }
    if (task.is(TaskStatus.RUNNING)) {
      actions.add(Action.reclaim(task.id()));
    }
    actions.add(Action.reassign(task.id()));
    return actions;
  }

  private static long began(List<Run> runs, long failures, Subject task) {
    int first = (int) Math.min(runs.size(), failures) - 1;
    return first < 0 ? task.createdAt() : ended(runs.get(first), task);
  }

  static long ended(@Nullable Run run, Subject task) {
    Long ended = run == null ? null : run.endedAt();
    return ended == null ? task.createdAt() : ended;
  }
}
