package dev.talaria.board.triage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one rough idea.
 *
 * @param ok whether it is out of triage
 * @param reason why not, or what was done
 * @param newTitle its title when it stays one task; else null
 * @param fanout whether it was divided
 * @param childIds its parts, in the model's order
 */
public record TriageOutcome(
    String taskId,
    boolean ok,
    String reason,
    @Nullable String newTitle,
    boolean fanout,
    List<String> childIds) {
  public TriageOutcome {
    childIds = List.copyOf(childIds);
  }

  static TriageOutcome refused(String taskId, String reason) {
    return new TriageOutcome(taskId, false, reason, null, false, List.of());
  }

  static TriageOutcome specified(String taskId, String newTitle) {
    return new TriageOutcome(taskId, true, "specified", newTitle, false, List.of());
  }

  static TriageOutcome decomposed(String taskId, List<String> childIds) {
    String reason =
        "decomposed into %d task%s".formatted(childIds.size(), childIds.size() == 1 ? "" : "s");
    return new TriageOutcome(taskId, true, reason, null, true, childIds);
  }

  /** As {@code specify} prints it. */
  public ObjectNode json() {
    return BoardJson.object()
        .put("task_id", taskId)
        .put("ok", ok)
        .put("reason", reason)
        .put("new_title", newTitle);
  }

  /** As {@code decompose} prints it. */
  public ObjectNode jsonWithChildren() {
    ObjectNode node = json().put("fanout", fanout);
    node.set("child_ids", BoardJson.array(childIds));
    return node;
  }
}
