package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.Exit;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Shapes;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "runs",
    footer = {"", "Example: talaria runs t_0a1b2c3d --state-type outcome --state-name crashed"})
public final class RunsVerb extends BoardVerb {
  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  @Mixin
  private RunFilter filter = new RunFilter();

  @Option(names = "--json", description = "Print an array of runs as JSON.")
  private boolean json;

  public RunsVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    filter.check();
  }

  @Override
  int elsewhere(RemoteRun remote) {
    return onSlice(remote);
  }

  @Override
  int run(Board board) {
    List<Run> runs = filter.of(board.read(tx -> Tasks.runs(tx, id)));
    if (json) {
      say(JsonOut.indented(Shapes.array(runs, Shapes::run)));
    } else if (runs.isEmpty()) {
      complain("No runs.");
    } else {
      TaskText.runs(session, runs).lines().forEach(line -> say(line));
    }
    return Exit.DONE;
  }
}
