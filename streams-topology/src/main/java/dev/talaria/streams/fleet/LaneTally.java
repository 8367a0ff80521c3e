package dev.talaria.streams.fleet;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The sums over one lane's tasks of one board. Each task is added once and taken out again before it changes. */
final class LaneTally {
  /** The last place counts all that were claimed as often, or more. */
  static final int MOST_ATTEMPTS = 10;

  private static final long DAY_SECONDS = 86_400;

  final Map<String, Cell> open = new TreeMap<>();
  final Map<String, Stay> stays = new TreeMap<>();
  final TreeMap<Long, Day> days = new TreeMap<>();
  final long[] attempts = new long[MOST_ATTEMPTS + 1];
  long gaveUp;

  /** Open tasks in one status, with how many came into it at which second. */
  static final class Cell {
    final TreeMap<Long, Integer> since = new TreeMap<>();
    long tasks;
    long sinceSum;

    private void add(long at, int sign) {
      tasks += sign;
      sinceSum += sign * at;
      since.merge(at, sign, (a, b) -> a + b == 0 ? null : a + b);
    }
  }

  void add(FleetTask task, int sign) {
    if (task.isOpen()) {
      Cell cell = open.computeIfAbsent(task.status(), status -> new Cell());
      cell.add(task.since(), sign);
      if (cell.tasks == 0) {
        open.remove(task.status());
      }
      attempts[(int) Math.min(task.attempts(), MOST_ATTEMPTS)] += sign;
      gaveUp += task.isGivenUp() ? sign : 0;
    }
    if (task.stays() != null) {
      task.stays().forEach((status, stay) -> addStay(status, stay, sign));
    }
    Long day = dayOf(task);
    if (day != null) {
      addDay(day, new Day(1, task.attempts()), sign);
    }
  }

  void add(BoardBase.LaneBase base) {
    base.stays().forEach((status, stay) -> addStay(status, stay, 1));
    base.days().forEach((day, tally) -> addDay(day, tally, 1));
  }

  boolean isEmpty() {
    return open.isEmpty() && stays.isEmpty() && days.isEmpty();
  }

  private void addStay(String status, Stay stay, int sign) {
    stays.compute(status, (same, sum) -> {
      Stay after = Stay.sum(sum, stay, sign);
      return after.n() == 0 ? null : after;
    });
  }

  private void addDay(long day, Day tally, int sign) {
    if (sign < 0 && !days.containsKey(day)) {
      return; // too long ago, and let go
    }
    days.compute(day, (same, sum) -> {
      Day after = Day.sum(sum, tally, sign);
      return after.tasks() == 0 ? null : after;
    });
  }

  /** The day on which a task was completed, counted from the epoch in UTC. */
  static @Nullable Long dayOf(FleetTask task) {
    return task.doneAt() == null ? null : Long.valueOf(Math.floorDiv(task.doneAt(), DAY_SECONDS));
  }
}
