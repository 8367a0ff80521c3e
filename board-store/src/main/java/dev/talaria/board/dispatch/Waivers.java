package dev.talaria.board.dispatch;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Tx;
import org.jspecify.annotations.Nullable;

/** Runs that an operator grants above the ceiling. A waiver ends after a day, with the runs that it made room for. */
public final class Waivers {
  private static final long DAY_SECONDS = 86_400;

  private static final String GRANT = """
      INSERT INTO talaria_waivers (task_id, more, author, granted_at)
      VALUES (?, ?, ?, ?)
      ON CONFLICT (task_id) DO UPDATE
        SET more = excluded.more + CASE WHEN granted_at > ? THEN more ELSE 0 END,
            author = excluded.author, granted_at = excluded.granted_at
      """;
  private static final String MORE =
      "SELECT more AS n FROM talaria_waivers WHERE task_id = ? AND granted_at > ?";

  private Waivers() {}

  /** Grants more runs; grants within one day add up. */
  public static void grant(Tx tx, String taskId, long more, @Nullable String author) {
    if (more <= 0) {
      throw new InvalidRequestException("--more is %d; expected at least 1.".formatted(more));
    }
    tx.update(GRANT, taskId, more, author, tx.now(), tx.now() - DAY_SECONDS);
  }

  /** Runs granted above the ceiling within the last day. */
  public static long more(Tx tx, String taskId) {
    return tx.number(MORE, taskId, tx.now() - DAY_SECONDS);
  }
}
