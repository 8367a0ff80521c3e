package dev.talaria.streams;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.FleetTable.Attempts;
import dev.talaria.protocol.message.FleetTable.OfBoard;
import dev.talaria.protocol.message.FleetTable.Statuses;
import dev.talaria.protocol.message.FleetTable.Stranded;
import dev.talaria.service.metrics.GaugeFamily;
import dev.talaria.service.metrics.Meters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gauges of the tables of those boards that are counted here. The tables have few lanes, so their names are labels. */
final class FleetGauges {
  private final GaugeFamily tasks;
  private final GaugeFamily gaveUp;
  private final GaugeFamily oldest;
  private final GaugeFamily attempts;
  private final GaugeFamily stranded;
  private final GaugeFamily depth;

  FleetGauges(Meters meters) {
    tasks = new GaugeFamily(meters, TopologyMeter.FLEET_TASKS);
    gaveUp = new GaugeFamily(meters, TopologyMeter.FLEET_GAVE_UP);
    oldest = new GaugeFamily(meters, TopologyMeter.FLEET_OLDEST);
    attempts = new GaugeFamily(meters, TopologyMeter.FLEET_ATTEMPTS);
    stranded = new GaugeFamily(meters, TopologyMeter.STRANDED_TASKS);
    depth = new GaugeFamily(meters, TopologyMeter.STRANDED_DEPTH);
  }

  void set(OfBoard table) {
    if (table instanceof Statuses statuses) {
      set(statuses);
    } else if (table instanceof Attempts histogram) {
      set(histogram);
    } else if (table instanceof Stranded found) {
      set(found);
    }
  }

  private void set(Statuses table) {
    Map<List<String>, Long> counts = new HashMap<>();
    Map<List<String>, Long> given = new HashMap<>();
    Map<List<String>, Long> since = new HashMap<>();
    table.rows().forEach(row -> {
      counts.put(List.of(row.lane(), row.status()), row.tasks());
      since.put(List.of(row.lane(), row.status()), row.oldest());
      if (row.gaveUp() != null) {
        given.put(List.of(row.lane()), row.gaveUp());
      }
    });
    tasks.set(table.board().toString(), counts);
    gaveUp.set(table.board().toString(), given);
    oldest.set(table.board().toString(), since);
  }

  private void set(Attempts table) {
    Map<List<String>, Long> counts = new HashMap<>();
    table.rows().forEach(row -> {
      for (int i = 0; i < row.tasks().size(); i++) {
        counts.put(List.of(row.lane(), Integer.toString(i)), row.tasks().get(i));
      }
    });
    attempts.set(table.board().toString(), counts);
  }

  private void set(Stranded table) {
    Map<List<String>, Long> counts = new HashMap<>();
    table.rows().forEach(row -> counts.put(List.of(row.lane()), row.tasks()));
    stranded.set(table.board().toString(), counts);
    depth.set(table.board().toString(), List.of(), table.depth());
  }

  void remove(BoardKey board) {
    List.of(tasks, gaveUp, oldest, attempts, stranded, depth)
        .forEach(family -> family.remove(board.toString()));
  }
}
