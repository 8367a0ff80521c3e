package dev.talaria.board.diagnostics;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A completion was refused because it named cards that do not exist, and none has succeeded since. */
final class HallucinatedCards implements Rule {
  @Override
  public List<Subject> candidates(Tx tx, Thresholds thresholds) {
    return Suspicions.candidates(tx, EventKind.COMPLETION_BLOCKED_HALLUCINATION);
  }

  @Override
  public Optional<Diagnostic> check(Facts facts) {
    List<EventRow> open = Suspicions.open(facts, EventKind.COMPLETION_BLOCKED_HALLUCINATION);
    if (open.isEmpty()) {
      return Optional.empty();
    }
    String id = facts.task().id();
    Set<String> phantoms = Suspicions.ids(open, "phantom_cards");
    EventRow last = open.get(open.size() - 1);
    var data = BoardJson.object();
    data.set("phantom_ids", BoardJson.array(phantoms));
    return Optional.of(new Diagnostic(
        "hallucinated_cards",
        Severity.ERROR,
        "A completion named cards that do not exist",
        "The worker said that it created %s. The completion was refused; the task is as it was and can be completed again."
            .formatted(String.join(", ", phantoms)),
        List.of(
            Action.comment(id, "Tell the worker which cards do not exist").first(),
            Action.reassign(id),
            Action.hint("See what the worker did", "talaria log " + id)),
        open.get(0).createdAt(),
        last.createdAt(),
        open.size(),
        last.runId(),
        data));
  }
}
