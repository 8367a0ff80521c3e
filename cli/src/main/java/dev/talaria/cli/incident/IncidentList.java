package dev.talaria.cli.incident;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Table;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Incident;
import dev.talaria.service.HostIdentity;
import dev.talaria.service.config.TalariaConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    footer = {
      "",
      "Example: talaria incidents list --lane coder --all",
      "TASKS are the different ones that it hit, FAILURES all. A lane that is 'held' starts nothing but probes."
    })
final class IncidentList extends IncidentMember {
  @Option(
      names = "--board",
      paramLabel = "HOST/NAME",
      description = "Only of this board; a name alone is one of this host.")
  private @Nullable String board;

  @Option(names = "--lane", paramLabel = "LANE", description = "Only of this lane.")
  private @Nullable String lane;

  @Option(names = "--all", description = "Also those that were closed within the last day.")
  private boolean all;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  IncidentList(Session session) {
    super(session);
  }

  @Override
  int run(TalariaConfig config) {
    BoardKey wanted = wanted(config);
    List<Incident> shown = incidents(config).stream()
        .filter(incident -> all || incident.isOpen())
        .filter(incident -> wanted == null || incident.board().equals(wanted))
        .filter(incident -> lane == null || incident.lane().equals(lane))
        .toList();
    if (json) {
      ObjectNode node = BoardJson.object();
      ArrayNode list = node.putArray("incidents");
      shown.forEach(incident -> list.add(wire.<ObjectNode>tree(incident)));
      say("%s", JsonOut.indented(node));
    } else if (shown.isEmpty()) {
      complain(all ? "There is no incident." : "No incident is open.");
    } else {
      table(shown);
    }
    return Exit.DONE;
  }

  private void table(List<Incident> shown) {
    var table = new Table(
        session.terminal(),
        "ID",
        "STATE",
        "BOARD",
        "LANE",
        "SINCE",
        "LAST",
        "TASKS",
        "FAILURES",
        "LANE IS",
        "WHAT");
    for (Incident it : shown) {
      table.row(
          it.id(),
          it.state().word(),
          it.board().toString(),
          it.lane(),
          stamp(it.openedAt()),
          stamp(it.lastAt()),
          Long.toString(it.tasks()),
          Long.toString(it.failures()),
          it.paused() ? "held" : "free",
          it.fingerprint());
    }
    table.lines().forEach(session.out()::println);
  }

  private @Nullable BoardKey wanted(TalariaConfig config) {
    String named = board;
    if (named == null) {
      return session.elsewhere().orElse(null);
    }
    try {
      return named.contains("/")
          ? BoardKey.parse(named)
          : new BoardKey(
              new HostIdentity(session.home().root()).resolve(config.fleet().host()), named);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(
          "--board is '%s': %s Expected HOST/NAME.".formatted(named, e.getMessage()));
    }
  }
}
