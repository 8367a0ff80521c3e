package dev.talaria.board.slice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a worker may read of its board: rows of the board's own tables, as {@code {"task_id": .., "tables": {"tasks": [..],
 * ..}, "omitted": {..}}}. They are its task whole; its parents with their results, its children and its links; and of its
 * comments, runs and events the newest. Long texts are cut and say so. An empty board filled with a slice answers every
 * question about the task as the board itself does, within these bounds.
 */
public final class BoardSlice {
  static final int COMMENTS = 100;
  static final int RUNS = 30;
  static final int EVENTS = 100;
  static final int PARENTS = 50;
  static final int CHILDREN = 200;
  static final int LINKS = 1_000;

  /** Of any text but those of the task itself, in code points: as much as the worker's context shows of a body. */
  static final int TEXT = 8_192;

  private static final Set<String> JSON_COLUMNS = Set.of("payload", "metadata", "skills");
  private static final String TASKS = "tasks";
  private static final String TASK = "SELECT * FROM tasks WHERE id = ?";
  private static final String LINKS_OF = """
      SELECT parent_id, child_id
        FROM task_links
       WHERE child_id = ? OR parent_id = ?
       ORDER BY parent_id, child_id
       LIMIT ?
      """;
  private static final String PARENTS_OF = """
      SELECT p.*
        FROM task_links l
        JOIN tasks p ON p.id = l.parent_id
       WHERE l.child_id = ?
       ORDER BY p.id
       LIMIT ?
      """;
  private static final String CHILDREN_OF = """
      SELECT c.*
        FROM task_links l
        JOIN tasks c ON c.id = l.child_id
       WHERE l.parent_id = ?
       ORDER BY c.id
       LIMIT ?
      """;
  private static final String COMMENTS_OF =
      "SELECT * FROM task_comments WHERE task_id = ? ORDER BY id DESC LIMIT ?";
  private static final String RUNS_OF =
      "SELECT * FROM task_runs WHERE task_id = ? ORDER BY id DESC LIMIT ?";
  private static final String EVENTS_OF =
      "SELECT * FROM task_events WHERE task_id = ? ORDER BY id DESC LIMIT ?";
  // the one whose summary and metadata the worker's context shows
  private static final String LAST_COMPLETED = """
      SELECT *
        FROM task_runs
       WHERE task_id = ? AND outcome = 'completed'
       ORDER BY started_at DESC, id
       LIMIT 1
      """;
  private static final String COUNTS = """
      SELECT (SELECT count(*) FROM task_comments WHERE task_id = ?1) AS comments,
             (SELECT count(*) FROM task_runs WHERE task_id = ?1) AS runs,
             (SELECT count(*) FROM task_events WHERE task_id = ?1) AS events,
             (SELECT count(*) FROM task_links WHERE child_id = ?1) AS parents,
             (SELECT count(*) FROM task_links WHERE parent_id = ?1) AS children
      """;
  private static final List<String> TABLES =
      List.of(TASKS, "task_links", "task_comments", "task_runs", "task_events");
  private static final String COLUMNS_OF = "SELECT name FROM pragma_table_info(?)";

  private BoardSlice() {}

  /** The slice of a task; empty when it is unknown. */
  public static Optional<ObjectNode> of(Tx tx, String taskId) {
    ObjectNode own =
        tx.first(TASK, row -> columns(row, Integer.MAX_VALUE), taskId).orElse(null);
    if (own == null) {
      return Optional.empty();
    }
    List<ObjectNode> parents = tx.list(PARENTS_OF, BoardSlice::cut, taskId, PARENTS);
    List<ObjectNode> runs = newest(tx, RUNS_OF, taskId, RUNS);
    parents.forEach(parent ->
        tx.first(LAST_COMPLETED, BoardSlice::cut, parent.path("id").asText()).ifPresent(runs::add));
    List<ObjectNode> tasks = new ArrayList<>(List.of(own));
    tasks.addAll(parents);
    tasks.addAll(tx.list(CHILDREN_OF, BoardSlice::cut, taskId, CHILDREN));
    ObjectNode tables = BoardJson.object();
    tables.set(TASKS, array(tasks));
    tables.set("task_links", array(tx.list(LINKS_OF, BoardSlice::cut, taskId, taskId, LINKS)));
    tables.set("task_comments", array(newest(tx, COMMENTS_OF, taskId, COMMENTS)));
    tables.set("task_runs", array(runs));
    tables.set("task_events", array(newest(tx, EVENTS_OF, taskId, EVENTS)));
    ObjectNode slice = BoardJson.object().put("task_id", taskId);
    slice.set("tables", tables);
    slice.set("omitted", tx.first(COUNTS, BoardSlice::omitted, taskId).orElseThrow());
    return Optional.of(slice);
  }

