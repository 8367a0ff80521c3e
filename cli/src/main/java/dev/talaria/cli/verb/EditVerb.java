package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.transition.Edits;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "edit",
    footer = {"", "Example: talaria edit t_0a1b2c3d --result \"Fixed in 2.1, not 2.0\""})
public final class EditVerb extends BoardVerb {
  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  @Option(
      names = "--result",
      required = true,
      paramLabel = "TEXT",
      description = "The corrected result.")
  private String result = "";

  @Option(
      names = "--summary",
      paramLabel = "TEXT",
      description = "The corrected summary. Default: it stays.")
  private @Nullable String summary;

  @Option(
      names = "--metadata",
      paramLabel = "JSON",
      description = "A JSON object in place of the one handed over. Default: it stays.")
  private @Nullable String metadata;

  public EditVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    JsonArgument.object("--metadata", metadata);
  }

  @Override
  int run(Board board) {
    ObjectNode facts = JsonArgument.object("--metadata", metadata);
    board.change(tx -> {
      if (!Edits.result(tx, id, result, summary, facts)) {
        throw CliFailure.failed(WhyNot.refused(
            tx, id, "edit", "Only what a done task handed over can be corrected.", null));
      }
    });
    say("Edited %s", id);
    return Exit.DONE;
  }
}
