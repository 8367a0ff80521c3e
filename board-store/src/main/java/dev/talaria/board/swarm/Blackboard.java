package dev.talaria.board.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Tx;
import dev.talaria.board.task.Comments;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;

/**
 * What the workers of a swarm tell each other: comments on its root, {@code [swarm:blackboard] {"key": ..., "value":
 * ...}}. Any task can be a blackboard.
 */
public final class Blackboard {
  public static final String PREFIX = "[swarm:blackboard]";
  /** In what is read: who wrote each key last. */
  public static final String AUTHORS = "_authors";

  private static final String ENTRIES = """
      SELECT author, body
        FROM task_comments
       WHERE task_id = ?
         AND substr(body, 1, 18) = '[swarm:blackboard]'
       ORDER BY created_at, id
      """;

  private Blackboard() {}

  /**
   * Writes a value and says the comment's id.
   *
   * @throws InvalidRequestException for a blank or reserved key, a blank author or an unknown task
   */
  public static long write(Tx tx, String rootId, String author, String key, JsonNode value) {
    String name = HermesText.strip(key);
    if (name.isEmpty() || name.equals(AUTHORS)) {
      throw new InvalidRequestException(
          "'%s' cannot be a key of a blackboard; expected a name other than %s."
              .formatted(key, AUTHORS));
    }
    ObjectNode entry = BoardJson.object().put("key", name);
    entry.set("value", value);
    return Comments.add(tx, rootId, author, PREFIX + " " + BoardJson.column(entry));
  }

  /** The newest value of each key, in the order of their first writing, then {@link #AUTHORS}; what cannot be read is passed over. */
  public static ObjectNode read(Tx tx, String rootId) {
    ObjectNode values = BoardJson.object();
    ObjectNode authors = BoardJson.object();
    tx.list(
        ENTRIES,
        row -> {
          ObjectNode entry =
              BoardJson.parseObject(row.requireText("body").substring(PREFIX.length()));
          String key = entry == null ? "" : entry.path("key").asText("");
          if (entry != null && !key.isEmpty() && entry.has("value")) {
            values.set(key, entry.get("value"));
            authors.put(key, row.requireText("author"));
          }
          return key;
        },
        rootId);
    values.set(AUTHORS, authors);
    return values;
  }
}
