package dev.talaria.streams.fleet;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.FleetTable.OfBoard;
import dev.talaria.protocol.message.FleetTable.Stranded;
import dev.talaria.protocol.message.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the tasks of some boards: the core of the node {@code count-fleet}, without stores or clock. It holds in memory
 * what is the sum of the kept entries, is handed those at its start ({@link #load}), and says with each transition which
 * entries to keep. Each event costs the same, however many tasks there are; what waits for what is looked at when the
 * tables are asked for, within bounds.
 *
 * <p>Not thread-safe.
 */
public final class FleetCount {
  /** How many tasks are looked at, for what they hold up, each time that tables are asked for: about 40 ms. */
  static final int MOST_VISITED = 200_000;

  private final Duration closedKept;
  private final Map<BoardKey, BoardTally> boards = new HashMap<>();
  private final Set<BoardKey> changed = new LinkedHashSet<>();
  private final Map<String, OfBoard> published = new HashMap<>();

  /** @param closedKept how long a closed task is remembered, for events that come late or again */
  public FleetCount(Duration closedKept) {
    this.closedKept = closedKept;
  }

  /**
   * What is to be kept after a transition; null for what stays as it is.
   *
   * @param task the task's entry
   * @param base the board's
   */
  public record Step(@Nullable FleetTask task, @Nullable BoardBase base) {
    private static final Step NOTHING = new Step(null, null);
  }

  /** Takes in what is kept of a board; all boards come before the first task. */
  public void load(BoardKey board, BoardBase base) {
    boards.put(board, new BoardTally(base));
    changed.add(board); // what was written of it last may be older
  }

  /** Takes in what is kept of a task. */
  public void load(BoardKey board, String id, FleetTask task) {
    BoardTally tally = boards.get(board);
    if (tally == null) {
      load(board, BoardBase.of(task.lineage()));
      tally = boards.get(board);
    }
    if (tally != null && task.lineage() == tally.base().lineage()) {
      tally.change(id, null, task);
    }
  }

  /** The boards of which anything is known. */
  public Set<BoardKey> boards() {
    return Set.copyOf(boards.keySet());
  }

  /**
   * Takes in one transition. One that is not newer than what changed its task last changes nothing, nor does one of a
   * former lineage; the first of a new one makes all void that is known of the board.
   *
   * @param kept the task's entry, whatever lineage it is of
   * @param now epoch milliseconds
   */
  public Step take(@Nullable FleetTask kept, Transition t, long now) {
    BoardTally tally = boards.get(t.board());
    boolean begins = tally == null || tally.base().lineage() < t.lineage();
    if (tally == null || begins) {
      tally = new BoardTally(BoardBase.of(t.lineage()));
    }
    if (t.lineage() < tally.base().lineage()) {
      return Step.NOTHING;
    }
    FleetTask known = kept != null && kept.lineage() == t.lineage() ? kept : null;
    long newest = known == null ? tally.base().forgotten() : known.event();
    if (t.event() <= newest) {
      return Step.NOTHING;
    }
    tally.saw(t.event());
    FleetTask next = FleetFold.advance(known, t, tally::label, now);
    boolean moves = next != null && next != known;
    if (begins) {
      boards.put(t.board(), tally);
    }
    if (moves) {
      tally.change(t.task(), known, next);
    }
    if (begins || moves) {
      changed.add(t.board());
    }
    return begins || moves
        ? new Step(moves ? next : null, begins ? tally.base() : null)
        : Step.NOTHING;
  }

  /**
   * Whether the entry can go: of a task that closed long enough ago, or of a former lineage.
   *
   * @param now epoch milliseconds
   */
  public boolean isPast(BoardKey board, FleetTask task, long now) {
    BoardTally tally = boards.get(board);
    return tally == null
        || task.lineage() < tally.base().lineage()
        || task.closedAt() != null && task.closedAt() <= now - closedKept.toMillis();
  }

  /**
   * An entry that {@link #isPast} is dropped; the tables keep its part.
   *
   * @return what is to be kept of the board, or null for what stays as it is
   */
  public @Nullable BoardBase drop(BoardKey board, FleetTask task, long now) {
    BoardTally tally = boards.get(board);
    if (tally == null || task.lineage() < tally.base().lineage()) {
      return null;
    }
    tally.forget(task, FleetTables.firstDay(now));
    return tally.base();
  }

  /**
   * The tables that say something else than when they were asked for last. Boards for which the bound leaves no time come
   * with the next call.
   *
   * @param now epoch milliseconds
   */
  public List<OfBoard> changes(long now) {
    List<OfBoard> tables = new ArrayList<>();
    int left = MOST_VISITED;
    for (BoardKey board : List.copyOf(changed)) {
      BoardTally tally = boards.get(board);
      if (tally == null || left <= 0) {
        break;
      }
      changed.remove(board);
      FleetTables.of(board, tally, now).forEach(table -> add(table, tables));
      if (tally.takeHeldChanged()) {
        Stranding.Found found = Stranding.of(board, tally.held, MOST_VISITED);
        Stranded table = found.table();
        add(table.withAt(now), tables);
        left -= found.visited();
      }
    }
    return tables;
  }

  private void add(OfBoard table, List<OfBoard> tables) {
    if (!table.saysSameAs(published.get(table.key()))) {
      published.put(table.key(), table);
      tables.add(table);
    }
  }
}
