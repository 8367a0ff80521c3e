package dev.talaria.cli.verify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import java.util.List;

/**
 * What a verification of one board came to.
 *
 * @param events how many of the board's events were compared
 * @param tasks of how many tasks
 * @param entries how many entries of the topology's store
 * @param looks how often it was looked
 * @param differences those that were found again
 * @param notes what is worth knowing and no difference
 * @param incomplete what could not be compared, and why; empty when all was
 */
record BoardReport(
    String board,
    long lineage,
    long upTo,
    long events,
    int tasks,
    int entries,
    int looks,
    List<Difference> differences,
    List<String> notes,
    List<String> incomplete) {
  BoardReport {
    differences = List.copyOf(differences);
    notes = List.copyOf(notes);
    incomplete = List.copyOf(incomplete);
  }

  static BoardReport empty(String board) {
    return new BoardReport(
        board, 0, 0, 0, 0, 0, 0, List.of(), List.of("nothing has happened on it yet"), List.of());
  }

  static BoardReport notCompared(String board, String why) {
    return new BoardReport(board, 0, 0, 0, 0, 0, 0, List.of(), List.of(), List.of(why));
  }

  boolean isWell() {
    return differences.isEmpty() && incomplete.isEmpty();
  }

  ObjectNode json() {
    ObjectNode node = BoardJson.object()
        .put("board", board)
        .put("lineage", lineage)
        .put("up_to_event", upTo)
        .put("events", events)
        .put("tasks", tasks)
        .put("store_entries", entries)
        .put("looks", looks);
    ArrayNode found = node.putArray("differences");
    differences.forEach(it -> found.add(it.json()));
    node.set("notes", BoardJson.array(notes));
    node.set("incomplete", BoardJson.array(incomplete));
    return node;
  }
}
