package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardStoreException;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Promotions;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Shapes;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "promote",
    footer = {"", "Example: talaria promote t_0a1b2c3d \"The vendor answered\""})
public final class PromoteVerb extends BoardVerb {
  @Mixin
  private Targets targets = new Targets();

  @Option(
      names = "--force",
      description =
          "Pass over unfinished parents, until the task was claimed once. A hermes dispatcher does not know of it.")
  private boolean force;

  @Option(names = "--dry-run", description = "Only say what would happen.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print an object, or a list of them for several tasks.")
  private boolean json;

  public PromoteVerb(Session session) {
    super(session);
  }

  private record Outcome(String id, Promotions.Result result) {}

  @Override
  int run(Board board) {
    List<Outcome> outcomes = new ArrayList<>();
    for (String id : targets.ids()) {
      outcomes.add(new Outcome(id, promote(board, id)));
    }
    if (json) {
      say(JsonOut.indented(
          outcomes.size() == 1 ? shape(outcomes.get(0)) : Shapes.array(outcomes, this::shape)));
    }
    boolean refused = false;
    for (Outcome outcome : outcomes) {
      String refusal = outcome.result().refusal();
      refused |= refusal != null;
      if (refusal != null) {
        complain(refusal);
      } else if (!json) {
        say("%s %s", dryRun ? "Would promote" : "Promoted", outcome.id());
      }
    }
    return refused ? Exit.FAILED : Exit.DONE;
  }

  private Promotions.Result promote(Board board, String id) {
    var request = new Promotions.Request(session.author(), targets.reason(), force, dryRun);
    try {
      return dryRun
          ? board.read(tx -> Promotions.promote(tx, id, request))
          : board.write(tx -> Promotions.promote(tx, id, request));
    } catch (BoardStoreException e) {
      return new Promotions.Result(false, e.getMessage());
    }
  }

  private ObjectNode shape(Outcome outcome) {
    return BoardJson.object()
        .put("task_id", outcome.id())
        .put("promoted", outcome.result().promoted())
        .put("dry_run", dryRun)
        .put("forced", force)
        .put("reason", targets.reason())
        .put("error", outcome.result().refusal());
  }
}
