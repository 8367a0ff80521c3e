package dev.talaria.board.dispatch;

import dev.talaria.board.Tx;
import java.util.Optional;

/** Completions that the board refused and whose worker has gone: what it wanted to hand over. */
public final class Drafts {
  private static final String LAST_REFUSED = """
      SELECT detail
        FROM talaria_commands
       WHERE command_id LIKE ? ESCAPE '\\'
         AND run_id = ?
         AND kind = 'complete'
         AND outcome = 'refused'
       ORDER BY rowid DESC
       LIMIT 1
      """;

  private Drafts() {}

  /** The last refused completion of a run, as JSON. */
  public static Optional<String> lastRefused(Tx tx, String runKey, long runId) {
    String prefix =
        runKey.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "/complete/%";
    return tx.first(LAST_REFUSED, row -> Optional.ofNullable(row.text("detail")), prefix, runId)
        .flatMap(found -> found);
  }
}
