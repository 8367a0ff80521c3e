package dev.talaria.streams.fleet;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.FleetTable;
import dev.talaria.protocol.message.FleetTable.Attempts;
import dev.talaria.protocol.message.FleetTable.Completed;
import dev.talaria.protocol.message.FleetTable.OfBoard;
import dev.talaria.protocol.message.FleetTable.OfDay;
import dev.talaria.protocol.message.FleetTable.OfLane;
import dev.talaria.protocol.message.FleetTable.OfStatus;
import dev.talaria.protocol.message.FleetTable.OfStay;
import dev.talaria.protocol.message.FleetTable.Statuses;
import dev.talaria.protocol.message.FleetTable.Times;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Writes a board's sums as the tables that travel; all but {@link FleetTable.Stranded}. */
final class FleetTables {
  /** Days of completions that are shown, today's among them. */
  static final int DAYS = 14;

  private static final long DAY_MILLIS = 86_400_000;

  private FleetTables() {}

  static List<OfBoard> of(BoardKey board, BoardTally tally, long now) {
    List<OfStatus> statuses = new ArrayList<>();
    List<OfLane> attempts = new ArrayList<>();
    List<OfStay> stays = new ArrayList<>();
    List<OfDay> days = new ArrayList<>();
    tally.lanes.forEach((lane, sums) -> {
      sums.open.forEach((status, cell) -> statuses.add(new OfStatus(
          lane,
          status,
          cell.tasks,
          status.equals(FleetTask.BLOCKED) ? Long.valueOf(sums.gaveUp) : null,
          cell.since.firstKey(),
          Math.floorDiv(cell.sinceSum, cell.tasks))));
      List<Long> counts = histogram(sums.attempts);
      if (!counts.isEmpty()) {
        attempts.add(new OfLane(lane, counts));
      }
      sums.stays.forEach(
          (status, stay) -> stays.add(new OfStay(lane, status, stay.n(), stay.seconds())));
      sums.days
          .tailMap(firstDay(now))
          .forEach((day, done) -> days.add(new OfDay(
              lane, LocalDate.ofEpochDay(day).toString(), done.tasks(), done.attempts())));
    });
    return List.of(
        new Statuses(board, List.copyOf(statuses), now),
        new Attempts(board, List.copyOf(attempts), now),
        new Times(board, List.copyOf(stays), now),
        new Completed(board, List.copyOf(days), now));
  }

  /** The first day whose completions are kept, counted from the epoch in UTC. */
  static long firstDay(long now) {
    return Math.floorDiv(now, DAY_MILLIS) - DAYS + 1;
  }

  private static List<Long> histogram(long[] counts) {
    int length = counts.length;
    while (length > 0 && counts[length - 1] == 0) {
      length--;
    }
    List<Long> kept = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      kept.add(counts[i]);
    }
    return List.copyOf(kept);
  }
}
