package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.triage.Planner;
import dev.talaria.board.triage.TriageOutcome;
import dev.talaria.cli.Session;
import picocli.CommandLine.Command;

@Command(
    name = "specify",
    footer = {
      "",
      "The model is a command of yours: triage.command in talaria.yaml, see docs/triage.md.",
      "Example: talaria specify t_0a1b2c3d"
    })
public final class SpecifyVerb extends TriageVerb {
  public SpecifyVerb(Session session) {
    super(session);
  }

  @Override
  TriageOutcome apply(Planner planner, String taskId, String by) {
    return planner.specify(taskId, by);
  }

  @Override
  ObjectNode shape(TriageOutcome outcome) {
    return outcome.json();
  }

  @Override
  String done() {
    return "specified";
  }
}
