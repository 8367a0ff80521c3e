package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Assignees;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.Exit;
import dev.talaria.cli.FarBoard;
import dev.talaria.cli.Follower;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.text.Shapes;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "watch",
    footer = {"", "Example: talaria watch --kinds completed,blocked,gave_up"})
public final class WatchVerb extends BoardVerb implements Follower {
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
      description =
          "How often to look. Default: 0.2 seconds. Of another host events come by themselves.")
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
    greet(board.path());
    new EventFollower(session, Spans.interval("--interval", interval))
        .follow(board, newest, (tx, event) -> wanted(tx, event, whose), this::show);
    return Exit.DONE;
  }

  private void greet(Object board) {
    if (session.terminal().interactive()) {
      complain("Watching '%s'; Ctrl-C ends it.".formatted(board));
      session.err().flush();
    }
  }

  /** All from what is published: it costs the board nothing, and goes on over a restart of its dispatcher. */
  @Override
  public int follow(FarBoard board) {
    check();
    String whose = Assignees.canonical(assignee);
    greet(board.key());
    InstantSource clock = session.surroundings().clock();
    var sieve = new ImageSieve(
        event -> ofKind(event.kind()),
        whose == null && tenant == null
            ? null
            : task ->
                matches(task.path("assignee").textValue(), task.path("tenant").textValue(), whose));
    while (board.next(event -> sieve.put(event, clock.millis()))) {
      sieve.take(clock.millis()).forEach(event -> show(PublishedEvents.row(event)));
    }
    return Exit.DONE;
  }

  @Override
  public boolean asks() {
    return false;
  }

  private boolean wanted(Tx tx, EventRow event, @Nullable String whose) {
    boolean kindWanted = ofKind(event.kind());
    if (!kindWanted || (whose == null && tenant == null)) {
      return kindWanted;
    }
    Optional<Task> task = Tasks.find(tx, event.taskId());
    return task.isPresent() && matches(task.get().assignee(), task.get().tenant(), whose);
  }

  private boolean ofKind(String kind) {
    return kinds.stream().allMatch(String::isBlank)
        || kinds.stream().anyMatch(k -> k.strip().equals(kind));
  }

  private boolean matches(
      @Nullable String itsAssignee, @Nullable String itsTenant, @Nullable String whose) {
    return (whose == null || whose.equals(itsAssignee))
        && (tenant == null || tenant.equals(itsTenant));
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
