package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.task.Assignments;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "assign",
    footer = {"", "Example: talaria assign t_0a1b2c3d reviewer"})
public final class AssignVerb extends BoardVerb {
  @Parameters(index = "0", paramLabel = "ID", description = "The task.")
  private String id = "";

  @Parameters(
      index = "1",
      paramLabel = "PROFILE",
      description = "The profile, or none, - or null for nobody.")
  private String profile = "";

  public AssignVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    String assignee = Profiles.orNobody(profile);
    if (!board.write(tx -> Assignments.assign(tx, id, assignee))) {
      throw CliFailure.failed(WhyNot.unknown(id));
    }
    say("Assigned %s to %s", id, Profiles.told(assignee));
    return Exit.DONE;
  }
}
