package dev.talaria.dispatcher.grant;

import dev.talaria.board.Tx;
import dev.talaria.dispatcher.incident.IncidentMirror;

/** All that is copied into a board's tables so that a grant can look at it: operators' orders and open incidents. */
public record Mirrors(OrderMirror orders, IncidentMirror incidents) {
  /** Whether something is to be copied. */
  public boolean areBehind() {
    return orders.isBehind() || incidents.isBehind();
  }

  /** Everything is to be copied again: the board is another one. */
  public void startOver() {
    orders.startOver();
    incidents.startOver();
  }

  /** Copies what is behind; {@link #settle} ends it. */
  public void copy(Tx tx) {
    orders.copy(tx);
    incidents.copy(tx);
  }

  /** What was copied is durable, or was undone. */
  public void settle(boolean durable) {
    orders.settle(durable);
    incidents.settle(durable);
  }
}
