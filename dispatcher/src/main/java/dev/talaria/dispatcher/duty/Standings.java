package dev.talaria.dispatcher.duty;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.ReadySince;
import dev.talaria.board.event.EventLog;
import dev.talaria.dispatcher.apply.BoardLook;
import dev.talaria.dispatcher.grant.OrderMirror;
import java.util.HashMap;
import java.util.Map;

/** How a board stands, read at a cost that hardly grows with it. */
public final class Standings {
  private static final int MOST_LANES = 100;
  private static final int MOST_UNPUBLISHED = 100_000;

  private Standings() {}

  /** @param published the last event that is on Kafka */
  public static BoardLook of(Tx tx, long published) {
    EventLog.Backlog backlog = EventLog.backlogAfter(tx, published, MOST_UNPUBLISHED);
    Long oldest = backlog.oldest();
    return new BoardLook(
        held(tx), ready(tx), backlog.events(), oldest == null ? 0 : age(tx, oldest));
  }

  private static Map<String, BoardLook.Held> held(Tx tx) {
    Map<String, BoardLook.Held> held = new HashMap<>();
    Holds.byReason(tx)
        .forEach((reason, it) ->
            held.put(reason, new BoardLook.Held(it.tasks(), age(tx, it.oldest()))));
    return held;
  }

  private static Map<String, Long> ready(Tx tx) {
    Map<String, Long> ready = new HashMap<>();
    for (String lane : GrantClaims.readyCountByLane(tx, 1).keySet()) {
      boolean counts =
          ready.size() < MOST_LANES && OrderMirror.against(tx, lane, null).isEmpty();
      Long since = counts ? ReadySince.oldestOf(tx, lane) : null;
      if (since != null) {
        ready.put(lane, age(tx, since));
      }
    }
    return ready;
  }

  private static long age(Tx tx, long since) {
    return Math.max(0, tx.now() - since);
  }
}
