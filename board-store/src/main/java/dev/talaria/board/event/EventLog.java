package dev.talaria.board.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reading what happened, in order of id: the only safe cursor (contract 0.9). */
public final class EventLog {
  static final String AFTER = "SELECT * FROM task_events WHERE id > ? ORDER BY id LIMIT ?";
  private static final String BY_ID = "SELECT * FROM task_events WHERE id = ?";
  private static final String OF_TASK = "SELECT * FROM task_events WHERE task_id = ? ORDER BY id";
  private static final String OF_RUN = "SELECT * FROM task_events WHERE run_id = ? ORDER BY id";
  // by id and backwards: there is no index on the time, and none is worth its cost for this
  static final String RUN_ENDS = """
      SELECT *
        FROM task_events
       WHERE id > ?
         AND id <= ?
         AND run_id IS NOT NULL
         AND kind IN ('crashed', 'timed_out', 'spawn_failed', 'protocol_violation', 'rate_limited')
       ORDER BY id DESC
      """;
  private static final int MOST_LOOKED_BACK = 200_000;
  private static final String BACKLOG = "SELECT count(*) AS n FROM task_events WHERE id > ?";
  private static final String BOUNDED_BACKLOG = """
      SELECT count(*) AS n, min(created_at) AS oldest
        FROM (SELECT created_at FROM task_events WHERE id > ? ORDER BY id LIMIT ?)
      """;
  private static final String MAX_IDS = """
      SELECT (SELECT COALESCE(max(id), 0) FROM task_events) AS events,
             (SELECT COALESCE(max(id), 0) FROM task_runs) AS runs,
             (SELECT COALESCE(max(id), 0) FROM task_comments) AS comments
      """;
  private static final String SEQUENCE = "SELECT seq AS n FROM sqlite_sequence WHERE name = ?";
  private static final String RAISE =
      "UPDATE sqlite_sequence SET seq = ? WHERE name = ? AND seq < ?";
  private static final String START =
      "INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)";
  private static final String TASK = "SELECT * FROM tasks WHERE id = ?";
  private static final String OPEN_RUN =
      "SELECT * FROM task_runs WHERE id = (SELECT current_run_id FROM tasks WHERE id = ?)";
  private static final String RUN = "SELECT * FROM task_runs WHERE id = ?";

  /** The highest ids in the three append-only tables; 0 for an empty one. */
  public record MaxIds(long events, long runs, long comments) {}

  /**
   * What comes after an event.
   *
   * @param events how many, as far as was counted
   * @param oldest epoch seconds of the oldest of them; null without one
   */
  public record Backlog(long events, @Nullable Long oldest) {}

  private EventLog() {}

  /** Events with a higher id, ascending, at most {@code limit}. */
  public static List<EventRow> eventsAfter(Tx tx, long id, int limit) {
    return tx.list(AFTER, EventRow::of, id, limit);
  }

  /**
   * As {@link #eventsAfter(Tx, long, int)}, but ends with the event whose payload takes all of them beyond so many
   * characters: what is held in memory is bounded, whatever the payloads are. At least one, if there is one.
   */
  public static List<EventRow> eventsAfter(Tx tx, long id, int limit, long mostChars) {
    List<EventRow> events = new ArrayList<>();
    long[] left = {mostChars};
    tx.each(
        AFTER,
        row -> {
          EventRow event = EventRow.of(row);
          events.add(event);
          String payload = event.payload();
          left[0] -= payload == null ? 0 : payload.length();
          return left[0] > 0;
        },
        id,
        limit);
    return events;
  }

  /**
   * The ends of failed runs, newest first, of the last {@value MOST_LOOKED_BACK} events: what is older is not worth the
   * time that it takes to find.
   *
   * @param after the id that they are above
   * @param last the highest id
   * @param since epoch seconds; the first that is older ends it
   */
  public static void runEnds(Tx tx, long after, long last, long since, Consumer<EventRow> each) {
    tx.each(
        RUN_ENDS,
        row -> {
          EventRow event = EventRow.of(row);
          boolean late = event.createdAt() >= since;
          if (late) {
            each.accept(event);
          }
          return late;
        },
        Math.max(after, last - MOST_LOOKED_BACK),
        last);
  }

