package dev.talaria.board.task;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Tx;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Labels that a launcher must have to be given a task: each key with exactly this value. Kept in a table of our own; hermes
 * does not know of it, and its own dispatcher starts such a task anywhere.
 */
public final class Requirements {
  private static final String OF = "SELECT key, value FROM talaria_requirements WHERE task_id = ?";
  private static final String ANY = "SELECT 1 AS n FROM talaria_requirements LIMIT 1";
  private static final String PUT = """
      INSERT INTO talaria_requirements (task_id, key, value)
      VALUES (?, ?, ?)
      ON CONFLICT (task_id, key) DO UPDATE SET value = excluded.value
      """;
  private static final String REMOVE =
      "DELETE FROM talaria_requirements WHERE task_id = ? AND key = ?";
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");
  private static final String EXPECTED =
      "expected letters, digits, '.', '_', '/' and '-', a letter or digit first, at most 63";

  private Requirements() {}

  /** What a task requires, by key; empty for most. */
  public static Map<String, String> of(Tx tx, String taskId) {
    Map<String, String> found = new TreeMap<>();
    tx.list(OF, row -> found.put(row.requireText("key"), row.requireText("value")), taskId);
    return found;
  }

  /** Whether any task requires anything: on most boards none does, and nothing more is asked. */
  public static boolean any(Tx tx) {
    return tx.exists(ANY);
  }

  /** Adds to what a task requires; a key that it has gets the new value. */
  public static void add(Tx tx, String taskId, Map<String, String> requires) {
    check(requires);
    requires.forEach((key, value) -> tx.update(PUT, taskId, key, value));
  }

  /** Takes keys away; false when one was not there, and then the others are gone nevertheless. */
  public static boolean remove(Tx tx, String taskId, Collection<String> keys) {
    boolean all = true;
    for (String key : keys) {
      all &= tx.update(REMOVE, taskId, key) == 1;
    }
    return all;
  }

  /**
   * Reads {@code key=value}.
   *
   * @throws InvalidRequestException when it is not that
   */
  public static Map<String, String> parse(Collection<String> pairs) {
    Map<String, String> requires = new LinkedHashMap<>();
    for (String pair : pairs) {
      int at = pair.indexOf('=');
      if (at < 0) {
        throw new InvalidRequestException(
            "'%s' is no requirement; expected key=value, such as gpu=true.".formatted(pair));
      }
      requires.put(pair.substring(0, at), pair.substring(at + 1));
    }
    check(requires);
    return requires;
  }

  /** Refuses what could be no launcher's label. */
  public static void check(Map<String, String> requires) {
    requires.forEach((key, value) -> {
      if (!WORD.matcher(key).matches() || !WORD.matcher(value).matches()) {
        throw new InvalidRequestException(
            "Requirement '%s=%s' can be no label; %s, on both sides of '='."
                .formatted(key, value, EXPECTED));
      }
    });
  }
}
