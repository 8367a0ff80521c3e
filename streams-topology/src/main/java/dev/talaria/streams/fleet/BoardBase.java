package dev.talaria.streams.fleet;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the store {@code fleet-boards} keeps of a board: what remains of tasks whose entries were dropped. Written when an
 * entry is dropped and when a lineage begins, not with each event.
 *
 * @param lineage the newest life of the board's file; entries of an older one count no more
 * @param forgotten events of unknown tasks up to this id are not new: they were seen before the last entry was dropped
 * @param lanes by lane
 */
public record BoardBase(long lineage, long forgotten, Map<String, LaneBase> lanes) {
  public BoardBase {
    lanes = Map.copyOf(lanes);
  }

  /**
   * The remains of a lane's tasks.
   *
   * @param stays ended stays by status
   * @param days completions by day since the epoch, in UTC
   */
  public record LaneBase(Map<String, Stay> stays, Map<Long, Day> days) {
    static final LaneBase NONE = new LaneBase(Map.of(), Map.of());

    public LaneBase {
      stays = Map.copyOf(stays);
      days = Map.copyOf(days);
    }
  }

  static BoardBase of(long lineage) {
    return new BoardBase(lineage, 0, Map.of());
  }

  /**
   * With a task's part, which is then dropped; completions before a day are let go.
   *
   * @param newest the newest event of the board
   */
  BoardBase with(FleetTask task, long newest, long firstDay) {
    LaneBase before = lanes.getOrDefault(task.lane(), LaneBase.NONE);
    var stays = new HashMap<>(before.stays());
    if (task.stays() != null) {
      task.stays()
          .forEach((status, stay) -> stays.put(status, Stay.sum(stays.get(status), stay, 1)));
    }
    var days = new TreeMap<>(before.days());
    Long day = LaneTally.dayOf(task);
    if (day != null) {
      days.put(day, Day.sum(days.get(day), new Day(1, task.attempts()), 1));
    }
    days.headMap(firstDay).clear();
    var all = new HashMap<>(lanes);
    all.put(task.lane(), new LaneBase(stays, days));
    return new BoardBase(lineage, Math.max(forgotten, newest), all);
  }
}
