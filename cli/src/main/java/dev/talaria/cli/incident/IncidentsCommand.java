package dev.talaria.cli.incident;

import dev.talaria.cli.Session;
import dev.talaria.cli.Talaria;
import dev.talaria.cli.VerbGroup;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The group of verbs about incidents; without one of them, the list. */
@Command(
    name = "incidents",
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    footer = {
      "",
      "Example: talaria incidents list --board alpha/default",
      "What an incident is, and what counts as the same failure: docs/crash-loops.md"
    })
public final class IncidentsCommand implements VerbGroup, Callable<Integer> {
  private final Session session;

  public IncidentsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return new Talaria(session).run("incidents", "list");
  }

  @Override
  public List<Member> members() {
    return List.of(
        new Member("list", "List those that are open.", new IncidentList(session), List.of("ls")),
        new Member(
            "show",
            "Show one: what its failures share, whom it hit, the end of an output.",
            new IncidentShow(session),
            List.of()),
        new Member(
            "close",
            "Say on its board that one is over; a lane that it holds goes on.",
            new IncidentClose(session),
            List.of()));
  }
}
