package dev.talaria.board.order;

import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.protocol.message.StandingOrder;
import dev.talaria.protocol.message.StandingOrder.Act;
import dev.talaria.protocol.message.StandingOrder.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The orders in force on a board, in {@code talaria_pauses}: looked at in the transaction that claims a task. The host's file
 * ({@link OrderFile}) is what they are copied from.
 */
public final class Pauses {
  private static final String ALL = "SELECT * FROM talaria_pauses ORDER BY act, scope, target";
  private static final String PUT = """
      INSERT OR REPLACE INTO talaria_pauses (act, scope, target, by, reason, since, deadline)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String DELETE =
      "DELETE FROM talaria_pauses WHERE act = ? AND scope = ? AND target = ?";
  private static final String NOTE = """
      INSERT INTO talaria_pause_notes (at, what, act, scope, target, by, reason)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String COVERING = """
      SELECT *
        FROM talaria_pauses
       WHERE scope IN ('all', 'board')
          OR (scope = 'lane' AND target = ?)
          OR (scope = 'host' AND target = ?)
          OR (scope = 'launcher' AND target = ?)
       ORDER BY since
       LIMIT 1
      """;
  private static final long NOTES_KEPT_SECONDS = 90L * 24 * 3600;
  private static final String TRIM = "DELETE FROM talaria_pause_notes WHERE at < ?";

  private Pauses() {}

  /** Every order of the board's table. */
  public static List<StandingOrder> all(Tx tx) {
    return tx.list(ALL, Pauses::order);
  }

  /**
   * Makes these the board's orders, and notes what began and what ended.
   *
   * @param orders those that concern this board
   * @param by who takes back what is not among them
   * @return whether anything changed
   */
  public static boolean replace(Tx tx, List<StandingOrder> orders, String by) {
    Map<String, StandingOrder> before = new LinkedHashMap<>();
    all(tx).forEach(order -> before.put(order.key(), order));
    boolean changed = false;
    for (StandingOrder order : orders) {
      StandingOrder known = before.remove(order.key());
      if (known == null || !known.equals(order)) {
        put(tx, order);
        note(tx, "given", order, order.by(), order.reason());
        changed = true;
      }
    }
    for (StandingOrder gone : before.values()) {
      tx.update(DELETE, gone.act().word(), gone.scope().word(), spelled(gone.target()));
      note(tx, "taken back", gone, by, null);
      changed = true;
    }
    if (changed) {
      tx.update(TRIM, tx.now() - NOTES_KEPT_SECONDS);
    }
    return changed;
  }

  /**
   * The oldest order for which a task of this lane may not be granted.
   *
   * @param lane the task's; null to ask about the board alone
   * @param host the launcher's host, or null where no launcher is asked about
   * @param launcher the launcher, or null
   */
  public static Optional<StandingOrder> covering(
      Tx tx, @Nullable String lane, @Nullable String host, @Nullable String launcher) {
    return tx.first(COVERING, Pauses::order, lane, host, launcher);
  }

  private static void put(Tx tx, StandingOrder order) {
    tx.update(
        PUT,
        order.act().word(),
        order.scope().word(),
        spelled(order.target()),
        order.by(),
        order.reason(),
        order.since(),
        order.deadline());
  }

  private static void note(
      Tx tx, String what, StandingOrder order, String by, @Nullable String reason) {
    tx.update(
        NOTE,
        tx.now(),
        what,
        order.act().word(),
        order.scope().word(),
        spelled(order.target()),
        by,
        reason);
  }

  private static StandingOrder order(Row row) {
    Scope scope = Scope.valueOf(row.requireText("scope").toUpperCase(Locale.ROOT));
    return new StandingOrder(
        Act.valueOf(row.requireText("act").toUpperCase(Locale.ROOT)),
        scope,
        scope == Scope.ALL ? null : row.requireText("target"),
        row.requireText("by"),
        row.text("reason"),
        row.number("since"),
        row.numberOrNull("deadline"));
  }

  private static String spelled(@Nullable String target) {
    return target == null ? "" : target;
  }
}