  /** How many events have a higher id. */
  public static long backlogAfter(Tx tx, long id) {
    return tx.number(BACKLOG, id);
  }

  /** As {@link #backlogAfter(Tx, long)}, counted no further than {@code most}. */
  public static Backlog backlogAfter(Tx tx, long id, int most) {
    return tx.first(
            BOUNDED_BACKLOG, row -> new Backlog(row.number("n"), row.seconds("oldest")), id, most)
        .orElse(new Backlog(0, null));
  }

  /** The highest id ever handed out to an event of this file. */
  public static long newest(Tx tx) {
    return tx.number(SEQUENCE, "task_events");
  }

  public static Optional<EventRow> find(Tx tx, long id) {
    return tx.first(BY_ID, EventRow::of, id);
  }

  /** All events of one task, or only those of some kinds when any are named. */
  public static List<EventRow> ofTask(Tx tx, String taskId, String... kinds) {
    List<EventRow> events = new ArrayList<>(tx.list(OF_TASK, EventRow::of, taskId));
    if (kinds.length > 0) {
      Collection<String> wanted = List.of(kinds);
      events.removeIf(event -> !wanted.contains(event.kind()));
    }
    return events;
  }

  public static List<EventRow> ofRun(Tx tx, long runId) {
    return tx.list(OF_RUN, EventRow::of, runId);
  }

  public static MaxIds maxIds(Tx tx) {
    return tx.first(
            MAX_IDS,
            row -> new MaxIds(row.number("events"), row.number("runs"), row.number("comments")))
        .orElse(new MaxIds(0, 0, 0));
  }

  /**
   * The highest ids ever handed out by this file, which is more than {@link #maxIds} when the newest rows were deleted.
   */
  public static MaxIds sequences(Tx tx) {
    return new MaxIds(
        tx.number(SEQUENCE, "task_events"),
        tx.number(SEQUENCE, "task_runs"),
        tx.number(SEQUENCE, "task_comments"));
  }

  /** Makes the next ids higher than these, so that a restored file hands out none that was seen before. */
  public static void raiseSequences(Tx tx, MaxIds above) {
    raise(tx, "task_events", above.events());
    raise(tx, "task_runs", above.runs());
    raise(tx, "task_comments", above.comments());
  }

  /**
   * A task as it stands: all its columns, extra ones too, {@code parents} as a list of ids and {@code run}, its open run
   * or null. Columns of type BLOB are left out. Empty when the task is gone.
   */
  public static Optional<ObjectNode> image(Tx tx, String taskId) {
    return tx.first(TASK, EventLog::columns, taskId).map(image -> {
      parseJsonColumn(image, "skills");
      image.set("parents", BoardJson.array(Tasks.parents(tx, taskId)));
      image.set(
          "run",
          tx.first(OPEN_RUN, EventLog::columns, taskId)
              .map(EventLog::withMetadata)
              .orElse(null));
      return image;
    });
  }

  /** One run, open or closed, with all its columns; {@code metadata} as an object. */
  public static Optional<ObjectNode> runImage(Tx tx, long runId) {
    return tx.first(RUN, EventLog::columns, runId).map(EventLog::withMetadata);
  }

  private static ObjectNode withMetadata(ObjectNode run) {
    run.set("metadata", BoardJson.parseObject(textOf(run, "metadata")));
    return run;
  }

  private static void parseJsonColumn(ObjectNode image, String column) {
    List<String> skills = BoardJson.parseSkills(textOf(image, column));
    ArrayNode array = skills == null ? null : BoardJson.array(skills);
    image.set(column, array);
  }

  private static @Nullable String textOf(ObjectNode node, String column) {
    return node.path(column).isTextual() ? node.path(column).asText() : null;
  }

  private static ObjectNode columns(Row row) {
    ObjectNode node = BoardJson.object();
    for (String column : row.columns()) {
      Object value = row.value(column);
      if (value == null) {
        node.putNull(column);
      } else if (value instanceof Double number) {
        node.put(column, number);
      } else if (value instanceof Number number) {
        node.put(column, number.longValue());
      } else if (value instanceof String text) {
        node.put(column, text);
      }
    }
    return node;
  }

  private static void raise(Tx tx, String table, long above) {
    if (above > 0) {
      tx.update(START, table, above, table);
      tx.update(RAISE, above, table, above);
    }
  }
}
