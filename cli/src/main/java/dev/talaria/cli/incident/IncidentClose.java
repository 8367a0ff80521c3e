package dev.talaria.cli.incident;

import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.Talaria;
import dev.talaria.protocol.message.Incident;
import dev.talaria.service.config.TalariaConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "close",
    footer = {
      "",
      "Example: talaria incidents close i_1a2b3c4d --reason 'the key is renewed'",
      "The board's host is told, wherever it is: 'talaria close-incident' on its board."
    })
final class IncidentClose extends IncidentMember {
  @Parameters(paramLabel = "ID", description = "Its id, or what it begins with.")
  private String id = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why it is over.")
  private @Nullable String reason;

  @Option(
      names = "--author",
      paramLabel = "NAME",
      description = "Who closes it. Default: the worker's profile, else user.")
  private @Nullable String author;

  IncidentClose(Session session) {
    super(session);
  }

  @Override
  int run(TalariaConfig config) {
    refuseBlank(id);
    Incident incident = find(incidents(config), id);
    if (!incident.isOpen()) {
      complain("Incident %s is closed already: %s.".formatted(incident.id(), incident.why()));
      return Exit.DONE;
    }
    List<String> arguments =
        new ArrayList<>(List.of("--board", incident.board().toString(), "close-incident"));
    if (reason != null) {
      arguments.add("--reason=" + reason);
    }
    // who asks is known here, and not on the board's host
    arguments.add("--author=" + (author == null ? session.author() : author));
    arguments.addAll(List.of("--", incident.id()));
    return new Talaria(new Session(session.surroundings())).run(arguments.toArray(new String[0]));
  }
}
