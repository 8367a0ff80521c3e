package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.TaskStatus;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code kanban_list}: for orchestrators, so that a worker keeps to its task. */
final class ListTool implements Tool {
  private static final int DEFAULT_LIMIT = 50;
  private static final int LARGEST_LIMIT = 200;

  @Override
  public String name() {
    return "kanban_list";
  }

  @Override
  public String description() {
    return """
        List tasks in short, best first: id, title, assignee, status, priority, parents and children. Use it before you \
        create work, to see whether the task is there already, and to find what is blocked. Tasks whose parents are done \
        are set to ready first; 'promoted' says how many. When 'truncated' is true ask again with 'next_limit', or \
        better with a filter. kanban_show has a task's text.""";
  }

  @Override
  public Schema schema() {
    return new Schema()
        .text("assignee", "Only tasks of this profile.")
        .choice(
            "status",
            Arrays.stream(TaskStatus.values()).map(TaskStatus::wire).toList(),
            "Only tasks in this status. 'blocked' wait for a person, 'todo' for their parents, 'scheduled' for a time.")
        .text("tenant", "Only tasks of this tenant.")
        .flag("include_archived", "Archived tasks too. Default: false.")
        .integer("limit", "At most so many, 1 to 200. Default: 50.");
  }

  @Override
  public boolean isFor(Caller caller) {
    return !caller.isWorker();
  }

  @Override
  public ObjectNode call(Caller caller, Arguments arguments, ToolBoard board) {
    TaskFilter filter = TaskFilter.all()
        .withAssignee(arguments.name("assignee"))
        .withStatus(arguments.name("status"))
        .withTenant(arguments.name("tenant"))
        .withArchived(arguments.flag("include_archived"));
    return board.list(filter, limit(arguments.integer("limit")));
  }

  private static int limit(@Nullable Long given) {
    if (given == null) {
      return DEFAULT_LIMIT;
    }
    if (given < 1 || given > LARGEST_LIMIT) {
      throw new ToolRefused("limit is %d; expected 1 to %d. Use a filter to see less."
          .formatted(given, LARGEST_LIMIT));
    }
    return given.intValue();
  }
}
