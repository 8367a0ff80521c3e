package dev.talaria.streams.fleet;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.FleetTable.Behind;
import dev.talaria.protocol.message.FleetTable.InLane;
import dev.talaria.protocol.message.FleetTable.Stranded;
import dev.talaria.protocol.waiting.Downstream;
import dev.talaria.protocol.waiting.Downstream.Waiting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Finds what waits for blocked tasks, by {@link Downstream}'s rule, within bounds. */
final class Stranding {
  /** Listed by name. */
  static final int WORST = 20;

  /** Looked at below one blocked task. */
  private static final int MOST_BELOW_ONE = 10_000;

  private Stranding() {}

  /** A finding and what it cost, in tasks looked at. */
  record Found(Stranded table, int visited) {}

  /** Whether a task can hold another up, or be held up. */
  static boolean concerns(FleetTask task) {
    return task.isBlocked() || task.parents() != null && Downstream.passesOn(task.status());
  }

  /**
   * The table of a board.
   *
   * @param held the tasks that it {@link #concerns}, by id
   * @param most how many tasks to look at before it ends
   */
  static Found of(BoardKey board, Map<String, FleetTask> held, int most) {
    var children = new HashMap<String, List<Waiting>>();
    held.forEach((id, task) -> {
      if (task.parents() != null) {
        var asChild = new Waiting(id, task.status());
        task.parents()
            .forEach(parent ->
                children.computeIfAbsent(parent, key -> new ArrayList<>(2)).add(asChild));
      }
    });
    List<String> blocked = held.entrySet().stream()
        .filter(it -> it.getValue().isBlocked() && children.containsKey(it.getKey()))
        .map(Map.Entry::getKey)
        .sorted(Comparator.<String>comparingInt(id -> -below(children, id).size())
            .thenComparing(Comparator.naturalOrder()))
        .toList();
    Downstream all = Downstream.of(blocked, id -> below(children, id), most);
    int left = most - all.visited();
    boolean atLeast = all.more();
    List<Behind> behind = new ArrayList<>();
    for (String id : blocked) {
      FleetTask task = held.get(id);
      if (left <= 0 || task == null) {
        atLeast = true;
        break;
      }
      Downstream found =
          Downstream.of(List.of(id), it -> below(children, it), Math.min(left, MOST_BELOW_ONE));
      left -= found.visited() + 1;
      if (!found.waiting().isEmpty()) {
        behind.add(new Behind(
            id,
            task.lane(),
            task.isGivenUp(),
            task.since(),
            found.waiting().size(),
            found.depth(),
            found.more() ? Boolean.TRUE : null));
      }
    }
    behind.sort(Comparator.comparingLong(Behind::waiting).reversed().thenComparing(Behind::task));
    var table = new Stranded(
        board,
        all.waiting().size(),
        all.depth(),
        byLane(all, held),
        List.copyOf(behind.subList(0, Math.min(WORST, behind.size()))),
        atLeast ? Boolean.TRUE : null,
        0);
    return new Found(table, held.size() + most - left);
  }

  private static List<Waiting> below(Map<String, List<Waiting>> children, String id) {
    return children.getOrDefault(id, List.of());
  }

  private static List<InLane> byLane(Downstream all, Map<String, FleetTask> held) {
    var lanes = new TreeMap<String, Long>();
    for (Waiting waiting : all.waiting()) {
      FleetTask task = held.get(waiting.task());
      if (task != null) {
        lanes.merge(task.lane(), 1L, Long::sum);
      }
    }
    return lanes.entrySet().stream()
        .map(it -> new InLane(it.getKey(), it.getValue()))
        .toList();
  }
}
