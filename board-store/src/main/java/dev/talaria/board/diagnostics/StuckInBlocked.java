package dev.talaria.board.diagnostics;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.LastWords;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A blocked task about which nobody has said a word for long, whether a person or the breaker blocked it. */
final class StuckInBlocked implements Rule {
  private static final long HOUR = 3600;

  // the condition on kind is that of the partial index talaria_stops, word for word
  static final String CANDIDATES = "SELECT " + Subject.COLUMNS + """

        FROM tasks t
       WHERE t.status = 'blocked'
         AND (SELECT e.created_at
                FROM task_events e
               WHERE e.task_id = t.id
                 AND e.kind IN ('blocked', 'gave_up', 'unblocked')
                 AND e.kind IN ('blocked', 'gave_up')
               ORDER BY e.id DESC
               LIMIT 1) <= ?
      """;

  @Override
  public List<Subject> candidates(Tx tx, Thresholds thresholds) {
    return tx.list(CANDIDATES, Subject::of, tx.now() - thresholds.blockedSeconds());
  }

  @Override
  public Optional<Diagnostic> check(Facts facts) {
    Subject task = facts.task();
    if (!task.is(TaskStatus.BLOCKED)) {
      return Optional.empty();
    }
    EventRow block = null;
    boolean heard = false;
    for (EventRow event : facts.events(
        List.of(EventKind.BLOCKED, EventKind.GAVE_UP, EventKind.COMMENTED, EventKind.UNBLOCKED))) {
      boolean blocks =
          event.kind().equals(EventKind.BLOCKED) || event.kind().equals(EventKind.GAVE_UP);
      if (blocks) {
        block = event;
        heard = false;
      } else if (block != null) {
        // the reason of a block is kept as a comment of the same moment: that is no answer to it
        boolean ofTheBlock =
            event.kind().equals(EventKind.COMMENTED) && event.createdAt() <= block.createdAt();
        heard |= !ofTheBlock;
      }
    }
    if (block == null || heard) {
      return Optional.empty();
    }
    long age = facts.now() - block.createdAt();
    if (age < facts.thresholds().blockedSeconds()) {
      return Optional.empty();
    }
    var payload = block.payloadObject();
    String reason = payload == null ? "" : payload.path("reason").asText("");
    var data = BoardJson.object()
        .put("blocked_at", block.createdAt())
        .put("age_hours", Math.round(age * 10.0 / HOUR) / 10.0);
    return Optional.of(new Diagnostic(
        "stuck_in_blocked",
        Severity.WARNING,
        "Blocked for %d hours without a word".formatted(age / HOUR),
        reason.isEmpty()
            ? "Nobody has commented on it or unblocked it since."
            : "Nobody has answered since: " + reason,
        actions(facts),
        block.createdAt(),
        facts.now(),
        1,
        block.runId(),
        data));
  }

  private static List<Action> actions(Facts facts) {
    String id = facts.task().id();
    List<Action> actions = new ArrayList<>();
    Tasks.find(facts.tx(), id)
        .flatMap(task -> LastWords.awaited(facts.tx(), task))
        .ifPresent(kept -> {
          actions.add(Action.hint(
                  "Read what its worker said last", "talaria accept %s --show".formatted(id))
              .first());
          actions.add(Action.hint("Take that for its result", "talaria accept " + id));
        });
    if (actions.isEmpty()) {
      actions.add(Action.comment(id, "Answer what it waits for").first());
    }
    actions.add(Action.unblock(id));
    actions.add(Action.reassign(id));
    return actions;
  }
}
