package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Shapes;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "tail",
    footer = {"", "Example: talaria tail t_0a1b2c3d"})
public final class TailVerb extends BoardVerb {
  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "How often to look. Default: 0.2 seconds.")
  private String interval = "0.2";

  @Option(names = "--json", description = "Print one JSON object per line.")
  private boolean json;

  public TailVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    Spans.interval("--interval", interval);
  }

  @Override
  int run(Board board) {
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

  private void show(EventRow event) {
    say(
        json
            ? JsonOut.line(Shapes.event(event))
            : TaskText.event(event, session.surroundings().zone()));
  }
}
