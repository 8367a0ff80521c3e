package dev.talaria.streams;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the store {@code incident-tasks} keeps of a task: the incidents that it was hit by, and those that it is a probe of.
 *
 * @param ties a few; those of closed incidents mean nothing
 */
record TaskIncidents(List<Tie> ties) {
  static final TaskIncidents NONE = new TaskIncidents(List.of());

  /** A task meets few incidents at a time; of more, the last ones count. */
  private static final int KEPT = 20;

  TaskIncidents {
    ties = List.copyOf(ties);
  }

  /**
   * A task and an incident.
   *
   * @param key of the incident
   * @param id of this opening of it
   * @param run of the task that is a probe; absent where the task was hit
   */
  record Tie(String key, String id, @Nullable Long run) {
    boolean isProbe() {
      return run != null;
    }
  }

  boolean wasHitBy(String id) {
    return ties.stream().anyMatch(tie -> !tie.isProbe() && tie.id().equals(id));
  }

  TaskIncidents with(Tie tie) {
    List<Tie> all = new ArrayList<>(ties);
    all.removeIf(tie::equals);
    all.add(tie);
    return new TaskIncidents(all.subList(Math.max(0, all.size() - KEPT), all.size()));
  }

  TaskIncidents without(Tie tie) {
    return new TaskIncidents(ties.stream().filter(other -> !other.equals(tie)).toList());
  }
}
