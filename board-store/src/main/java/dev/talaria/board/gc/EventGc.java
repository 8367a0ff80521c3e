package dev.talaria.board.gc;

import dev.talaria.board.Tx;
import dev.talaria.board.schema.BoardFacts;
import java.util.List;
import java.util.OptionalLong;

/**
 * Collects old events of tasks that are done or archived (contract 3.5, "gc events"). Where a dispatcher publishes the
 * board, an event goes only once it is published: below {@link BoardFacts#PUBLISHED}, so that the event which the
 * dispatcher's cursor names, and by which it knows the file, always stays.
 */
public final class EventGc {
  private static final String COLLECTABLE = """
      SELECT e.id AS n
        FROM task_events e
       WHERE e.id > ?
         AND e.id < ?
         AND e.created_at < ?
         AND EXISTS (SELECT 1 FROM tasks t WHERE t.id = e.task_id AND t.status IN ('done', 'archived'))
       ORDER BY e.id
       LIMIT ?
      """;
  private static final String COLLECT = """
      DELETE FROM task_events
       WHERE id >= ?
         AND id <= ?
         AND created_at < ?
         AND EXISTS (SELECT 1 FROM tasks t WHERE t.id = task_events.task_id AND t.status IN ('done', 'archived'))
      """;

  private EventGc() {}

  /**
   * Only events with lower ids may be collected. Empty on a board that nothing publishes.
   *
   * @return 1 on a board that is dispatched, and whose dispatcher has not yet said how far it has published
   */
  public static OptionalLong limit(Tx tx) {
    var published = BoardFacts.get(tx, BoardFacts.PUBLISHED);
    if (published.isPresent()) {
      return OptionalLong.of(Math.max(1, Long.parseLong(published.get())));
    }
    boolean dispatched = BoardFacts.get(tx, BoardFacts.DISPATCH_ACCEPTED).isPresent();
    return dispatched ? OptionalLong.of(1) : OptionalLong.empty();
  }

  /** The next ids to collect, ascending. Reads the log from {@code after} on: keep it out of a write transaction. */
  public static List<Long> collectable(Tx tx, long after, long olderThan, int most) {
    return tx.list(
        COLLECTABLE,
        row -> row.number("n"),
        after,
        limit(tx).orElse(Long.MAX_VALUE),
        olderThan,
        most);
  }

  /** Collects within these ids what may still go; says how many went. */
  public static int collect(Tx tx, long first, long last, long olderThan) {
    long limit = limit(tx).orElse(Long.MAX_VALUE);
    return tx.update(COLLECT, first, Math.min(last, limit - 1), olderThan);
  }
}
