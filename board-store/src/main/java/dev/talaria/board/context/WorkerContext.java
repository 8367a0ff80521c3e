package dev.talaria.board.context;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.task.Comment;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text that a worker reads about its task (contract 6), equal to hermes's for the same zone and environment. */
public final class WorkerContext {
  private static final int BODY = 8192;
  private static final int FIELD = 4096;
  private static final int COMMENT = 2048;
  private static final int RECENT_SUMMARY = 200;
  private static final int ATTEMPTS = 10;
  private static final int COMMENTS = 30;
  private static final int RECENT = 5;

  private static final String CLOSED_RUNS =
      "SELECT * FROM task_runs WHERE task_id = ? AND ended_at IS NOT NULL ORDER BY started_at, id";
  // the plus keeps the planner from walking every done task of the board instead of the links
  private static final String DONE_PARENTS = """
      SELECT p.*
        FROM task_links l
        JOIN tasks p ON p.id = l.parent_id
       WHERE l.child_id = ?
         AND +p.status = 'done'
       ORDER BY p.id
      """;
  // runs of one second come in the order of their ids in both, as hermes's queries return them
  private static final String LAST_COMPLETED = """
      SELECT * FROM task_runs
       WHERE task_id = ? AND outcome = 'completed'
       ORDER BY started_at DESC, id
       LIMIT 1
      """;
  private static final String RECENT_WORK = """
      SELECT r.task_id, t.title, r.summary, r.ended_at
        FROM task_runs r
        JOIN tasks t ON t.id = r.task_id
       WHERE r.profile = ?
         AND r.task_id <> ?
         AND r.outcome = 'completed'
       ORDER BY r.ended_at DESC, r.id
       LIMIT ?
      """;

  private final ContextText text;
  private final Map<String, String> environment;

  /**
   * @param zone of the reader's clock; times are shown to the minute
   * @param environment the reader's own, which may raise the terminal time-out
   */
  public WorkerContext(ZoneId zone, Map<String, String> environment) {
    this.text = new ContextText(zone);
    this.environment = Map.copyOf(environment);
  }

  /**
   * The whole text.
   *
   * @throws InvalidRequestException when the task is unknown
   */
  public String of(Tx tx, String taskId) {
    Task task = Tasks.find(tx, taskId)
        .orElseThrow(() -> new InvalidRequestException(Tasks.unknown(taskId)));
    StringBuilder out = new StringBuilder();
    appendHead(out, task);
    if (!HermesText.isBlank(task.body())) {
      line(out, "## Body");
      line(out, ContextText.capped(task.body(), BODY));
      line(out, "");
    }
    appendAttempts(out, tx.list(CLOSED_RUNS, Run::of, taskId));
    appendParents(out, tx, taskId);
    appendRecentWork(out, tx, task);
    appendComments(out, Tasks.comments(tx, taskId));
    return HermesText.stripRight(out.toString()) + "\n";
  }

  private void appendHead(StringBuilder out, Task task) {
    line(out, "# Kanban task " + task.id() + ": " + task.title());
    line(out, "");
    line(out, "Assignee: " + orElse(task.assignee(), "(unassigned)"));
    line(out, "Status:   " + task.status());
    if (isSet(task.tenant())) {
      line(out, "Tenant:   " + task.tenant());
    }
    line(
        out,
        "Workspace: " + task.workspaceKind() + " @ "
            + orElse(task.workspacePath(), "(unresolved)"));
    Long runtime = task.maxRuntimeSeconds();
    if (runtime != null) {
      line(out, "Max runtime: " + runtime + "s");
      String inherited = environment.get("TERMINAL_TIMEOUT");
      Long terminal = TerminalTimeout.seconds(runtime, inherited);
      if (terminal != null || isSet(inherited)) {
        line(out, "Terminal timeout: " + (terminal == null ? inherited : terminal) + "s");
      }
    }
    if (isSet(task.branchName())) {
      line(out, "Branch:   " + task.branchName());
    }
    line(out, "");
  }

