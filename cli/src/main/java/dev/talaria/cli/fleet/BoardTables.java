package dev.talaria.cli.fleet;

import dev.talaria.protocol.message.FleetTable.Attempts;
import dev.talaria.protocol.message.FleetTable.Completed;
import dev.talaria.protocol.message.FleetTable.OfBoard;
import dev.talaria.protocol.message.FleetTable.OfDay;
import dev.talaria.protocol.message.FleetTable.OfLane;
import dev.talaria.protocol.message.FleetTable.OfStatus;
import dev.talaria.protocol.message.FleetTable.OfStay;
import dev.talaria.protocol.message.FleetTable.Statuses;
import dev.talaria.protocol.message.FleetTable.Stranded;
import dev.talaria.protocol.message.FleetTable.Times;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** One board's tables by what they are; a table that was not written reads as empty. */
record BoardTables(Map<String, OfBoard> tables) {
  List<OfStatus> statuses() {
    return rows(Statuses.class, Statuses::rows);
  }

  List<OfLane> attempts() {
    return rows(Attempts.class, Attempts::rows);
  }

  List<OfStay> stays() {
    return rows(Times.class, Times::rows);
  }

  List<OfDay> completed() {
    return rows(Completed.class, Completed::rows);
  }

  Optional<Stranded> stranded() {
    return find(Stranded.class);
  }

  /** Lanes of which anything is told but old times. */
  Set<String> lanes() {
    var lanes = new TreeSet<String>();
    statuses().forEach(row -> lanes.add(row.lane()));
    completed().forEach(row -> lanes.add(row.lane()));
    return lanes;
  }

  /** When the newest of them was written, epoch milliseconds; 0 for none. */
  long writtenAt() {
    return tables.values().stream().mapToLong(OfBoard::at).max().orElse(0);
  }

  private <T, R> List<R> rows(Class<T> type, Function<T, List<R>> rows) {
    return find(type).map(rows).orElse(List.of());
  }

  private <T> Optional<T> find(Class<T> type) {
    Collection<OfBoard> all = tables.values();
    return all.stream().filter(type::isInstance).map(type::cast).findFirst();
  }
}
