package dev.talaria.board.diagnostics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import java.util.Optional;

/**
 * All findings about one task, at least one, worst first.
 *
 * @param task the task
 */
public record TaskDiagnostics(Subject task, List<Diagnostic> findings) {
  public TaskDiagnostics {
    findings = findings.stream().sorted(Diagnostic.WORST_FIRST).toList();
  }

  /** Only findings this bad or worse; empty when there are none. */
  public Optional<TaskDiagnostics> atLeast(Severity severity) {
    List<Diagnostic> kept = findings.stream()
        .filter(finding -> finding.severity().isAtLeast(severity))
        .toList();
    return kept.isEmpty() ? Optional.empty() : Optional.of(new TaskDiagnostics(task, kept));
  }

  public Severity worst() {
    return findings.get(0).severity();
  }

  /** As {@code diagnostics --json} prints it. */
  public ObjectNode json() {
    ObjectNode node = BoardJson.object()
        .put("task_id", task.id())
        .put("title", task.title())
        .put("status", task.status())
        .put("assignee", task.assignee());
    ArrayNode array = node.putArray("diagnostics");
    findings.forEach(finding -> array.add(finding.json()));
    return node;
  }
}
