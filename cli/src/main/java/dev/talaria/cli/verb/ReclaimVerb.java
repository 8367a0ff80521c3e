package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.transition.OperatorReclaim;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.HostName;
import dev.talaria.cli.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "reclaim",
    footer = {"", "Example: talaria reclaim t_0a1b2c3d --reason \"It has hung since noon\""})
public final class ReclaimVerb extends BoardVerb {
  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private @Nullable String reason;

  public ReclaimVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    var operator = new OperatorReclaim(HostName.system(), new WorkerGroups());
    if (!operator.reclaim(board, id, reason)) {
      throw CliFailure.failed(board.read(tx -> WhyNot.refused(
          tx, id, "reclaim", "Only a task that is claimed or held can be taken back.", null)));
    }
    say("Reclaimed %s", id);
    return Exit.DONE;
  }
}
