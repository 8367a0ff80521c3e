package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.task.Links;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.Exit;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "link",
    footer = {"", "Example: talaria link t_0a1b2c3d t_4e5f6a7b"})
public final class LinkVerb extends BoardVerb {
  @Parameters(index = "0", paramLabel = "PARENT", description = "The task that comes first.")
  private String parent = "";

  @Parameters(index = "1", paramLabel = "CHILD", description = "The task that waits for it.")
  private String child = "";

  public LinkVerb(Session session) {
    super(session);
  }

  @Override
  int elsewhere(RemoteRun remote) {
    sayIfKept(remote
        .client()
        .send("POST", "link", BoardJson.object().put("parent_id", parent).put("child_id", child)));
    say("Linked %s -> %s", parent, child);
    return Exit.DONE;
  }

  @Override
  int run(Board board) {
    board.change(tx ->
        new Links(new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT)).link(tx, parent, child));
    say("Linked %s -> %s", parent, child);
    return Exit.DONE;
  }
}
