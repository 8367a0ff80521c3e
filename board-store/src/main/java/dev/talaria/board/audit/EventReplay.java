package dev.talaria.board.audit;

import dev.talaria.board.event.EventRow;
import dev.talaria.board.event.StatusAfter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows the tasks' statuses through their events alone. Events come in by ascending id. */
final class EventReplay {
  /** They look at a task's parents first; whatever else makes a task ready leaves that to its next claim. */
  private static final Set<String> LOOK_AT_PARENTS = Set.of("created", "promoted", "unblocked");

  private record Place(String status, String by, boolean linkedSince) {}

  private final Map<String, Place> places = new HashMap<>();
  private final Set<Long> claimedRuns = new HashSet<>();
  private final List<String> violations = new ArrayList<>();
  private long last;

  void follow(EventRow event) {
    if (event.id() <= last) {
      violations.add("event %d comes after event %d".formatted(event.id(), last));
    }
    last = event.id();
    Place before = places.get(event.taskId());
    String status = before == null ? null : before.status();
    if (event.kind().equals("claimed")) {
      checkClaim(event, status);
    }
    if (event.kind().equals("claim_rejected") && "ready".equals(status)) {
      places.put(event.taskId(), new Place("todo", event.kind(), false));
    } else if (event.kind().equals("linked") && before != null) {
      places.put(event.taskId(), new Place(before.status(), before.by(), true));
    }
    StatusAfter.of(event.kind(), event.payloadObject())
        .ifPresent(after -> places.put(event.taskId(), new Place(after, event.kind(), false)));
  }

  private void checkClaim(EventRow event, @Nullable String status) {
    if ("running".equals(status)) {
      violations.add("event %d: task '%s' was claimed while it was running"
          .formatted(event.id(), event.taskId()));
    }
    Long run = event.runId();
    if (run == null || !claimedRuns.add(run)) {
      violations.add("event %d: run %s was claimed twice, or is none".formatted(event.id(), run));
    }
  }

  /** Compares with what the board says; tasks without an event that names a status are passed over. */
  void compare(String taskId, String status, boolean hasUnfinishedParent) {
    Place place = places.get(taskId);
    if (place == null || status.equals("review")) {
      return; // old events may be gone, and hermes's users put tasks into review by hand
    }
    boolean demotedByLink =
        place.linkedSince() && place.status().equals("ready") && status.equals("todo");
    if (!place.status().equals(status) && !demotedByLink) {
      violations.add("task '%s' is '%s', but its events end with '%s' (%s)"
          .formatted(taskId, status, place.status(), place.by()));
    }
    if (status.equals("ready") && hasUnfinishedParent && LOOK_AT_PARENTS.contains(place.by())) {
      violations.add("task '%s' is ready by '%s' although a parent is unfinished"
          .formatted(taskId, place.by()));
    }
  }

  List<String> violations() {
    return violations;
  }
}
