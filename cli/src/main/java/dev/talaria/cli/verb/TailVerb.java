package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.FarBoard;
import dev.talaria.cli.Follower;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Shapes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "tail",
    footer = {"", "Example: talaria tail t_0a1b2c3d"})
public final class TailVerb extends BoardVerb implements Follower {
  /** Asked for by {@link #follow}: print some events after this one as JSON, and end. */
  public static final String PAGE_AFTER = "--page-after";

  private static final int PAGE = 500;

  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description =
          "How often to look. Default: 0.2 seconds. Of another host events come by themselves.")
  private String interval = "0.2";

  @Option(names = "--json", description = "Print one JSON object per line.")
  private boolean json;

  @Option(names = PAGE_AFTER, paramLabel = "N", hidden = true)
  private @Nullable Long pageAfter;

  public TailVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    Spans.interval("--interval", interval);
  }

  @Override
  int run(Board board) {
    if (pageAfter != null) {
      return page(board, pageAfter);
    }
    List<EventRow> past = new ArrayList<>();
    long newest = board.read(tx -> {
      if (!Tasks.exists(tx, id)) {
        throw CliFailure.failed(WhyNot.unknown(id));
      }
      past.addAll(EventLog.ofTask(tx, id));
      return EventLog.maxIds(tx).events();
    });
    past.forEach(this::show);
    new EventFollower(session, Spans.interval("--interval", interval))
        .follow(board, newest, (tx, event) -> event.taskId().equals(id), this::show);
    return Exit.DONE;
  }

  private int page(Board board, long after) {
    List<EventRow> all = board.read(tx -> {
      if (!Tasks.exists(tx, id)) {
        throw CliFailure.failed(WhyNot.unknown(id));
      }
      return EventLog.ofTask(tx, id);
    });
    all.stream()
        .filter(event -> event.id() > after)
        .limit(PAGE)
        .forEach(event -> say(JsonOut.line(Shapes.event(event))));
    return Exit.DONE;
  }

  /** The past from the board, where all of it is; the rest as it is published. */
  @Override
  public int follow(FarBoard board) {
    check();
    long[] shown = {0};
    Consumer<EventRow> once = event -> {
      if (event.id() > shown[0]) {
        shown[0] = event.id();
        show(event);
      }
    };
    List<EventRow> page;
    do {
      FarBoard.Answer answer =
          board.ask(List.of("tail", PAGE_AFTER, Long.toString(shown[0]), "--", id));
      if (!answer.isDone()) {
        session.err().print(answer.err());
        return answer.exit();
      }
      page = answer.out().lines().map(PublishedEvents::ofJson).toList();
      page.forEach(once);
    } while (!page.isEmpty());
    while (board.next(event -> {
      if (event.task().equals(id)) {
        once.accept(PublishedEvents.row(event));
      }
    })) {
      // until the user ends it
    }
    return Exit.DONE;
  }

  private void show(EventRow event) {
    say(
        json
            ? JsonOut.line(Shapes.event(event))
            : TaskText.event(event, session.surroundings().zone()));
  }
}
