package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.TaskDetail;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Shapes;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    footer = {"", "Example: talaria show t_0a1b2c3d"})
public final class ShowVerb extends BoardVerb {
  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  @Mixin
  private RunFilter filter = new RunFilter();

  @Option(names = "--json", description = "Print it all as one JSON object.")
  private boolean json;

  public ShowVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    filter.check();
  }

  @Override
  int run(Board board) {
    TaskDetail detail = board
        .read(tx -> Tasks.show(tx, id))
        .orElseThrow(() -> CliFailure.failed(WhyNot.unknown(id)));
    List<Run> runs = filter.of(detail.runs());
    if (json) {
      say(JsonOut.indented(Shapes.show(detail, runs)));
    } else {
      TaskText.show(session, detail, runs).forEach(line -> say(line));
    }
    return Exit.DONE;
  }
}
