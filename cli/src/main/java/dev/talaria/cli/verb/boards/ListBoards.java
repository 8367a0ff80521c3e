package dev.talaria.cli.verb.boards;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Table;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    footer = {"", "Example: talaria boards list --json"})
final class ListBoards extends BoardsMember {
  @Option(names = "--all", description = "Boards that board.json calls archived too.")
  private boolean all;

  @Option(names = "--json", description = "Print an array of boards as JSON.")
  private boolean json;

  ListBoards(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    List<ObjectNode> boards = new ArrayList<>();
    for (String slug : home().slugs()) {
      if (all || !home().metadata(slug).archived()) {
        boards.add(described(slug));
      }
    }
    if (json) {
      var array = BoardJson.array(List.of());
      boards.forEach(array::add);
      say(JsonOut.indented(array));
    } else {
      table(boards).lines().forEach(line -> say(line));
    }
    return Exit.DONE;
  }

  private Table table(List<ObjectNode> boards) {
    var table = new Table(session.terminal(), "", "BOARD", "TASKS", "READY", "RUNNING", "NAME");
    for (ObjectNode board : boards) {
      table.row(
          board.path("is_current").asBoolean() ? "*" : "",
          board.path("slug").asText(),
          board.path("total").asText(),
          Long.toString(board.at("/counts/ready").asLong()),
          Long.toString(board.at("/counts/running").asLong()),
          board.path("name").asText());
    }
    return table;
  }
}
