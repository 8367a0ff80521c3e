package dev.talaria.cli.verb;

import dev.talaria.board.Tx;
import dev.talaria.board.task.Comments;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Blocks;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.Session;
import java.util.Collection;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "block",
    footer = {"", "Example: talaria block t_0a1b2c3d \"Needs the staging password\""})
public final class BlockVerb extends BulkVerb {
  @Mixin
  private Targets targets = new Targets();

  public BlockVerb(Session session) {
    super(session);
  }

  @Override
  Collection<String> ids() {
    return targets.ids();
  }

  @Override
  String done() {
    return "Blocked";
  }

  @Override
  int elsewhere(RemoteRun remote) {
    String why = targets.reason();
    return eachElsewhere(
        remote,
        id -> BoardJson.object()
            .put("task_id", id)
            .put("reason", why)
            .put("comment", why == null ? null : "BLOCKED: " + why),
        "block");
  }

  @Override
  Optional<String> apply(Tx tx, String task) {
    String why = targets.reason();
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
