package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.context.WorkerContext;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "context",
    footer = {"", "Example: talaria context t_0a1b2c3d"})
public final class ContextVerb extends BoardVerb {
  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  public ContextVerb(Session session) {
    super(session);
  }

  @Override
  int elsewhere(RemoteRun remote) {
    if (!id.equals(remote.task())) {
      return onSlice(remote);
    }
    session.out().print(remote.granted().path("worker_context").asText());
    return Exit.DONE;
  }

  @Override
  int run(Board board) {
    var context =
        new WorkerContext(session.surroundings().zone(), session.surroundings().environment());
    String text = board.read(tx -> {
      if (!Tasks.exists(tx, id)) {
        throw CliFailure.failed(WhyNot.unknown(id));
      }
      return context.of(tx, id);
    });
    session.out().print(text);
    return Exit.DONE;
  }
}
