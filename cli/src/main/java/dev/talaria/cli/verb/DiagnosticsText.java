package dev.talaria.cli.verb;

import dev.talaria.board.diagnostics.Action;
import dev.talaria.board.diagnostics.Diagnostic;
import dev.talaria.board.diagnostics.Severity;
import dev.talaria.board.diagnostics.Subject;
import dev.talaria.board.diagnostics.TaskDiagnostics;
import dev.talaria.cli.Terminal;
import dev.talaria.cli.text.Colours;
import dev.talaria.cli.text.Printable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Findings written for people. */
final class DiagnosticsText {
  private static final String INDENT = " ".repeat(12);

  private DiagnosticsText() {}

  /** A task with its findings, what they mean and what to try first; an empty line at the end. */
  static List<String> whole(Terminal terminal, TaskDiagnostics found) {
    Subject task = found.task();
    List<String> lines = new ArrayList<>();
    lines.add("%s  %s  %s  %s"
        .formatted(
            task.id(),
            Colours.status(terminal, task.status()),
            task.assignee() == null ? "-" : "@" + Printable.line(task.assignee()),
            Colours.bold(terminal, Printable.line(task.title()))));
    for (Diagnostic finding : found.findings()) {
      lines.add(headline(finding));
      lines.add(INDENT + Printable.line(finding.detail()));
      finding.actions().stream()
          .filter(Action::suggested)
          .forEach(action -> lines.add(INDENT + "-> " + advice(action, task.id())));
    }
    lines.add("");
    return lines;
  }

  /** One line for each finding. */
  static List<String> brief(TaskDiagnostics found) {
    return found.findings().stream().map(DiagnosticsText::headline).toList();
  }

  static String summary(List<TaskDiagnostics> found) {
    Map<Severity, Integer> counts = new EnumMap<>(Severity.class);
    found.stream()
        .flatMap(one -> one.findings().stream())
        .forEach(finding -> counts.merge(finding.severity(), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    for (Severity severity : List.of(Severity.CRITICAL, Severity.ERROR, Severity.WARNING)) {
      int count = counts.getOrDefault(severity, 0);
      if (count > 0) {
        String plural = count > 1 && severity != Severity.CRITICAL ? "s" : "";
        parts.add(count + " " + severity.wire() + plural);
      }
    }
    return "%d task%s: %s."
        .formatted(found.size(), found.size() == 1 ? "" : "s", String.join(", ", parts));
  }

  private static String headline(Diagnostic finding) {
    String severity = finding.severity().wire();
    return "  %-8s  %s".formatted(severity, Printable.line(finding.title()));
  }

  private static String advice(Action action, String taskId) {
    return switch (action.kind()) {
      case "cli_hint" ->
        action.label() + ": " + action.payload().path("command").asText();
      case "open_docs" -> action.label() + ": " + action.payload().path("page").asText();
      case "comment" -> action.label() + ": talaria comment " + taskId + " TEXT";
      default -> action.label() + ": talaria " + action.kind() + " " + taskId;
    };
  }
}