  /** Fills an empty board with a slice. Columns and tables that this board does not have are passed over. */
  public static void fill(Tx tx, ObjectNode slice) {
    for (String table : TABLES) {
      Set<String> known =
          new LinkedHashSet<>(tx.list(COLUMNS_OF, row -> row.requireText("name"), table));
      for (JsonNode row : slice.path("tables").path(table)) {
        insert(tx, table, known, row);
      }
    }
  }

  private static void insert(Tx tx, String table, Set<String> known, JsonNode row) {
    List<String> names = new ArrayList<>();
    List<@Nullable Object> values = new ArrayList<>();
    row.properties().forEach(field -> {
      if (known.contains(field.getKey())) {
        names.add(field.getKey());
        values.add(value(field.getValue()));
      }
    });
    if (!names.isEmpty()) {
      // the names are the table's own: no other text comes into the statement
      tx.update(
          "INSERT OR IGNORE INTO %s (%s) VALUES (%s)"
              .formatted(
                  table,
                  String.join(", ", names),
                  String.join(", ", Collections.nCopies(names.size(), "?"))),
          values.toArray());
    }
  }

  private static @Nullable Object value(JsonNode node) {
    if (node.isIntegralNumber()) {
      return node.longValue();
    }
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return node.isNull() ? null : node.asText();
  }

  /** The newest rows, oldest first. */
  private static List<ObjectNode> newest(Tx tx, String sql, String taskId, int most) {
    List<ObjectNode> rows = new ArrayList<>(tx.list(sql, BoardSlice::cut, taskId, most));
    Collections.reverse(rows);
    return rows;
  }

  private static ObjectNode omitted(Row row) {
    return BoardJson.object()
        .put("comments", Math.max(0, row.number("comments") - COMMENTS))
        .put("runs", Math.max(0, row.number("runs") - RUNS))
        .put("events", Math.max(0, row.number("events") - EVENTS))
        .put("parents", Math.max(0, row.number("parents") - PARENTS))
        .put("children", Math.max(0, row.number("children") - CHILDREN));
  }

  private static ArrayNode array(List<ObjectNode> rows) {
    ArrayNode array = BoardJson.array(List.of());
    rows.forEach(array::add);
    return array;
  }

  private static ObjectNode cut(Row row) {
    return columns(row, TEXT);
  }

  private static ObjectNode columns(Row row, int most) {
    ObjectNode node = BoardJson.object();
    for (String column : row.columns()) {
      Object value = row.value(column);
      if (value instanceof Double number) {
        node.put(column, number);
      } else if (value instanceof Number number) {
        node.put(column, number.longValue());
      } else if (value instanceof String text) {
        node.put(column, cut(column, text, most));
      } else {
        node.putNull(column); // a BLOB too: no column of hermes's is one
      }
    }
    return node;
  }

  private static String cut(String column, String text, int most) {
    int length = text.length() <= most ? 0 : HermesText.length(text);
    if (length <= most) {
      return text;
    }
    // half of a JSON text would read as nothing at all
    return JSON_COLUMNS.contains(column)
        ? "{\"truncated\":true,\"length\":%d}".formatted(length)
        : HermesText.cap(text, most) + "… [truncated, %d chars omitted]".formatted(length - most);
  }
}
