package dev.talaria.board.dispatch;

import dev.talaria.board.Tx;

/**
 * How many tasks wait for something else than a free slot, by reason; each count comes from an index.
 *
 * @param unassigned ready, and nobody is named for them
 * @param guarded ready, and kept back by the {@link RespawnGuard}
 * @param scheduled put aside for a time
 */
public record Waiting(long unassigned, long guarded, long scheduled) {
  private static final String UNASSIGNED = """
      SELECT count(*) AS n
        FROM tasks INDEXED BY talaria_ready
       WHERE status = 'ready'
         AND assignee IS NULL
      """;
  private static final String GUARDED =
      "SELECT count(*) AS n FROM talaria_holds WHERE reason = 'guard' AND until > ?";
  private static final String SCHEDULED =
      "SELECT count(*) AS n FROM tasks WHERE status = 'scheduled'";

  public static Waiting of(Tx tx) {
    return new Waiting(tx.number(UNASSIGNED), tx.number(GUARDED, tx.now()), tx.number(SCHEDULED));
  }
}
