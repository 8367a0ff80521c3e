package dev.talaria.cli.replay.then;

import dev.talaria.board.event.EventKind;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Transition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A board as it stood at a moment, as its events and images tell it. A task that was deleted leaves no event, and is shown on.
 *
 * @param asOf epoch seconds
 * @param lineage the life of the board's file that was in force then
 * @param byStatus how many tasks were in each status
 * @param tasks sorted by their ids
 * @param unreadable where records of it are that cannot be read, and why; the first twenty
 */
public record BoardThen(
    BoardKey board,
    long asOf,
    long lineage,
    Map<String, Integer> byStatus,
    List<TaskThen> tasks,
    List<String> unreadable) {
  private static final int MOST_UNREADABLE = 20;

  public BoardThen {
    byStatus = java.util.Collections.unmodifiableMap(new TreeMap<>(byStatus));
    tasks = List.copyOf(tasks);
    unreadable = List.copyOf(unreadable);
  }

  /**
   * A task as it stood.
   *
   * @param status as its image or its last event say; {@code unknown} where none does
   * @param attempts runs that were opened till then
   * @param event the last till then
   * @param at its time in epoch seconds
   */
  public record TaskThen(
      String id,
      @Nullable String title,
      @Nullable String assignee,
      String status,
      @Nullable String model,
      int attempts,
      long event,
      long at) {}

  /** Gathers it from the events of a board in any order of lineages. Holds a few columns of each task. One thread. */
  public static final class Builder {
    private final BoardKey board;
    private final long asOf;
    private final TreeMap<Long, Life> lives = new TreeMap<>();
    private final List<String> unreadable = new ArrayList<>();

    /** For a moment in epoch seconds. */
    public Builder(BoardKey board, long asOf) {
      this.board = board;
      this.asOf = asOf;
    }

    private static final class Life {
      final Map<String, TaskThen> tasks = new HashMap<>();
      long publishedFrom = Long.MAX_VALUE;
    }

    /**
     * Takes in an event; those of a lineage come in their order.
     *
     * @param publishedAt the record's time, epoch milliseconds
     */
    public void add(Transition event, long publishedAt) {
      Life life = lives.computeIfAbsent(event.lineage(), lineage -> new Life());
      life.publishedFrom = Math.min(life.publishedFrom, publishedAt);
      if (event.at() <= asOf) {
        life.tasks.compute(event.task(), (id, known) -> after(known, event));
        if (Math.floorDiv(life.publishedFrom, 1_000L) <= asOf) {
          lives.headMap(event.lineage()).clear(); // nobody asks for a life that had ended by then
        }
      }
    }

    /** A record of the board that cannot be read. */
    public void unreadable(String where) {
      if (unreadable.size() < MOST_UNREADABLE) {
        unreadable.add(where);
      }
    }

    private static TaskThen after(@Nullable TaskThen known, Transition event) {
      if (known != null && known.event() >= event.event()) {
        return known;
      }
      TaskThen before =
          known == null ? new TaskThen(event.task(), null, null, "unknown", null, 0, 0, 0) : known;
      String status = event.status() == null ? before.status() : event.status();
      String assignee = orElse(assigned(event), before.assignee());
      String model = before.model();
      String title = orElse(column(event, "title"), before.title());
      // an image of history that is published anew shows the task as it stands at the end
      boolean present = event.image() != null && !event.isBackfill();
      if (present || status.equals("unknown")) {
        String shown = column(event, "status");
        status = shown == null ? status : shown;
      }
      if (present) {
        assignee = column(event, "assignee");
        model = column(event, "model_override");
      } else if (event.kind().equals(EventKind.MODEL_ESCALATED)) {
        model = text(event, "to");
      } else if (event.image() != null && assignee == null) {
        assignee = column(event, "assignee");
      }
      return new TaskThen(
          event.task(),
          title,
          assignee,
          status,
          model,
          before.attempts() + (event.kind().equals(EventKind.CLAIMED) ? 1 : 0),
          event.event(),
          event.at());
    }

    private static @Nullable String assigned(Transition event) {
      boolean assigns =
          event.kind().equals(EventKind.CREATED) || event.kind().equals(EventKind.ASSIGNED);
      return assigns ? text(event, "assignee") : null;
    }

    private static @Nullable String orElse(@Nullable String first, @Nullable String second) {
      return first == null ? second : first;
    }

    private static @Nullable String text(Transition event, String name) {
      return event.payload() != null && event.payload().path(name).isTextual()
          ? event.payload().path(name).textValue()
          : null;
    }

    private static @Nullable String column(Transition event, String name) {
      return event.image() != null && event.image().task().path(name).isTextual()
          ? event.image().task().path(name).textValue()
          : null;
    }

    /** The board; without tasks where nothing had happened by then. */
    public BoardThen build() {
      Map.Entry<Long, Life> inForce = inForce();
      List<TaskThen> tasks =
          inForce == null ? List.of() : new ArrayList<>(inForce.getValue().tasks.values());
      Map<String, Integer> byStatus = new TreeMap<>();
      tasks.forEach(task -> byStatus.merge(task.status(), 1, Integer::sum));
      return new BoardThen(
          board,
          asOf,
          inForce == null ? 0 : inForce.getKey(),
          byStatus,
          tasks.stream().sorted((a, b) -> a.id().compareTo(b.id())).toList(),
          unreadable);
    }

    private Map.@Nullable Entry<Long, Life> inForce() {
      for (Map.Entry<Long, Life> life : lives.descendingMap().entrySet()) {
        if (Math.floorDiv(life.getValue().publishedFrom, 1_000L) <= asOf) {
          return life;
        }
      }
      return lives.firstEntry();
    }
  }
}
