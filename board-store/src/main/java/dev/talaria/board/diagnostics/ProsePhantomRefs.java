package dev.talaria.board.diagnostics;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a worker wrote at its completion speaks of tasks that do not exist. */
final class ProsePhantomRefs implements Rule {
  @Override
  public List<Subject> candidates(Tx tx, Thresholds thresholds) {
    return Suspicions.candidates(tx, EventKind.SUSPECTED_HALLUCINATED_REFERENCES);
  }

  @Override
  public Optional<Diagnostic> check(Facts facts) {
    List<EventRow> open = Suspicions.open(facts, EventKind.SUSPECTED_HALLUCINATED_REFERENCES);
    if (open.isEmpty()) {
      return Optional.empty();
    }
    String id = facts.task().id();
    Set<String> phantoms = Suspicions.ids(open, "phantom_refs");
    EventRow last = open.get(open.size() - 1);
    var data = BoardJson.object();
    data.set("phantom_refs", BoardJson.array(phantoms));
    return Optional.of(new Diagnostic(
        "prose_phantom_refs",
        Severity.WARNING,
        "The summary names tasks that do not exist",
        "Summary or result speak of %s, which are not on this board. What else they say may be made up too."
            .formatted(String.join(", ", phantoms)),
        List.of(
            Action.hint("Read the summary", "talaria show " + id).first(),
            Action.hint("Correct the result", "talaria edit " + id + " --result TEXT"),
            Action.comment(id, "Say what is wrong with it")),
        open.get(0).createdAt(),
        last.createdAt(),
        open.size(),
        last.runId(),
        data));
  }
}
