package dev.talaria.launcher.claim;

import dev.talaria.board.order.HostOrders;
import dev.talaria.board.order.OrderFile;
import dev.talaria.launcher.process.StopReason;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.Presence.Drain;
import dev.talaria.protocol.message.StandingOrder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What operators ordered this launcher not to start. It is asked again right before each start, when the run's directory is
 * there already: whoever pauses writes the orders first and looks for such directories then, so one of the two sees the
 * other. Thread-safe.
 */
public final class StartGate {
  private final LauncherKey launcher;
  private final OrderFile file;

  public StartGate(LauncherKey launcher, OrderFile file) {
    this.launcher = launcher;
    this.file = file;
  }

  private HostOrders orders() {
    return file.current();
  }

  /** Why a run of this board and lane may not start now; nothing when it may. */
  public Optional<String> heldBack(BoardKey board, Lane lane) {
    return orders().against(launcher, board, lane).map(StandingOrder::words);
  }

  /** The lanes of which something may start. */
  public List<Lane> open(List<Lane> lanes) {
    HostOrders orders = orders();
    return orders.against(launcher).isPresent()
        ? List.of()
        : lanes.stream().filter(lane -> orders.against(lane).isEmpty()).toList();
  }

  /** For the beat: set while nothing at all starts here. */
  public @Nullable Drain drain() {
    return orders()
        .against(launcher)
        .map(order -> new Drain(
            order.by(),
            order.reason(),
            order.since(),
            order.deadline(),
            order.act() == StandingOrder.Act.PAUSE ? true : null))
        .orElse(null);
  }

  /** Whether workers that still run are to be stopped. */
  public boolean isOverdue(long nowMillis) {
    return overdue(nowMillis).isPresent();
  }

  /** The reason for the end of a worker, with the order that it was stopped for. */
  public @Nullable String explained(
      @Nullable StopReason stop, @Nullable String error, long nowMillis) {
    return stop != StopReason.DRAINED
        ? error
        : overdue(nowMillis).map(order -> error + " (" + order.words() + ")").orElse(error);
  }

  private Optional<StandingOrder> overdue(long nowMillis) {
    return orders().orders().stream()
        .filter(order -> order.act() == StandingOrder.Act.DRAIN && order.covers(launcher))
        .filter(order -> {
          Long deadline = order.deadline();
          return deadline != null && deadline <= nowMillis;
        })
        .findFirst();
  }
}
