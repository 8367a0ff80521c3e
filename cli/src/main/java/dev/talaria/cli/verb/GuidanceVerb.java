package dev.talaria.cli.verb;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.Guidance;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "guidance",
    footer = {
      "",
      "Without ROLE it prints a short block for an agent's own instructions (AGENTS.md, CLAUDE.md).",
      "",
      "Example: talaria guidance >> AGENTS.md"
    })
public final class GuidanceVerb implements Callable<Integer> {
  @Parameters(
      paramLabel = "ROLE",
      arity = "0..1",
      description = "worker or orchestrator: the whole text for that role, usable as a skill.")
  private String role = "";

  private final Session session;

  public GuidanceVerb(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Guidance guidance = switch (role) {
      case "" -> Guidance.BLOCK;
      case "worker" -> Guidance.WORKER;
      case "orchestrator" -> Guidance.ORCHESTRATOR;
      default ->
        throw CliFailure.usage(
            "There is no guidance for '%s'; expected worker or orchestrator, or nothing for the short block."
                .formatted(role));
    };
    session.out().print(guidance.text());
    return Exit.DONE;
  }
}
