package dev.talaria.dispatcher.grant;

import dev.talaria.board.Tx;
import dev.talaria.board.order.HostOrders;
import dev.talaria.board.order.OrderFile;
import dev.talaria.board.order.Pauses;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.StandingOrder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the orders of the host's file into a board's table, where they are looked at in the transaction that grants. Used
 * by the board's owner thread alone.
 */
public final class OrderMirror {
  private static final Logger log = LoggerFactory.getLogger(OrderMirror.class);

  private final BoardKey board;
  private final OrderFile file;
  private boolean copied;
  private boolean copying;

  public OrderMirror(BoardKey board, OrderFile file) {
    this.board = board;
    this.file = file;
  }

  /** Whether the file says something else than when it was copied last. */
  public boolean isBehind() {
    return !copied || file.hasChanged();
  }

  /** The file is to be copied again, whatever it says: the board is another one. */
  public void startOver() {
    copied = false;
  }

  /**
   * Copies the file; it is read within the transaction, so that what a verb wrote meanwhile is not undone. {@link #settle}
   * ends it, whatever becomes of the transaction.
   */
  public void copy(Tx tx) {
    if (!isBehind()) {
      return;
    }
    HostOrders orders = file.current();
    List<StandingOrder> own = orders.concerning(board);
    if (Pauses.replace(tx, own, "the fleet")) {
      log.info(
          "Orders on board '{}': {}",
          board,
          own.isEmpty() ? "none" : own.stream().map(StandingOrder::words).toList());
    }
    copying = true;
  }

  /** What was copied is durable, or was undone and is to be copied again. */
  public void settle(boolean durable) {
    if (copying) {
      copied = durable;
      copying = false;
    }
  }

  /** The order for which a lane's tasks may not be granted to a launcher; without a launcher, to any. */
  public static Optional<StandingOrder> against(
      Tx tx, String lane, @Nullable LauncherKey launcher) {
    return Pauses.covering(
        tx,
        lane,
        launcher == null ? null : launcher.host(),
        launcher == null ? null : launcher.toString());
  }
}
