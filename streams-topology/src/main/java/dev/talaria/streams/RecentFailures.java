package dev.talaria.streams;

import dev.talaria.protocol.policy.FailureWindow;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the store {@code recent-failures} keeps of one board and fingerprint.
 *
 * @param window the failures, until there are so many of them that an incident opens
 * @param keptUntil epoch milliseconds, by the topology's clock, at which none of them matters any more
 * @param incidents ids of the open incidents by lane; absent for none
 */
record RecentFailures(
    FailureWindow window, long keptUntil, @Nullable Map<String, String> incidents) {

  static final RecentFailures NONE = new RecentFailures(FailureWindow.EMPTY, 0, null);

  /** The open incident of a lane, else that of any lane: all of a board are one systemic failure. */
  @Nullable
  String incident(@Nullable String lane) {
    if (incidents == null || incidents.isEmpty()) {
      return null;
    }
    String own = lane == null ? null : incidents.get(lane);
    return own != null ? own : new TreeMap<>(incidents).firstEntry().getValue();
  }

  boolean isOpenIn(String lane) {
    return incidents != null && incidents.containsKey(lane);
  }

  /** How many tasks failed so lately, if this failure is the last that went in; 0 if it only belongs to an open incident. */
  int tasksUpTo(String task, long at) {
    int last = window.hits().size() - 1;
    return last >= 0
            && window.hits().get(last).task().equals(task)
            && window.hits().get(last).at() == at
        ? window.tasks()
        : 0;
  }

  RecentFailures with(FailureWindow later, long until) {
    return new RecentFailures(later, Math.max(until, keptUntil), incidents);
  }

  RecentFailures opened(String lane, String id) {
    Map<String, String> more = incidents == null ? new TreeMap<>() : new TreeMap<>(incidents);
    more.put(lane, id);
    return new RecentFailures(window, keptUntil, more);
  }

  /** What led to an incident does not lead to the next: with the last one closed, counting begins anew. */
  RecentFailures closed(String lane) {
    Map<String, String> left = incidents == null ? new TreeMap<>() : new TreeMap<>(incidents);
    left.remove(lane);
    return left.isEmpty()
        ? new RecentFailures(FailureWindow.EMPTY, keptUntil, null)
        : new RecentFailures(window, keptUntil, left);
  }

  /** Whether nothing of it matters any more. */
  boolean isPast(long now) {
    return keptUntil < now && incident(null) == null;
  }
}
