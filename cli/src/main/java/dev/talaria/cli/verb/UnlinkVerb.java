package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.task.Links;
import dev.talaria.board.text.HermesText;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "unlink",
    footer = {"", "Example: talaria unlink t_0a1b2c3d t_4e5f6a7b"})
public final class UnlinkVerb extends BoardVerb {
  @Parameters(index = "0", paramLabel = "PARENT", description = "The task that came first.")
  private String parent = "";

  @Parameters(index = "1", paramLabel = "CHILD", description = "The task that waited for it.")
  private String child = "";

  public UnlinkVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    var links = new Links(new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT));
    boolean removed = board.write(tx -> links.unlink(tx, parent, child));
    if (!removed) {
      throw CliFailure.failed(
          "Task '%s' does not wait for '%s'. 'talaria show %s' lists what it waits for."
              .formatted(
                  HermesText.brief(child), HermesText.brief(parent), HermesText.brief(child)));
    }
    say("Unlinked %s -> %s", parent, child);
    return Exit.DONE;
  }
}
