package dev.talaria.board.diagnostics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One finding about one task. Times are epoch seconds.
 *
 * @param kind the rule's
 * @param firstSeenAt when it began
 * @param lastSeenAt when it was last seen to be so
 * @param count how often it happened
 * @param runId the attempt that shows it, if one does
 * @param data the rule's own facts
 */
public record Diagnostic(
    String kind,
    Severity severity,
    String title,
    String detail,
    List<Action> actions,
    long firstSeenAt,
    long lastSeenAt,
    long count,
    @Nullable Long runId,
    ObjectNode data) {
  /** Worst first, then newest. */
  public static final Comparator<Diagnostic> WORST_FIRST = Comparator.comparing(
          Diagnostic::severity)
      .thenComparing(Diagnostic::lastSeenAt)
      .reversed()
      .thenComparing(Diagnostic::kind);

  public Diagnostic {
    actions = List.copyOf(actions);
  }

  /** As {@code diagnostics --json} prints it. */
  public ObjectNode json() {
    ObjectNode node = BoardJson.object()
        .put("kind", kind)
        .put("severity", severity.wire())
        .put("title", title)
        .put("detail", detail);
    ArrayNode array = node.putArray("actions");
    actions.forEach(action -> array.add(action.json()));
    node.put("first_seen_at", firstSeenAt)
        .put("last_seen_at", lastSeenAt)
        .put("count", count)
        .put("run_id", runId);
    node.set("data", data);
    return node;
  }
}
