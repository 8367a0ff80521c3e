package dev.talaria.cli.fleet;

import dev.talaria.cli.Terminal;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.text.Table;
import dev.talaria.cli.text.Times;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.FleetTable.Behind;
import dev.talaria.protocol.message.FleetTable.OfBoard;
import dev.talaria.protocol.message.FleetTable.OfDay;
import dev.talaria.protocol.message.FleetTable.OfStatus;
import dev.talaria.protocol.message.FleetTable.OfStay;
import dev.talaria.protocol.message.FleetTable.Stranded;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The fleet's tables for people: for each board its lanes, how long tasks take where, and what is stranded. */
final class FleetText {
  private static final List<String> ALWAYS = List.of("ready", "running", "blocked");
  private static final List<String> ORDER =
      List.of("triage", "todo", "scheduled", "ready", "running", "review", "blocked", "other");
  private static final int WIDEST_NAME = 24;
  private static final int WORST_SHOWN = 5;
  private static final int MOST_ATTEMPTS = 10;

  private final Terminal terminal;
  private final long now;

  /** @param nowMillis the reader's time; ages are counted from it */
  FleetText(Terminal terminal, long nowMillis) {
    this.terminal = terminal;
    this.now = nowMillis / 1_000;
  }

  List<String> lines(Map<BoardKey, Map<String, OfBoard>> boards) {
    List<String> lines = new ArrayList<>();
    boards.forEach((key, tables) -> {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      board(key, new BoardTables(tables), lines);
    });
    return lines;
  }

  private void board(BoardKey key, BoardTables tables, List<String> lines) {
    long open = sum(tables, row -> true);
    lines.add("%s: %d open, %d blocked, %d of them gave up; last change %s ago"
        .formatted(
            key,
            open,
            sum(tables, row -> row.status().equals("blocked")),
            tables.statuses().stream().mapToLong(FleetText::gaveUp).sum(),
            Times.span(now - tables.writtenAt() / 1_000)));
    if (!tables.lanes().isEmpty()) {
      lines.add("");
      lines.addAll(lanes(tables).lines());
      lines.add("");
      lines.addAll(times(tables).lines());
    }
    tables.stranded().filter(table -> table.tasks() > 0).ifPresent(table -> {
      lines.add("");
      stranded(table, lines);
    });
  }

  private static long sum(BoardTables tables, Predicate<OfStatus> which) {
    return tables.statuses().stream().filter(which).mapToLong(OfStatus::tasks).sum();
  }

  private static long gaveUp(OfStatus row) {
    return row.gaveUp() == null ? 0 : row.gaveUp();
  }

  private Table lanes(BoardTables tables) {
    List<String> statuses = ORDER.stream()
        .filter(status -> ALWAYS.contains(status)
            || tables.statuses().stream().anyMatch(row -> row.status().equals(status)))
        .toList();
    List<String> headings = new ArrayList<>(List.of("LANE"));
    statuses.forEach(status -> headings.add(status.toUpperCase(java.util.Locale.ROOT)));
    headings.addAll(List.of("GAVE UP", "TODAY", "14 DAYS", "ATTEMPTS"));
    var table = new Table(terminal, headings.toArray(String[]::new));
    String today =
        Instant.ofEpochSecond(now).atZone(ZoneOffset.UTC).toLocalDate().toString();
    for (String lane : tables.lanes()) {
      Predicate<OfStatus> here = row -> row.lane().equals(lane);
      List<String> cells = new ArrayList<>(List.of(Printable.cut(lane, WIDEST_NAME)));
      statuses.forEach(status ->
          cells.add(number(sum(tables, here.and(row -> row.status().equals(status))))));
      cells.add(number(
          tables.statuses().stream().filter(here).mapToLong(FleetText::gaveUp).sum()));
      cells.add(number(done(tables, lane).filter(day -> day.day().equals(today))));
      cells.add(number(done(tables, lane)));
      cells.add(attempts(tables, lane));
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private static Stream<OfDay> done(BoardTables tables, String lane) {
    return tables.completed().stream().filter(day -> day.lane().equals(lane));
  }

  private static String number(Stream<OfDay> days) {
    return number(days.mapToLong(OfDay::tasks).sum());
  }

  private static String number(long n) {
    return n == 0 ? "-" : Long.toString(n);
  }

  private static String attempts(BoardTables tables, String lane) {
    List<String> told = new ArrayList<>();
    tables.attempts().stream().filter(row -> row.lane().equals(lane)).forEach(row -> {
      for (int n = 0; n < row.tasks().size(); n++) {
        if (row.tasks().get(n) > 0) {
          told.add(
              "%d%s:%d".formatted(n, n == MOST_ATTEMPTS ? "+" : "", row.tasks().get(n)));
        }
      }
    });
    return told.isEmpty() ? "-" : String.join(" ", told);
  }

  private Table times(BoardTables tables) {
    var table =
        new Table(terminal, "LANE", "STATUS", "TASKS", "OLDEST", "MEAN", "STAYED").withStatusIn(1);
    for (String lane : tables.lanes()) {
      for (String status : ORDER) {
        Optional<OfStatus> open = tables.statuses().stream()
            .filter(row -> row.lane().equals(lane) && row.status().equals(status))
            .findFirst();
        Optional<OfStay> ended = tables.stays().stream()
            .filter(row -> row.lane().equals(lane) && row.status().equals(status))
            .findFirst();
        if (open.isPresent() || ended.isPresent()) {
          table.row(
              Printable.cut(lane, WIDEST_NAME),
              status,
              open.map(row -> Long.toString(row.tasks())).orElse("-"),
              open.map(row -> Times.span(now - row.oldest())).orElse("-"),
              open.map(row -> Times.span(now - row.meanSince())).orElse("-"),
              ended
                  .map(row -> Times.span(row.seconds() / Math.max(1, row.stays())))
                  .orElse("-"));
        }
      }
    }
    return table;
  }

  private void stranded(Stranded found, List<String> lines) {
    lines.add("%s%d %s for a blocked one, up to %d deep. Worst:"
        .formatted(
            Boolean.TRUE.equals(found.atLeast()) ? "At least " : "",
            found.tasks(),
            found.tasks() == 1 ? "task waits" : "tasks wait",
            found.depth()));
    var table = new Table(terminal, "TASK", "LANE", "STATUS", "SINCE", "DEEP", "WAITING");
    for (Behind behind :
        found.worst().subList(0, Math.min(WORST_SHOWN, found.worst().size()))) {
      table.row(
          Printable.cut(behind.task(), WIDEST_NAME),
          Printable.cut(behind.lane(), WIDEST_NAME),
          behind.gaveUp() ? "gave up" : "blocked",
          Times.span(now - behind.since()),
          Long.toString(behind.depth()),
          behind.waiting() + (Boolean.TRUE.equals(behind.atLeast()) ? " or more" : ""));
    }
    lines.addAll(table.lines());
    if (found.worst().size() > WORST_SHOWN) {
      lines.add("%d more with --json.".formatted(found.worst().size() - WORST_SHOWN));
    }
  }
}
