package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.task.BoardStats;
import dev.talaria.board.task.StrandedWork;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.text.Table;
import dev.talaria.cli.text.Times;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "stats",
    footer = {"", "Example: talaria stats"})
public final class StatsVerb extends BoardVerb {
  private static final int WORST = 3;

  @Option(names = "--json", description = "Print the counts as one JSON object.")
  private boolean json;

  public StatsVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    tellPaused(board);
    BoardStats stats = board.read(BoardStats::of);
    // hermes's form has no place for it
    StrandedWork.Found stranded = json ? null : board.read(StrandedWork::ofBoard);
    if (json) {
      say(JsonOut.indented(shape(stats)));
    } else {
      tell(stats);
      if (stranded != null) {
        tell(stranded);
      }
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

  private void tell(StrandedWork.Found stranded) {
    int tasks = stranded.all().waiting().size();
    if (tasks > 0) {
      say("");
      say("%s%d %s for a blocked one, up to %d deep. Most for %s."
          .formatted(
              stranded.all().more() ? "At least " : "",
              tasks,
              tasks == 1 ? "task waits" : "tasks wait",
              stranded.all().depth(),
              stranded.worst().stream()
                  .limit(WORST)
                  .map(it -> "%s (%d)"
                      .formatted(Printable.line(it.task()), it.below().waiting().size()))
                  .collect(Collectors.joining(", "))));
    }
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
