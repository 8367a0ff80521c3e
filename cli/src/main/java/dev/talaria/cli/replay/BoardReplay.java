package dev.talaria.cli.replay;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.replay.then.BoardThen;
import dev.talaria.cli.replay.then.BoardThen.TaskThen;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.text.Table;
import dev.talaria.cli.text.Times;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Wire;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** A whole board as it stood. */
final class BoardReplay {
  private final ReplayKafka kafka;
  private final ReplayView view;
  private final Wire wire = new Wire();

  BoardReplay(ReplayKafka kafka, ReplayView view) {
    this.kafka = kafka;
    this.view = view;
  }

  /** Shows it as of an epoch second. */
  int tell(BoardKey board, long asOf) {
    var builder = new BoardThen.Builder(board, asOf);
    kafka
        .trails("reading")
        .readBoard(
            board, found -> builder.add(found.transition(), found.at()), builder::unreadable);
    BoardThen then = builder.build();
    if (then.tasks().isEmpty()) {
      throw CliFailure.failed("Nothing on topic '%s' is about board '%s' up to %s."
          .formatted(kafka.topics().transitions(), board, Times.stamp(asOf, zone())));
    }
    return view.show(() -> wire.tree(then), () -> lines(then));
  }

  private ZoneId zone() {
    return view.session().surroundings().zone();
  }

  private List<String> lines(BoardThen then) {
    List<String> lines = new ArrayList<>();
    List<String> counts = new ArrayList<>();
    then.byStatus().forEach((status, count) -> counts.add(count + " " + status));
    lines.add("Board %s as it stood at %s: %s"
        .formatted(then.board(), Times.stamp(then.asOf(), zone()), String.join(", ", counts)));
    lines.add("");
    var table =
        new Table(view.session().terminal(), "ID", "STATUS", "ASSIGNEE", "TRIED", "SINCE", "TITLE");
    for (TaskThen task : then.tasks()) {
      table.row(
          task.id(),
          task.status(),
          task.assignee() == null ? "-" : task.assignee(),
          Integer.toString(task.attempts()),
          Times.stamp(task.at(), zone()),
          task.title() == null ? "" : task.title());
    }
    lines.addAll(table.withStatusIn(1).lines());
    then.unreadable().forEach(where -> lines.add("cannot be read: " + Printable.line(where)));
    return lines;
  }
}
