package dev.talaria.cli.verb;

import dev.talaria.board.Tx;
import dev.talaria.board.task.Comments;
import dev.talaria.board.text.HermesText;
import dev.talaria.board.transition.Blocks;
import dev.talaria.cli.Session;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "block",
    footer = {"", "Example: talaria block t_0a1b2c3d \"Needs the staging password\""})
public final class BlockVerb extends BulkVerb {
  @Parameters(index = "0", paramLabel = "ID", description = "The task.")
  private String id = "";

  @Parameters(
      index = "1..*",
      paramLabel = "REASON",
      arity = "0..*",
      description = "What it waits for; kept as a comment too.")
  private List<String> reason = List.of();

  @Option(
      names = "--ids",
      paramLabel = "ID",
      arity = "1..*",
      description = "More tasks to block for the same reason.")
  private List<String> more = List.of();

  public BlockVerb(Session session) {
    super(session);
  }

  @Override
  Collection<String> ids() {
    List<String> all = new ArrayList<>(List.of(id));
    all.addAll(more);
    return all;
  }

  @Override
  String done() {
    return "Blocked";
  }

  @Override
  Optional<String> apply(Tx tx, String task) {
    String why = HermesText.stripToNull(String.join(" ", reason));
    Long run = session.runOf(task);
    if (!Blocks.block(tx, task, why, run)) {
      return Optional.of(
          WhyNot.refused(tx, task, "block", "Only a ready or running task can be blocked.", run));
    }
    if (why != null) {
      Comments.add(tx, task, session.author(), "BLOCKED: " + why);
    }
    return Optional.empty();
  }
}
