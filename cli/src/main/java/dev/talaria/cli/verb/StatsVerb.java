package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.task.BoardStats;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Table;
import dev.talaria.cli.text.Times;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "stats",
    footer = {"", "Example: talaria stats"})
public final class StatsVerb extends BoardVerb {
  @Option(names = "--json", description = "Print the counts as one JSON object.")
  private boolean json;

  public StatsVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    tellPaused(board);
    BoardStats stats = board.read(BoardStats::of);
    if (json) {
      say(JsonOut.indented(shape(stats)));
    } else {
      tell(stats);
    }
    return Exit.DONE;
  }

  private static ObjectNode shape(BoardStats stats) {
    ObjectNode node = BoardJson.object();
    node.set("by_status", counts(stats.byStatus()));
    ObjectNode assignees = node.putObject("by_assignee");
    stats.byAssignee().forEach((name, counts) -> assignees.set(name, counts(counts)));
    return node.put("oldest_ready_age_seconds", stats.oldestReadyAgeSeconds())
        .put("now", stats.now());
  }

  /** Counts by status as an object. */
  static ObjectNode counts(Map<String, Long> counts) {
    ObjectNode node = BoardJson.object();
    counts.forEach(node::put);
    return node;
  }

  /** Counts by status on a line. */
  static String brief(Map<String, Long> counts) {
    return counts.isEmpty()
        ? "-"
        : String.join(
            ", ",
            counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey())
                .toList());
  }

  private void tell(BoardStats stats) {
    if (stats.byStatus().isEmpty()) {
      complain("No tasks.");
      return;
    }
    var statuses = new Table(session.terminal(), "STATUS", "TASKS").withStatusIn(0);
    stats.byStatus().forEach((status, count) -> statuses.row(status, Long.toString(count)));
    statuses.lines().forEach(line -> say(line));
    if (!stats.byAssignee().isEmpty()) {
      say("");
      var assignees = new Table(session.terminal(), "ASSIGNEE", "TASKS");
      stats.byAssignee().forEach((name, counts) -> assignees.row(name, brief(counts)));
      assignees.lines().forEach(line -> say(line));
    }
    Long age = stats.oldestReadyAgeSeconds();
    if (age != null) {
      say("");
      say("The oldest ready task was created %s ago.", Times.span(age));
    }
  }
}
