package dev.talaria.streams;

import dev.talaria.protocol.policy.TaskHistory;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the store {@code task-history} keeps of a task that has failed. A task without an entry has no failure behind it.
 *
 * @param history the fold of its events, up to the last that changed it
 * @param closedAt epoch milliseconds since when it is done or archived, by the topology's clock; absent while it is open
 */
record TaskState(TaskHistory history, @Nullable Long closedAt) {

  boolean isNewer(long lineage, long event) {
    return lineage > history.lineage() || lineage == history.lineage() && event > history.event();
  }

  /** Whether a later entry says no more than that there was another event. */
  boolean saysSameAs(TaskState later) {
    return history.saysSameAs(later.history) && Objects.equals(closedAt, later.closedAt);
  }

  /** Whether nothing but the identity of the last event would be lost with this entry. */
  boolean isBlank() {
    var nothing = new TaskHistory(0, 0, 0, 0, 0, 0, false, history.lineage(), history.event());
    return history.equals(nothing);
  }
}
