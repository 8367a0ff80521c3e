package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.TaskList;
import dev.talaria.board.task.TaskSort;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Shapes;
import dev.talaria.cli.text.Table;
import dev.talaria.cli.text.Times;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    footer = {"", "Example: talaria list --status blocked --sort updated"})
public final class ListVerb extends BoardVerb {
  @Option(names = "--mine", description = "Only tasks of the profile that asks.")
  private boolean mine;

  @Option(names = "--assignee", paramLabel = "PROFILE", description = "Only this profile's tasks.")
  private @Nullable String assignee;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description =
          "Only tasks in this status: triage, todo, scheduled, ready, running, blocked, review, done or archived.")
  private @Nullable String status;

  @Option(names = "--tenant", paramLabel = "NAME", description = "Only this tenant's tasks.")
  private @Nullable String tenant;

  @Option(names = "--session", paramLabel = "ID", description = "Only tasks from this session.")
  private @Nullable String sessionId;

  @Option(names = "--archived", description = "Archived tasks too.")
  private boolean archived;

  @Option(
      names = "--sort",
      paramLabel = "KEY",
      description =
          "created, created-desc, priority, priority-desc, status, assignee, title or updated. Default: by priority, then age.")
  private @Nullable String sort;

  @Option(
      names = "--workflow-template-id",
      paramLabel = "ID",
      description = "Only tasks of this workflow.")
  private @Nullable String workflow;

  @Option(names = "--step-key", paramLabel = "KEY", description = "Only tasks at this step.")
  private @Nullable String step;

  @Option(names = "--json", description = "Print an array of tasks as JSON.")
  private boolean json;

  public ListVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    try {
      if (status != null) {
        TaskStatus.require(status);
      }
      TaskSort.of(sort);
    } catch (InvalidRequestException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  @Override
  int run(Board board) {
    String whose = assignee == null && mine ? session.author() : assignee;
    TaskFilter filter = TaskFilter.all()
        .withAssignee(whose)
        .withStatus(status)
        .withTenant(tenant)
        .withSessionId(sessionId)
        .withArchived(archived)
        .withSort(sort)
        .withWorkflow(workflow, step);
    List<Task> tasks = board.write(tx -> {
      new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT).recompute(tx);
      return TaskList.list(tx, filter);
    });
    if (json) {
      say(JsonOut.indented(Shapes.array(tasks, Shapes::task)));
    } else if (tasks.isEmpty()) {
      complain("No tasks.");
    } else {
      table(tasks).lines().forEach(line -> say(line));
    }
    return Exit.DONE;
  }

  private Table table(List<Task> tasks) {
    long now = session.surroundings().clock().instant().getEpochSecond();
    var table = new Table(session.terminal(), "ID", "STATUS", "ASSIGNEE", "PRIO", "AGE", "TITLE")
        .withStatusIn(1);
    for (Task task : tasks) {
      Long created = task.createdAt();
      table.row(
          task.id(),
          task.status(),
          task.assignee() == null ? "-" : task.assignee(),
          Long.toString(task.priority()),
          created == null ? "-" : Times.span(now - created),
          task.title());
    }
    return table;
  }
}
