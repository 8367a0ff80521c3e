package dev.talaria.cli.replay.trail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.event.EventKind;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Transition.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what the topics have of one task. A board whose file was replaced publishes its history again as a new lineage;
 * then only that one counts, because the same events would count twice. Of images only those columns are kept that a
 * story needs. One thread.
 */
public final class TrailBuilder {
  /** Of the columns of a task. */
  private static final List<String> KEPT = List.of(
      "id",
      "title",
      "assignee",
      "status",
      "priority",
      "max_retries",
      "consecutive_failures",
      "model_override",
      "current_run_id");

  private static final Set<String> BEATS = Set.of(EventKind.HEARTBEAT, EventKind.CLAIM_EXTENDED);

  private static final String TAIL = "log_tail";

  /** More is never told. */
  private static final int KEPT_TAIL = 4_000;

  private static final int MOST_UNREADABLE = 20;

  private final TaskKey task;
  private final long asOf;
  private int size;
  private final TreeMap<Long, Life> lives = new TreeMap<>();
  private final List<Decision> decisions = new ArrayList<>();
  private final TreeSet<String> unreadable = new TreeSet<>();

  /**
   * For one task.
   *
   * @param asOf epoch seconds: what happened later is left out, and so is a lineage that began later
   */
  public TrailBuilder(TaskKey task, long asOf) {
    this.task = task;
    this.asOf = asOf;
  }

  /** What one lineage has of the task. */
  private static final class Life {
    final TreeMap<Long, Transition> events = new TreeMap<>();
    long publishedFrom = Long.MAX_VALUE;
  }

  /**
   * Takes in an event; one that is there already changes nothing.
   *
   * @param publishedAt the record's time, epoch milliseconds
   */
  public void add(Transition event, long publishedAt) {
    Life life = lives.computeIfAbsent(event.lineage(), lineage -> new Life());
    life.publishedFrom = Math.min(life.publishedFrom, publishedAt);
    size++;
    if (event.at() <= asOf && life.events.putIfAbsent(event.event(), slim(event)) == null) {
      forgetImageBefore(event, life.events);
    }
  }

  /** A run may beat ten thousand times; of beats in a row, the last one's image says all. */
  private static void forgetImageBefore(Transition event, TreeMap<Long, Transition> events) {
    var before = events.lowerEntry(event.event());
    if (BEATS.contains(event.kind())
        && before != null
        && BEATS.contains(before.getValue().kind())) {
      events.put(before.getKey(), with(before.getValue(), null, null));
    }
  }

  /** How many records were taken in. */
  int size() {
    return size;
  }

  public void add(Decision decision) {
    size++;
    if (Math.floorDiv(decision.at(), 1_000L) <= asOf) {
      decisions.add(decision);
    }
  }

  /** A record of this task that cannot be read. */
  public void unreadable(String where) {
    unreadable.add(where);
    if (unreadable.size() > MOST_UNREADABLE) {
      unreadable.pollLast(); // the same ones whichever topic was read first
    }
  }

  /**
   * The trail; nothing where the topics have no event of the task.
   *
   * @param boardLineage the newest that is known of the board
   */
  public Optional<TaskTrail> build(long boardLineage) {
    Map.Entry<Long, Life> life = inForce();
    if (life == null || life.getValue().events.isEmpty()) {
      return Optional.empty();
    }
    TreeMap<Long, Transition> events = life.getValue().events;
    int former = (int) lives.headMap(life.getKey()).values().stream()
        .flatMap(other -> other.events.keySet().stream())
        .distinct()
        .filter(event -> !events.containsKey(event))
        .count();
    return Optional.of(new TaskTrail(
        task,
        life.getKey(),
        Math.max(boardLineage, life.getKey()),
        new ArrayList<>(events.values()),
        decisions,
        former,
        List.copyOf(unreadable)));
  }

  /** The newest lineage that had begun; the oldest where the history was published later only. */
  private Map.@Nullable Entry<Long, Life> inForce() {
    for (Map.Entry<Long, Life> life : lives.descendingMap().entrySet()) {
      boolean hadBegun = Math.floorDiv(life.getValue().publishedFrom, 1_000L) <= asOf;
      if (hadBegun) {
        return life;
      }
    }
    return lives.firstEntry();
  }

  private static Transition slim(Transition t) {
    ObjectNode payload = t.payload();
    if (payload != null) {
      String tail = payload.path(TAIL).asText("");
      if (tail.length() > KEPT_TAIL) {
        payload.put(TAIL, tail.substring(tail.length() - KEPT_TAIL));
      }
      payload.remove("draft");
    }
    Image image = t.image();
    if (image == null) {
      return t;
    }
    ObjectNode columns = image.task().objectNode();
    for (String name : KEPT) {
      JsonNode value = image.task().get(name);
      if (value != null) {
        columns.set(name, value);
      }
    }
    return with(t, payload, new Image(columns, null, image.parents(), null));
  }

  private static Transition with(
      Transition t, @Nullable ObjectNode payload, @Nullable Image image) {
    return new Transition(
        t.board(),
        t.lineage(),
        t.event(),
        t.task(),
        t.run(),
        t.kind(),
        t.at(),
        t.status(),
        payload,
        image,
        t.backfill());
  }
}
