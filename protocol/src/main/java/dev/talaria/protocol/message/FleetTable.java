package dev.talaria.protocol.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.talaria.protocol.id.BoardKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the topology knows of a board's tasks, on {@code fleet} (key: {@link #key}): one table a record, the whole of it,
 * written when it has changed. Lanes are assignees; tasks without one are counted as {@code none}, those whose assignee
 * cannot be a lane, and lanes after the first hundred of a board, as {@code other}.
 */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    property = "kind",
    defaultImpl = FleetTable.Unrecognized.class,
    visible = true)
@JsonSubTypes({
  @JsonSubTypes.Type(value = FleetTable.Statuses.class, name = "statuses"),
  @JsonSubTypes.Type(value = FleetTable.Attempts.class, name = "attempts"),
  @JsonSubTypes.Type(value = FleetTable.Times.class, name = "times"),
  @JsonSubTypes.Type(value = FleetTable.Completed.class, name = "completed"),
  @JsonSubTypes.Type(value = FleetTable.Stranded.class, name = "stranded")
})
public sealed interface FleetTable extends Message {
  /** Lane of tasks that nobody is assigned to. */
  String NOBODY = "none";

  /** Lane, or status, of what is not counted by a name of its own. */
  String OTHER = "other";

  /** A table of one board: all that this version knows. */
  sealed interface OfBoard extends FleetTable {
    BoardKey board();

    /** When it was written, epoch milliseconds by the topology's clock. */
    long at();

    /** The same table as if written at another time. */
    OfBoard withAt(long millis);

    /** The record's key: the board, a slash and the table. */
    default String key() {
      return board() + "/" + table();
    }

    /** The table's name, as in its key. */
    String table();

    /** Whether both say the same, whenever they were written. */
    default boolean saysSameAs(@Nullable OfBoard other) {
      return other != null && withAt(0).equals(other.withAt(0));
    }
  }

  /** Open tasks by lane and status. */
  record Statuses(BoardKey board, List<OfStatus> rows, long at) implements OfBoard {
    @Override
    public OfBoard withAt(long millis) {
      return new Statuses(board, rows, millis);
    }

    @Override
    public String table() {
      return "statuses";
    }
  }

  /**
   * The open tasks of a lane in one status.
   *
   * @param tasks how many
   * @param gaveUp how many of them are there because they gave up; only where status is {@code blocked}
   * @param oldest since when the first of them is in it, epoch seconds
   * @param meanSince the mean of the times since when they are in it, epoch seconds: its difference from now is their mean age
   */
  record OfStatus(
      String lane, String status, long tasks, @Nullable Long gaveUp, long oldest, long meanSince) {}

  /** Open tasks by lane and the number of times that they were claimed. */
  record Attempts(BoardKey board, List<OfLane> rows, long at) implements OfBoard {
    @Override
    public OfBoard withAt(long millis) {
      return new Attempts(board, rows, millis);
    }

    @Override
    public String table() {
      return "attempts";
    }
  }

  /**
   * How often the open tasks of a lane were claimed.
   *
   * @param tasks how many of them 0 times, 1 time and so on; the eleventh number counts 10 times and more, and zeros at the
   *     end are left out
   */
  record OfLane(String lane, List<Long> tasks) {}

  /** How long tasks were in a status that they have left, since the board's lineage began. */
  record Times(BoardKey board, List<OfStay> rows, long at) implements OfBoard {
    @Override
    public OfBoard withAt(long millis) {
      return new Times(board, rows, millis);
    }

    @Override
    public String table() {
      return "times";
    }
  }

  /**
   * The ended stays of a lane's tasks in one status.
   *
   * @param stays how many
   * @param seconds how long all of them together
   */
  record OfStay(String lane, String status, long stays, long seconds) {}

  /** Tasks that were completed, by lane and day. */
  record Completed(BoardKey board, List<OfDay> rows, long at) implements OfBoard {
    @Override
    public OfBoard withAt(long millis) {
      return new Completed(board, rows, millis);
    }

    @Override
    public String table() {
      return "completed";
    }
  }

  /**
   * The completions of one day.
   *
   * @param day in UTC, as {@code 2027-01-15}
   * @param tasks how many tasks were completed
   * @param attempts how often they were claimed, all together
   */
  record OfDay(String lane, String day, long tasks, long attempts) {}

  /**
   * Tasks that wait for one that is blocked.
   *
   * @param tasks how many wait for some blocked task, directly or through others; each counted once
   * @param depth how many links the farthest is away, by the shortest way
   * @param rows the same by the lane of the waiting task
   * @param worst the blocked tasks for which most wait
   * @param atLeast true where the counting ended at its bound, so that the numbers are the least
   */
  record Stranded(
      BoardKey board,
      long tasks,
      long depth,
      List<InLane> rows,
      List<Behind> worst,
      @Nullable Boolean atLeast,
      long at)
      implements OfBoard {
    @Override
    public OfBoard withAt(long millis) {
      return new Stranded(board, tasks, depth, rows, worst, atLeast, millis);
    }

    @Override
    public String table() {
      return "stranded";
    }
  }

  /** How many tasks of a lane wait for a blocked one. */
  record InLane(String lane, long tasks) {}

  /**
   * A blocked task with what waits for it.
   *
   * @param task its id on the board
   * @param lane whose it is
   * @param gaveUp whether it is blocked because it gave up
   * @param since since when it is blocked, epoch seconds
   * @param waiting how many tasks wait for it, directly or through others
   * @param depth how many links the farthest of them is away
   * @param atLeast true where the counting ended at its bound
   */
  record Behind(
      String task,
      String lane,
      boolean gaveUp,
      long since,
      long waiting,
      long depth,
      @Nullable Boolean atLeast) {}

  /** A table from a newer topology. */
  record Unrecognized(String kind) implements FleetTable, Unrecognizable {}
}
