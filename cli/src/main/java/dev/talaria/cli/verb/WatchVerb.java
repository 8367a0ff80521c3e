package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Assignees;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.text.Shapes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "watch",
    footer = {"", "Example: talaria watch --kinds completed,blocked,gave_up"})
public final class WatchVerb extends BoardVerb {
  @Option(names = "--assignee", paramLabel = "PROFILE", description = "Only this profile's tasks.")
  private @Nullable String assignee;

  @Option(names = "--tenant", paramLabel = "NAME", description = "Only this tenant's tasks.")
  private @Nullable String tenant;

  @Option(
      names = "--kinds",
      paramLabel = "KIND",
      split = ",",
      description = "Only these kinds of events, separated by commas.")
  private List<String> kinds = List.of();

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "How often to look. Default: 0.2 seconds.")
  private String interval = "0.2";

  @Option(names = "--json", description = "Print one JSON object per line.")
  private boolean json;

  public WatchVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    Spans.interval("--interval", interval);
  }

  @Override
  int run(Board board) {
    String whose = Assignees.canonical(assignee);
    long newest = board.read(tx -> EventLog.maxIds(tx).events());
    if (session.terminal().interactive()) {
      complain("Watching '%s'; Ctrl-C ends it.".formatted(board.path()));
      session.err().flush();
    }
    new EventFollower(session, Spans.interval("--interval", interval))
        .follow(board, newest, (tx, event) -> wanted(tx, event, whose), this::show);
    return Exit.DONE;
  }

  private boolean wanted(Tx tx, EventRow event, @Nullable String whose) {
    boolean kindWanted =
        kinds.isEmpty() || kinds.stream().anyMatch(k -> k.strip().equals(event.kind()));
    if (!kindWanted || (whose == null && tenant == null)) {
      return kindWanted;
    }
    Optional<Task> task = Tasks.find(tx, event.taskId());
    return task.isPresent()
        && (whose == null || whose.equals(task.get().assignee()))
        && (tenant == null || tenant.equals(task.get().tenant()));
  }

  private void show(EventRow event) {
    say(
        json
            ? JsonOut.line(Shapes.event(event))
            : Printable.line(event.taskId())
                + "  "
                + TaskText.event(event, session.surroundings().zone()));
  }
}
