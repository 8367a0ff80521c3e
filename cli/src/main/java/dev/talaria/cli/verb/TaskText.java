package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.diagnostics.TaskDiagnostics;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Comment;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskDetail;
import dev.talaria.board.text.HermesText;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.Colours;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.text.Table;
import dev.talaria.cli.text.Times;
import dev.talaria.protocol.waiting.Downstream;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A task, its runs and its events, written for people. */
final class TaskText {
  private static final int LABEL = 12;

  private TaskText() {}

  static List<String> show(
      Session session,
      TaskDetail detail,
      List<Run> runs,
      @Nullable Long wakesAt,
      @Nullable Downstream below,
      Optional<TaskDiagnostics> wrong) {
    Task task = detail.task();
    ZoneId zone = session.surroundings().zone();
    List<String> lines = new ArrayList<>();
    lines.add(task.id() + "  " + Colours.bold(session.terminal(), Printable.line(task.title())));
    field(lines, "status", Colours.status(session.terminal(), task.status()));
    field(lines, "assignee", task.assignee() == null ? "-" : Printable.line(task.assignee()));
    field(lines, "priority", Long.toString(task.priority()));
    field(lines, "tenant", task.tenant());
    field(lines, "workspace", workspace(task));
    field(lines, "branch", task.branchName());
    field(lines, "requires", requires(detail));
    field(lines, "skills", task.skills() == null ? null : String.join(", ", task.skills()));
    field(lines, "max retries", text(task.maxRetries()));
    field(lines, "max runtime", seconds(task.maxRuntimeSeconds()));
    field(lines, "model", task.modelOverride());
    field(lines, "created", Times.stamp(task.createdAt(), zone) + by(task.createdBy()));
    field(lines, "started", time(task.startedAt(), zone));
    field(lines, "completed", time(task.completedAt(), zone));
    field(lines, "wakes at", time(wakesAt, zone));
    field(lines, "claimed by", task.claimLock());
    if (task.consecutiveFailures() > 0) {
      field(lines, "failures", task.consecutiveFailures() + " in a row");
    }
    field(lines, "burnt", BurnText.of(detail.events()));
    field(lines, "last error", task.lastFailureError());
    field(lines, "waits for", joined(detail.parents()));
    field(lines, "children", joined(detail.children()));
    field(lines, "stranded", below == null ? null : StrandedText.words(below));
    wrong.ifPresent(found -> {
      heading(lines, "Diagnostics");
      lines.addAll(DiagnosticsText.brief(found));
      lines.add("  'talaria diagnostics --task %s' says what to do.".formatted(task.id()));
    });
    block(lines, "Body", task.body());
    block(lines, "Result", task.result());
    block(lines, "Latest summary", detail.latestSummary());
    comments(lines, detail.comments(), zone);
    if (!runs.isEmpty()) {
      heading(lines, "Runs");
      lines.addAll(runs(session, runs).lines());
    }
    if (!detail.events().isEmpty()) {
      heading(lines, "Events");
      detail.events().forEach(event -> lines.add(event(event, zone)));
    }
    return lines;
  }

  private static @Nullable String requires(TaskDetail detail) {
    return detail.requires().isEmpty()
        ? null
        : detail.requires().entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(", "));
  }

  static Table runs(Session session, List<Run> runs) {
    ZoneId zone = session.surroundings().zone();
    long now = session.surroundings().clock().instant().getEpochSecond();
    var table = new Table(
            session.terminal(), "RUN", "OUTCOME", "PROFILE", "STARTED", "TOOK", "SUMMARY")
        .withStatusIn(1);
    for (Run run : runs) {
      String said = run.error() != null && !run.error().isEmpty() ? run.error() : run.summary();
      Long started = run.startedAt();
      Long ended = run.endedAt() == null ? Long.valueOf(now) : run.endedAt();
      table.row(
          Long.toString(run.id()),
          run.outcome() == null ? run.status() : run.outcome(),
          run.profile() == null ? "-" : run.profile(),
          Times.stamp(started, zone),
          started == null ? "-" : Times.span(ended - started),
          said == null ? "" : String.valueOf(HermesText.firstLine(said + " ", 400)));
    }
    return table;
  }

  /** One event on one line. */
  static String event(EventRow event, ZoneId zone) {
    String run = event.runId() == null ? "" : "  run " + event.runId();
    String payload = event.payload() == null ? "" : "  " + Printable.line(brief(event));
    return Times.stamp(event.createdAt(), zone)
        + "  "
        + Printable.line(event.kind())
        + run
        + payload;
  }

  private static void comments(List<String> lines, List<Comment> comments, ZoneId zone) {
    if (comments.isEmpty()) {
      return;
    }
    heading(lines, "Comments");
    for (Comment comment : comments) {
      lines.add(
          Times.stamp(comment.createdAt(), zone) + "  " + Printable.line(comment.author()) + ":");
      indented(lines, comment.body());
    }
  }

  private static void field(List<String> lines, String label, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      lines.add("  " + label + " ".repeat(LABEL - label.length()) + value);
    }
  }

  private static void block(List<String> lines, String heading, @Nullable String text) {
    if (!HermesText.isBlank(text)) {
      heading(lines, heading);
      indented(lines, String.valueOf(text));
    }
  }

  private static void heading(List<String> lines, String heading) {
    lines.add("");
    lines.add(heading);
  }

  private static void indented(List<String> lines, String text) {
    Printable.block(text).lines().forEach(line -> lines.add("  " + line));
  }

  private static String workspace(Task task) {
    String path = task.workspacePath();
    return path == null ? task.workspaceKind() : task.workspaceKind() + " " + Printable.line(path);
  }

  private static String by(@Nullable String creator) {
    return creator == null ? "" : " by " + Printable.line(creator);
  }

  private static @Nullable String time(@Nullable Long seconds, ZoneId zone) {
    return seconds == null ? null : Times.stamp(seconds, zone);
  }

  private static @Nullable String text(@Nullable Long number) {
    return number == null ? null : number.toString();
  }

  private static @Nullable String seconds(@Nullable Long seconds) {
    return seconds == null ? null : seconds + "s";
  }

  private static @Nullable String joined(List<String> ids) {
    return ids.isEmpty() ? null : String.join(" ", ids);
  }

  /** The payload without what only machines read: the policy in force and the history that a decision left. */
  private static String brief(EventRow event) {
    ObjectNode payload = event.payloadObject();
    return payload == null
        ? String.valueOf(event.payload())
        : payload.without(List.of("policy", "history")).toString();
  }
}
