package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.text.HermesText;
import dev.talaria.board.transition.Reviews;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "review",
    footer = {"", "Example: talaria review t_0a1b2c3d \"Ready, see branch wt/login\""})
public final class ReviewVerb extends BoardVerb {
  @Parameters(index = "0", paramLabel = "ID", description = "The task.")
  private String id = "";

  @Parameters(
      index = "1..*",
      paramLabel = "SUMMARY",
      arity = "0..*",
      description = "What was done, for the reviewer.")
  private List<String> summary = List.of();

  @Option(
      names = "--metadata",
      paramLabel = "JSON",
      description = "A JSON object with facts about it.")
  private @Nullable String metadata;

  public ReviewVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    JsonArgument.object("--metadata", metadata);
  }

  @Override
  int run(Board board) {
    String said = HermesText.stripToNull(String.join(" ", summary));
    ObjectNode facts = JsonArgument.object("--metadata", metadata);
    Long run = session.runOf(id);
    board.change(tx -> {
      if (!Reviews.submit(tx, id, said, facts, run)) {
        throw CliFailure.failed(WhyNot.refused(
            tx, id, "submit", "Only a running or ready task can be handed to a reviewer.", run));
      }
    });
    say("Submitted %s for review", id);
    return Exit.DONE;
  }
}
