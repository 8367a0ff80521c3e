package dev.talaria.board.diagnostics;

import dev.talaria.board.Tx;
import dev.talaria.board.task.Run;
import dev.talaria.board.text.BoardJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Workers die, although the failure count, which an unblock resets, does not show it. */
final class RepeatedCrashes implements Rule {
  // outcome = 'crashed' is the condition of the partial index talaria_crashes
  static final String CANDIDATES = "SELECT " + Subject.COLUMNS + """

        FROM (SELECT task_id
                FROM task_runs
               WHERE outcome = 'crashed'
               GROUP BY task_id
              HAVING count(*) >= ?) r
        JOIN tasks t ON t.id = r.task_id
       WHERE t.status NOT IN ('done', 'archived')
      """;

  @Override
  public List<Subject> candidates(Tx tx, Thresholds thresholds) {
    return tx.list(CANDIDATES, Subject::of, thresholds.crashes());
  }

  @Override
  public Optional<Diagnostic> check(Facts facts) {
    if (facts.task().isSettled() || RepeatedFailures.fires(facts)) {
      return Optional.empty();
    }
    List<Run> crashes = trailing(facts.closedRuns());
    long threshold = facts.thresholds().crashes();
    if (crashes.size() < threshold || crashes.isEmpty()) {
      return Optional.empty();
    }
    String id = facts.task().id();
    Run newest = crashes.get(0);
    String error = newest.error();
    var data =
        BoardJson.object().put("consecutive_crashes", crashes.size()).put("last_error", error);
    return Optional.of(new Diagnostic(
        "repeated_crashes",
        crashes.size() >= 2 * threshold ? Severity.CRITICAL : Severity.ERROR,
        "Crashed %d times in a row".formatted(crashes.size()),
        "The worker died each time, without completing or blocking the task%s"
            .formatted(error == null || error.isEmpty() ? "." : ": " + error),
        List.of(
            Action.hint("See what the workers wrote", "talaria log " + id).first(),
            Action.reassign(id),
            Action.hint("See all attempts", "talaria runs " + id)),
        RepeatedFailures.ended(crashes.get(crashes.size() - 1), facts.task()),
        RepeatedFailures.ended(newest, facts.task()),
        crashes.size(),
        newest.id(),
        data));
  }

  /** The crashes since the last completion or reclaim, newest first; runs that ended otherwise are passed over. */
  private static List<Run> trailing(List<Run> closed) {
    List<Run> crashes = new ArrayList<>();
    for (Run run : closed) {
      String outcome = String.valueOf(run.outcome());
      if (outcome.equals("completed") || outcome.equals("reclaimed")) {
        break;
      }
      if (outcome.equals("crashed")) {
        crashes.add(run);
      }
    }
    return crashes;
  }
}
