package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.triage.Planner;
import dev.talaria.board.triage.TriageOutcome;
import dev.talaria.cli.Session;
import picocli.CommandLine.Command;

@Command(
    name = "decompose",
    footer = {
      "",
      "The model is a command of yours: triage.command in talaria.yaml, see docs/triage.md.",
      "Example: talaria decompose --all --tenant acme"
    })
public final class DecomposeVerb extends TriageVerb {
  public DecomposeVerb(Session session) {
    super(session);
  }

  @Override
  TriageOutcome apply(Planner planner, String taskId, String by) {
    return planner.decompose(taskId, by);
  }

  @Override
  ObjectNode shape(TriageOutcome outcome) {
    return outcome.jsonWithChildren();
  }

  @Override
  String done() {
    return "decomposed";
  }
}