  private void appendAttempts(StringBuilder out, List<Run> runs) {
    if (runs.isEmpty()) {
      return;
    }
    line(out, "## Prior attempts on this task");
    int omitted = Math.max(0, runs.size() - ATTEMPTS);
    if (omitted > 0) {
      line(
          out,
          "_(" + omitted + " earlier attempt" + plural(omitted) + " omitted; showing most recent "
              + ATTEMPTS + ")_");
    }
    for (int i = omitted; i < runs.size(); i++) {
      Run run = runs.get(i);
      line(
          out,
          "### Attempt %d — %s (%s, %s)"
              .formatted(
                  i + 1,
                  orElse(run.outcome(), run.status()),
                  orElse(run.profile(), "(unknown)"),
                  text.time(run.startedAt())));
      if (!HermesText.isBlank(run.summary())) {
        line(out, ContextText.capped(run.summary(), FIELD));
      }
      if (!HermesText.isBlank(run.error())) {
        line(out, "_error_: " + ContextText.capped(run.error(), FIELD));
      }
      appendMetadata(out, run);
      line(out, "");
    }
  }

  private void appendParents(StringBuilder out, Tx tx, String taskId) {
    List<Task> parents = tx.list(DONE_PARENTS, Task::of, taskId);
    if (parents.isEmpty()) {
      return;
    }
    line(out, "## Parent task results");
    for (Task parent : parents) {
      line(out, "### " + parent.id());
      Run run = tx.first(LAST_COMPLETED, Run::of, parent.id()).orElse(null);
      String summary = run == null ? null : run.summary();
      String shown = HermesText.isBlank(summary) ? parent.result() : summary;
      line(out, isSet(shown) ? ContextText.capped(shown, FIELD) : "(no result recorded)");
      if (run != null) {
        appendMetadata(out, run);
      }
      line(out, "");
    }
  }

  private void appendRecentWork(StringBuilder out, Tx tx, Task task) {
    String assignee = task.assignee();
    if (assignee == null || assignee.isEmpty()) {
      return;
    }
    List<String> lines = tx.list(RECENT_WORK, this::recent, assignee, task.id(), RECENT);
    if (!lines.isEmpty()) {
      line(out, "## Recent work by @" + assignee);
      lines.forEach(recent -> line(out, recent));
      line(out, "");
    }
  }

  private String recent(Row row) {
    String summary = HermesText.firstLine(row.text("summary"), RECENT_SUMMARY);
    return "- %s — %s (%s): %s"
        .formatted(
            row.requireText("task_id"),
            row.requireText("title"),
            text.time(row.seconds("ended_at")),
            orElse(summary, "(no summary)"));
  }

  private void appendComments(StringBuilder out, List<Comment> comments) {
    if (comments.isEmpty()) {
      return;
    }
    line(out, "## Comment thread");
    int omitted = Math.max(0, comments.size() - COMMENTS);
    if (omitted > 0) {
      line(
          out,
          "_(" + omitted + " earlier comment" + plural(omitted) + " omitted; showing most recent "
              + COMMENTS + ")_");
    }
    for (Comment comment : comments.subList(omitted, comments.size())) {
      // names the author as a quoted worker, so that a comment cannot pose as the system
      line(
          out,
          "comment from worker `%s` at %s:"
              .formatted(comment.author().replace("`", ""), text.time(comment.createdAt())));
      line(out, ContextText.capped(comment.body(), COMMENT));
      line(out, "");
    }
  }

  private static void appendMetadata(StringBuilder out, Run run) {
    var metadata = run.metadata();
    if (metadata != null && !metadata.isEmpty()) {
      line(out, "_metadata_: `" + ContextText.capped(BoardJson.sortedLine(metadata), FIELD) + "`");
    }
  }

  private static void line(StringBuilder out, @Nullable String line) {
    out.append(line).append('\n');
  }

  private static boolean isSet(@Nullable String value) {
    return value != null && !value.isEmpty();
  }

  private static String orElse(@Nullable String value, String otherwise) {
    return value == null || value.isEmpty() ? otherwise : value;
  }

  private static String plural(int n) {
    return n == 1 ? "" : "s";
  }
}
