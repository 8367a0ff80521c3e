package dev.talaria.board.transition;

import dev.talaria.board.Board;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.schema.BoardFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A recompute of a board of any size that neither holds the board for long nor gathers more than some hundred tasks: it
 * looks for candidates in short read transactions, and writes only what it found, each looked at again. In between others
 * may write; what they change they recompute themselves, or the next call does.
 *
 * <p>{@link #changes} remembers in the board up to which event it has looked, and looks at what the events since then
 * touched: the tasks themselves and their children. A change that leaves no event (contract 3.7) and could let a task go is
 * only a hard delete, whose operation recomputes by itself; should its process die in between, {@link #everything} finds
 * the task. Dispatchers do that now and then, and a board with few waiting tasks is always looked at as a whole.
 */
public final class CatchUp {
  /** Waiting tasks, or events, that are looked at in one transaction. */
  private static final int SLICE = 1_000;

  /** So few waiting tasks are looked at for every list. */
  private static final int FEW = 1_000;

  static final String WAITING_SLICE = """
      SELECT t.rowid AS place, t.id,
             NOT EXISTS (SELECT 1
                           FROM task_links l
                           JOIN tasks p ON p.id = l.parent_id
                          WHERE l.child_id = t.id
                            AND p.status NOT IN ('done', 'archived')) AS free
        FROM tasks t INDEXED BY idx_tasks_status
       WHERE t.status = ?
         AND t.rowid > ?
       ORDER BY t.rowid
       LIMIT ?
      """;
  static final String WAITING_BOUNDED = """
      SELECT count(*) AS n
        FROM (SELECT 1 FROM tasks WHERE status = 'todo' LIMIT ?1)
      UNION ALL
      SELECT count(*) FROM (SELECT 1 FROM tasks WHERE status = 'blocked' LIMIT ?1)
      """;
  static final String TOUCHED = """
      WITH recent(id, task_id) AS MATERIALIZED (
        SELECT id, task_id FROM task_events WHERE id > ? ORDER BY id LIMIT ?
      ),
      touched(id) AS (
        SELECT task_id FROM recent
        UNION
        SELECT l.child_id FROM recent r CROSS JOIN task_links l ON l.parent_id = r.task_id
      )
      SELECT t.id
        FROM touched c
        CROSS JOIN tasks t ON t.id = c.id
       WHERE t.status IN ('todo', 'blocked')
         AND NOT EXISTS (SELECT 1
                           FROM task_links l
                           JOIN tasks p ON p.id = l.parent_id
                          WHERE l.child_id = t.id
                            AND p.status NOT IN ('done', 'archived'))
      """;
  // nothing when there were fewer: then the next call looks at them again
  static final String END_OF_FULL_SLICE = """
      SELECT max(id) AS n
        FROM (SELECT id FROM task_events WHERE id > ?1 ORDER BY id LIMIT ?2)
      HAVING count(*) = ?2
      """;
  private static final String[] WAITING = {"todo", "blocked"};

  private final Recompute recompute;
  private final int slice;
  private final int few;

  public CatchUp(Recompute recompute) {
    this(recompute, SLICE, FEW);
  }

  CatchUp(Recompute recompute, int slice, int few) {
    this.recompute = recompute;
    this.slice = slice;
    this.few = few;
  }

  /** Candidates of one look, and where the next one begins; null when this was the last. */
  private record Look(List<String> free, @Nullable Long next) {}

  private record Waiting(long place, String id, boolean free) {
    static Waiting of(Row row) {
      return new Waiting(row.number("place"), row.requireText("id"), row.number("free") != 0);
    }
  }

  /** Lets go what changed since the last time; says how many became ready. */
  public int changes(Board board) {
    OptionalLong from = board.read(this::placeOf);
    if (from.isEmpty()) {
      return everything(board);
    }
    int promoted = 0;
    for (Long next = from.getAsLong(); next != null; ) {
      long place = next;
      Look look = board.read(tx -> touchedAfter(tx, place));
      promoted += let(board, look.free());
      next = look.next();
      if (next != null) {
        remember(board, next);
      }
    }
    return promoted;
  }

  /** Looks at every waiting task; says how many became ready. */
  public int everything(Board board) {
    long upTo = board.read(tx -> EventLog.maxIds(tx).events());
    int promoted = 0;
    for (String status : WAITING) {
      for (Long next = 0L; next != null; ) {
        long place = next;
        Look look = board.read(tx -> waitingAfter(tx, status, place));
        promoted += let(board, look.free());
        next = look.next();
      }
    }
    if (board.<Boolean>read(tx -> upTo - remembered(tx) >= slice)) {
      remember(board, upTo);
    }
    return promoted;
  }

  /** Where to begin; nothing when the board is to be looked at as a whole. */
  private OptionalLong placeOf(Tx tx) {
    if (BoardFacts.get(tx, BoardFacts.RECOMPUTED_TO).isEmpty()) {
      return OptionalLong.empty();
    }
    long waiting = tx.list(WAITING_BOUNDED, row -> row.number("n"), few + 1).stream()
        .mapToLong(Long::longValue)
        .sum();
    return waiting <= few ? OptionalLong.empty() : OptionalLong.of(remembered(tx));
  }

  private static long remembered(Tx tx) {
    return BoardFacts.get(tx, BoardFacts.RECOMPUTED_TO).map(Long::parseLong).orElse(0L);
  }

  private Look touchedAfter(Tx tx, long event) {
    List<String> free = tx.list(TOUCHED, row -> row.requireText("id"), event, slice);
    return new Look(
        free, tx.first(END_OF_FULL_SLICE, row -> row.number("n"), event, slice).orElse(null));
  }

  private Look waitingAfter(Tx tx, String status, long place) {
    List<String> free = new ArrayList<>();
    long[] last = {0, 0};
    tx.each(
        WAITING_SLICE,
        row -> {
          Waiting waiting = Waiting.of(row);
          if (waiting.free()) {
            free.add(waiting.id());
          }
          last[0] = waiting.place();
          last[1]++;
          return true;
        },
        status,
        place,
        slice);
    return new Look(free, last[1] < slice ? null : Long.valueOf(last[0]));
  }

  /** Sticky ones are sorted out before anything is written, so that they do not make every call a writing one. */
  private int let(Board board, List<String> free) {
    int promoted = 0;
    for (int from = 0; from < free.size(); from += slice) {
      List<String> some = free.subList(from, Math.min(from + slice, free.size()));
      List<String> ready = board.read(
          tx -> some.stream().filter(id -> recompute.mayLetGo(tx, id)).toList());
      if (!ready.isEmpty()) {
        promoted += board.<Integer>write(tx ->
            (int) ready.stream().filter(id -> recompute.recomputeTask(tx, id)).count());
      }
    }
    return promoted;
  }

  private static void remember(Board board, long event) {
    board.change(tx -> {
      if (event > remembered(tx)) {
        BoardFacts.put(tx, BoardFacts.RECOMPUTED_TO, Long.toString(event));
      }
    });
  }
}
