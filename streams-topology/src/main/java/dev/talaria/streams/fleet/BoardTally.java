package dev.talaria.streams.fleet;

import dev.talaria.protocol.message.FleetTable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The sums over one board's tasks, and those of its tasks between which something may be held up. */
final class BoardTally {
  /** Lanes are named by whoever assigns tasks; more than so many of a board are not counted by name. */
  private static final int MOST_LANES = 100;

  final Map<String, LaneTally> lanes = new TreeMap<>();
  /** Blocked tasks, and tasks with parents that wait: by id. */
  final Map<String, FleetTask> held = new HashMap<>();

  private BoardBase base;
  private long newest;
  private boolean heldChanged = true;

  BoardTally(BoardBase base) {
    this.base = base;
    this.newest = base.forgotten();
    base.lanes().forEach((lane, remains) -> tally(lane).add(remains));
  }

  BoardBase base() {
    return base;
  }

  /** A task's entry is dropped; its part is kept. */
  void forget(FleetTask task, long firstDay) {
    base = base.with(task, newest, firstDay);
  }

  /** An event was seen. */
  void saw(long event) {
    newest = Math.max(newest, event);
  }

  String label(String lane) {
    return lanes.containsKey(lane) || lanes.size() < MOST_LANES ? lane : FleetTable.OTHER;
  }

  void change(String task, @Nullable FleetTask before, @Nullable FleetTask after) {
    if (before != null) {
      LaneTally lane = tally(before.lane());
      lane.add(before, -1);
      if (lane.isEmpty()) {
        lanes.remove(before.lane());
      }
    }
    if (after != null) {
      saw(after.event());
      tally(after.lane()).add(after, 1);
    }
    boolean holds = after != null && Stranding.concerns(after);
    FleetTask former = holds ? held.put(task, after) : held.remove(task);
    heldChanged |= !sameForStranding(former, holds ? after : null);
  }

  /** Whether what waits for what may have changed since the last call. */
  boolean takeHeldChanged() {
    boolean changed = heldChanged;
    heldChanged = false;
    return changed;
  }

  private LaneTally tally(String lane) {
    return lanes.computeIfAbsent(lane, name -> new LaneTally());
  }

  private static boolean sameForStranding(@Nullable FleetTask one, @Nullable FleetTask other) {
    if (one == null || other == null) {
      return one == other;
    }
    return one.status().equals(other.status())
        && one.lane().equals(other.lane())
        && one.since() == other.since()
        && one.isGivenUp() == other.isGivenUp()
        && Objects.equals(one.parents(), other.parents());
  }
}
