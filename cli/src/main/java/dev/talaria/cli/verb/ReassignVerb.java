package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.task.Assignments;
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
    name = "reassign",
    footer = {"", "Example: talaria reassign t_0a1b2c3d reviewer --reclaim"})
public final class ReassignVerb extends BoardVerb {
  @Parameters(index = "0", paramLabel = "ID", description = "The task.")
  private String id = "";

  @Parameters(
      index = "1",
      paramLabel = "PROFILE",
      description = "The profile, or none, - or null for nobody.")
  private String profile = "";

  @Option(
      names = "--reclaim",
      description = "Take it from its worker first, whose process is ended if it runs here.")
  private boolean reclaim;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private @Nullable String reason;

  public ReassignVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    String assignee = Profiles.orNobody(profile);
    boolean done = reclaim
        ? new OperatorReclaim(HostName.system(), new WorkerGroups())
            .reassign(board, id, assignee, reason)
        : board.write(tx -> Assignments.assign(tx, id, assignee));
    if (!done) {
      throw CliFailure.failed(board.read(tx -> WhyNot.refused(
          tx, id, "reassign", "Its claim has just changed; look again, then try again.", null)));
    }
    say("Reassigned %s to %s", id, Profiles.told(assignee));
    return Exit.DONE;
  }
}
