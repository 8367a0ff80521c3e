package dev.talaria.board.order;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.StandingOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The orders in force on a host at one moment, as its file says. */
public record HostOrders(List<StandingOrder> orders) {
  /** Nothing is ordered. */
  public static final HostOrders NONE = new HostOrders(List.of());

  public HostOrders {
    orders = List.copyOf(orders);
  }

  /** The order for which a run of this board and lane may not start on this launcher. */
  public Optional<StandingOrder> against(LauncherKey launcher, BoardKey board, Lane lane) {
    return first(order -> order.covers(launcher, board, lane));
  }

  /** The order for which nothing at all starts on this launcher; a drain is told before a pause. */
  public Optional<StandingOrder> against(LauncherKey launcher) {
    return first(order -> order.act() == StandingOrder.Act.DRAIN && order.covers(launcher))
        .or(() -> first(order -> order.covers(launcher)));
  }

  /** The order for which nothing of this lane starts, wherever it is. */
  public Optional<StandingOrder> against(Lane lane) {
    return first(
        order -> order.scope() == StandingOrder.Scope.LANE && lane.name().equals(order.target()));
  }

  /** The orders that a board's own table is to have: those about other boards are left out. */
  public List<StandingOrder> concerning(BoardKey board) {
    return orders.stream()
        .filter(order -> order.scope() != StandingOrder.Scope.BOARD || order.covers(board))
        .toList();
  }

  private Optional<StandingOrder> first(Predicate<StandingOrder> which) {
    return orders.stream().filter(which).findFirst();
  }
}
