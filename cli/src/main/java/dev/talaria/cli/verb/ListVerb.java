package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.TaskList;
import dev.talaria.board.task.TaskSort;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.transition.CatchUp;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Shapes;
import dev.talaria.cli.text.Table;
import dev.talaria.cli.text.Times;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    footer = {"", "Example: talaria list --status blocked --sort updated"})
public final class ListVerb extends BoardVerb {
  private static final int AT_ONCE = 500;

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

  @Option(names = "--limit", paramLabel = "N", description = "At most so many tasks. Default: all.")
  private int limit;

  @Option(
      names = "--after",
      paramLabel = "ID",
      description = "Begin after this task: the last one of the page before.")
  private @Nullable String after;

  @Option(names = "--json", description = "Print an array of tasks as JSON.")
  private boolean json;

  public ListVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    if (limit < 0) {
      throw CliFailure.usage("--limit is %d; expected 0 or more.".formatted(limit));
    }
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
    tellPaused(board);
    String whose = assignee == null && mine ? session.author() : assignee;
    TaskFilter filter = TaskFilter.all()
        .withAssignee(whose)
        .withStatus(status)
        .withTenant(tenant)
        .withSessionId(sessionId)
        .withArchived(archived)
        .withSort(sort)
        .withWorkflow(workflow, step)
        .withLimit(limit);
    new CatchUp(new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT)).changes(board);
    if (json) {
      printJson(board, filter);
    } else {
      printTable(board, filter);
    }
    return Exit.DONE;
  }

  private void printJson(Board board, TaskFilter filter) {
    var array = new JsonOut.ArrayOut(session.out());
    int[] count = {0};
    TaskList.each(board, filter, after, task -> {
      array.add(Shapes.task(task));
      return ++count[0] % AT_ONCE != 0 || isRead();
    });
    array.end();
  }

  private void printTable(Board board, TaskFilter filter) {
    long now = session.surroundings().clock().instant().getEpochSecond();
    var table = new Table(session.terminal(), "ID", "STATUS", "ASSIGNEE", "PRIO", "AGE", "TITLE")
        .withStatusIn(1);
    int[] count = {0};
    TaskList.each(board, filter, after, task -> {
      table.row(cells(task, now));
      if (++count[0] % AT_ONCE != 0) {
        return true;
      }
      table.drain(line -> say(line));
      return isRead();
    });
    if (count[0] == 0) {
      complain("No tasks.");
    } else {
      table.drain(line -> say(line));
    }
  }

  /** Whether there is still somebody at the other end of the pipe. */
  private boolean isRead() {
    return !session.out().checkError();
  }

  private static String[] cells(Task task, long now) {
    Long created = task.createdAt();
    return new String[] {
      task.id(),
      task.status(),
      task.assignee() == null ? "-" : task.assignee(),
      Long.toString(task.priority()),
      created == null ? "-" : Times.span(now - created),
      task.title()
    };
  }
}
