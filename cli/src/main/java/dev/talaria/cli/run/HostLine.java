package dev.talaria.cli.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One service of the fleet, as it is shown. Times are epoch milliseconds.
 *
 * @param host its host
 * @param role {@code dispatcher} or {@code launcher}
 * @param name of the service on its host
 * @param state how it is
 * @param heardAt when it was last heard
 * @param slots how many workers it runs at most; null for a dispatcher
 * @param free how many more it would take; null for a dispatcher
 * @param lanes the lanes that it serves, with free slots
 * @param boards that it dispatches
 * @param faults lanes that it cannot serve, with the reason
 * @param clockOffset by how much its clock is ahead of the broker's, milliseconds; null when that cannot be told
 * @param notes what a person should know beside the table, each a sentence
 */
public record HostLine(
    String host,
    String role,
    String name,
    State state,
    long heardAt,
    @Nullable Integer slots,
    @Nullable Integer free,
    Map<String, Integer> lanes,
    List<String> boards,
    Map<String, String> faults,
    Map<String, String> labels,
    String version,
    @Nullable Long clockOffset,
    List<String> notes) {

  /** How a service is. */
  public enum State {
    UP,
    /** Takes no new work, on an operator's order. */
    DRAINING,
    /** As well, and it is not meant to become empty. */
    PAUSED,
    /** Nothing was heard for longer than services may be silent. */
    SILENT,
    /** As silent, and for so long that it will hardly come back by itself. */
    GONE,
    /** It said farewell. */
    LEFT;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** As in the table: the name only where it is not the usual one. */
  public String service() {
    return name.equals("main") ? role : role + "/" + name;
  }

  private boolean isHere() {
    return state == State.UP || state == State.DRAINING || state == State.PAUSED;
  }

  /** How many of its slots are used, of how many; a dash for who is not there. */
  String load() {
    return slots == null || free == null || !isHere()
        ? "-"
        : Math.max(0, slots - free) + "/" + slots;
  }

  /** What it works for: lanes with their free slots, or boards. */
  String serves() {
    if (role.equals("dispatcher")) {
      return boards.isEmpty() ? "no boards" : String.join(", ", boards);
    }
    if (lanes.isEmpty()) {
      return "no lanes";
    }
    return new TreeMap<>(lanes)
        .entrySet().stream()
            .map(it -> isHere() ? it.getKey() + " " + it.getValue() : it.getKey())
            .collect(Collectors.joining(", "));
  }

  /** The clock's offset: {@code +12ms}, {@code -1.5s}. */
  public String clock() {
    if (clockOffset == null) {
      return "-";
    }
    return Math.abs(clockOffset) < 1_000
        ? "%+dms".formatted(clockOffset)
        : "%+d.%ds".formatted(clockOffset / 1_000, Math.abs(clockOffset) % 1_000 / 100);
  }

  ObjectNode json() {
    ObjectNode node = BoardJson.object()
        .put("host", host)
        .put("role", role)
        .put("name", name)
        .put("state", state.word())
        .put("heard_at", heardAt)
        .put("version", version)
        .put("clock_offset_ms", clockOffset)
        .put("slots", slots)
        .put("free", free);
    ObjectNode lanesNode = node.putObject("lanes");
    new TreeMap<>(lanes).forEach(lanesNode::put);
    node.set("boards", BoardJson.array(boards));
    ObjectNode faultsNode = node.putObject("faults");
    new TreeMap<>(faults).forEach(faultsNode::put);
    ObjectNode labelsNode = node.putObject("labels");
    new TreeMap<>(labels).forEach(labelsNode::put);
    node.set("notes", BoardJson.array(notes));
    return node;
  }
}
