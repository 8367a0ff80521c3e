package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.task.Assignees;
import dev.talaria.board.task.Assignments;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "assign",
    footer = {"", "Example: talaria assign t_0a1b2c3d reviewer"})
public final class AssignVerb extends BoardVerb {
  private static final Set<String> NOBODY = Set.of("none", "-", "null");

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
    boolean nobody = NOBODY.contains(profile.strip().toLowerCase(Locale.ROOT));
    String assignee = nobody ? null : Assignees.canonical(profile);
    if (!board.write(tx -> Assignments.assign(tx, id, assignee))) {
      throw CliFailure.failed(WhyNot.unknown(id));
    }
    say("Assigned %s to %s", id, assignee == null ? "nobody" : assignee);
    return Exit.DONE;
  }
}
