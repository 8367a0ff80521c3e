package dev.talaria.streams.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.message.FleetTable;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Transition.Image;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one transition does to what is known of its task. Where the event carries the task's image, the image is right;
 * between two images the kind and the payload tell as much as they can. In a long history the image at the end of a batch
 * may show what only later events led to; what the event itself says is then not forgotten over it.
 */
final class FleetFold {
  private static final Set<String> STATUSES = Set.of(
      "triage", "todo", "scheduled", "ready", "running", "blocked", "review", "done", "archived");

  private FleetFold() {}

  /**
   * The task after the transition, which must be newer than what is known.
   *
   * @param known the same lineage's, or null
   * @param label the name under which an assignee that has the form of a lane is counted
   * @param now epoch milliseconds
   * @return the very {@code known} where nothing changes; null while the status of an unknown task cannot be told
   */
  static @Nullable FleetTask advance(
      @Nullable FleetTask known, Transition t, UnaryOperator<String> label, long now) {
    String status = status(known, t);
    if (status == null) {
      return null;
    }
    boolean stays = known != null && known.status().equals(status);
    var next = new FleetTask(
        t.lineage(),
        known == null ? t.event() : known.event(),
        status,
        lane(known, t, label),
        known != null && stays ? known.since() : t.at(),
        (known == null ? 0 : known.attempts()) + (t.kind().equals("claimed") ? 1 : 0),
        isGivenUp(known, t, status) ? Boolean.TRUE : null,
        FleetTask.isOpen(status) ? parents(known, t) : null,
        stays(known, t, !stays),
        doneAt(known, t, status),
        closedAt(known, status, now));
    return next.equals(known) ? known : next.withEvent(t.event());
  }

  private static @Nullable String status(@Nullable FleetTask known, Transition t) {
    String told = text(t.image() == null ? null : t.image().task(), "status");
    String status = told == null ? t.status() : told;
    if (status == null) {
      return known == null ? null : known.status();
    }
    return STATUSES.contains(status) ? status : FleetTable.OTHER;
  }

  private static String lane(@Nullable FleetTask known, Transition t, UnaryOperator<String> label) {
    Image image = t.image();
    String assignee = image != null
        ? text(image.task(), "assignee")
        : switch (t.kind()) {
          case "created", "assigned" -> text(t.payload(), "assignee");
          case "decomposed" -> text(t.payload(), "root_assignee");
          default -> null;
        };
    boolean told = image != null || t.kind().equals("created") || t.kind().equals("assigned");
    if (assignee == null && !told && known != null) {
      return known.lane();
    }
    if (assignee == null || assignee.isEmpty()) {
      return FleetTable.NOBODY;
    }
    if (known != null && known.lane().equals(assignee)) {
      return assignee;
    }
    return Lane.isLane(assignee) ? label.apply(assignee) : FleetTable.OTHER;
  }

  private static boolean isGivenUp(@Nullable FleetTask known, Transition t, String status) {
    if (!status.equals(FleetTask.BLOCKED)) {
      return false;
    }
    boolean before = known != null && known.isGivenUp();
    return t.kind().equals("gave_up")
        || before && (t.status() == null || t.status().equals(FleetTask.BLOCKED));
  }

  private static @Nullable List<String> parents(@Nullable FleetTask known, Transition t) {
    if (t.image() != null) {
      return texts(t.image().parents());
    }
    List<String> before = known == null || known.parents() == null ? List.of() : known.parents();
    return switch (t.kind()) {
      case "created" -> texts(t.payload() == null ? null : t.payload().get("parents"));
      case "decomposed" ->
        with(before, texts(t.payload() == null ? null : t.payload().get("child_ids")));
      case "linked" -> with(before, parentOf(t));
      case "unlinked" -> without(before, parentOf(t));
      default -> before;
    };
  }

  private static List<String> parentOf(Transition t) {
    String parent = text(t.payload(), "parent");
    return parent == null ? List.of() : List.of(parent);
  }

  private static List<String> with(List<String> before, List<String> more) {
    var all = new ArrayList<>(before);
    more.stream().filter(it -> !before.contains(it)).forEach(all::add);
    return all;
  }

  private static List<String> without(List<String> before, List<String> gone) {
    return before.stream().filter(it -> !gone.contains(it)).toList();
  }

  /** A clock that was set back makes a stay of no length, not one of less than none. */
  private static @Nullable Map<String, Stay> stays(
      @Nullable FleetTask known, Transition t, boolean moved) {
    if (known == null) {
      return null;
    }
    if (!moved || !known.isOpen()) {
      return known.stays();
    }
    var stays = new HashMap<String, Stay>(known.stays() == null ? Map.of() : known.stays());
    var ended = new Stay(1, Math.max(0, t.at() - known.since()));
    stays.put(known.status(), Stay.sum(stays.get(known.status()), ended, 1));
    return stays;
  }

  /** Only an event that says so completes a task: an image that shows a done task tells nothing about when. */
  private static @Nullable Long doneAt(@Nullable FleetTask known, Transition t, String status) {
    String told = t.status();
    if (FleetTask.isOpen(status) || told != null && FleetTask.isOpen(told)) {
      return null;
    }
    if (FleetTask.DONE.equals(told)) {
      return t.at();
    }
    return known == null ? null : known.doneAt();
  }

  private static @Nullable Long closedAt(@Nullable FleetTask known, String status, long now) {
    if (FleetTask.isOpen(status)) {
      return null;
    }
    return known == null || known.closedAt() == null ? Long.valueOf(now) : known.closedAt();
  }

  private static @Nullable String text(@Nullable JsonNode object, String field) {
    JsonNode value = object == null ? null : object.get(field);
    return value != null && value.isTextual() ? value.textValue() : null;
  }

  private static List<String> texts(@Nullable JsonNode array) {
    if (array == null || !array.isArray()) {
      return List.of();
    }
    var texts = new ArrayList<String>(array.size());
    array.forEach(item -> {
      if (item.isTextual()) {
        texts.add(item.textValue());
      }
    });
    return texts;
  }
}
