package dev.talaria.board.diagnostics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventRow;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Events that cast doubt on what a worker said, until a later completion or edit settles it. */
final class Suspicions {
  // the condition is that of the partial index talaria_warnings, word for word
  static final String CANDIDATES = "SELECT " + Subject.COLUMNS + """

        FROM (SELECT DISTINCT task_id
                FROM task_events
               WHERE kind IN ('completion_blocked_hallucination', 'suspected_hallucinated_references')
                 AND kind = ?) e
        JOIN tasks t ON t.id = e.task_id
       WHERE t.status <> 'archived'
      """;

  private Suspicions() {}

  static List<Subject> candidates(Tx tx, String kind) {
    return tx.list(CANDIDATES, Subject::of, kind);
  }

  /** The events of this kind that nothing has settled, oldest first. */
  static List<EventRow> open(Facts facts, String kind) {
    List<EventRow> open = new ArrayList<>();
    for (EventRow event : facts.events(List.of(kind, EventKind.COMPLETED, EventKind.EDITED))) {
      if (event.kind().equals(kind)) {
        open.add(event);
      } else {
        open.clear();
      }
    }
    return open;
  }

  /** All ids that the events name under this key, each once. */
  static Set<String> ids(List<EventRow> events, String key) {
    Set<String> ids = new LinkedHashSet<>();
    for (EventRow event : events) {
      ObjectNode payload = event.payloadObject();
      if (payload != null) {
        for (JsonNode id : payload.path(key)) {
          ids.add(id.asText());
        }
      }
    }
    return ids;
  }
}
