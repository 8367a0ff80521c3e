package dev.talaria.board.dispatch;

import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Applied commands, so that a repeated one gets the same answer and has no second effect. */
public final class CommandLog {
  private static final String GET = "SELECT * FROM talaria_commands WHERE command_id = ?";
  private static final String PUT = """
      INSERT INTO talaria_commands (command_id, kind, outcome, detail, run_id, applied_at)
      VALUES (?, ?, ?, ?, ?, ?)
      """;
  private static final String FINISH = """
      UPDATE talaria_commands
         SET outcome = ?, detail = ?
       WHERE command_id = ?
         AND outcome = ?
      """;
  private static final String TRIM = "DELETE FROM talaria_commands WHERE applied_at < ?";

  private CommandLog() {}

  /** What became of a command. */
  public record Applied(
      String commandId,
      String kind,
      String outcome,
      @Nullable String detail,
      @Nullable Long runId,
      long appliedAt) {
    static Applied of(Row row) {
      return new Applied(
          row.requireText("command_id"),
          row.requireText("kind"),
          row.requireText("outcome"),
          row.text("detail"),
          row.numberOrNull("run_id"),
          row.number("applied_at"));
    }
  }

  public static Optional<Applied> find(Tx tx, String commandId) {
    return tx.first(GET, Applied::of, commandId);
  }

  /** Keeps the answer; false when the command was applied before. */
  public static boolean record(
      Tx tx,
      String commandId,
      String kind,
      String outcome,
      @Nullable String detail,
      @Nullable Long runId) {
    return tx.insertUnlessTaken(PUT, commandId, kind, outcome, detail, runId, tx.now());
  }

  /** Replaces an outcome that only said that something had begun; false when it is not that any more. */
  public static boolean finish(
      Tx tx, String commandId, String begun, String outcome, @Nullable String detail) {
    return tx.update(FINISH, outcome, detail, commandId, begun) == 1;
  }

  /** Forgets what was applied before {@code olderThan}, epoch seconds; says how many. */
  public static int trim(Tx tx, long olderThan) {
    return tx.update(TRIM, olderThan);
  }
}
