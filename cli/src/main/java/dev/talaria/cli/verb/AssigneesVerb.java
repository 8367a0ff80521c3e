package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.talaria.board.Board;
import dev.talaria.board.task.BoardStats;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Table;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "assignees",
    footer = {
      "",
      "A name without a profile on disk is a lane of its own, or misspelt: hermes starts no worker for it.",
      "Example: talaria assignees"
    })
public final class AssigneesVerb extends BoardVerb {
  @Option(names = "--json", description = "Print an array of objects as JSON.")
  private boolean json;

  public AssigneesVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    BoardStats stats = board.read(BoardStats::of);
    Set<String> onDisk = new HashSet<>(session.home().profiles());
    Set<String> names = new TreeSet<>(onDisk);
    names.addAll(stats.byAssignee().keySet());
    if (json) {
      say(JsonOut.indented(shape(stats, onDisk, names)));
    } else {
      var table = new Table(session.terminal(), "NAME", "PROFILE", "TASKS");
      for (String name : names) {
        table.row(name, onDisk.contains(name) ? "yes" : "no", StatsVerb.brief(stats.of(name)));
      }
      table.lines().forEach(line -> say(line));
    }
    return Exit.DONE;
  }

  private static ArrayNode shape(BoardStats stats, Set<String> onDisk, Set<String> names) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (String name : names) {
      array
          .addObject()
          .put("name", name)
          .put("on_disk", onDisk.contains(name))
          .set("counts", StatsVerb.counts(stats.of(name)));
    }
    return array;
  }
}
