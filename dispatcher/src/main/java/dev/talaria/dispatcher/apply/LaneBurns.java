package dev.talaria.dispatcher.apply;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.policy.Budget;
import dev.talaria.protocol.policy.Burn;
import dev.talaria.protocol.policy.BurnWindow;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.RunEnd;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the failed runs of one board cost, by lane: the fall-back's sight of what the topology keeps in its store, from the
 * same rows. They are read when the first decision asks for a lane's budget, a bounded number back, and after that
 * only those that came since.
 */
final class LaneBurns {
  private static final Logger log = LoggerFactory.getLogger(LaneBurns.class);

  /** The ring of a {@link BurnWindow} reaches a day back, and to the beginning of that hour. */
  private static final long KEPT_SECONDS = 25 * 3600;

  private final PolicyFold fold;
  private final NavigableMap<Long, Spent> spent = new TreeMap<>();
  private long read;

  LaneBurns(PolicyFold fold) {
    this.fold = fold;
  }

  private record Spent(String lane, String model, long at, Burn burn) {}

  /**
   * What a lane has spent, up to and with the end of a run, within the window of the budget that it carries; nothing where
   * it carries none.
   */
  Burn ofLane(Tx tx, PolicyEvent end) {
    Budget budget = fold.budget(end);
    String lane = fold.runEnd(end).lane();
    if (budget == null || budget.lane() == null || lane == null) {
      return Burn.NONE;
    }
    readUpTo(tx, end);
    BurnWindow window = BurnWindow.EMPTY;
    for (Map.Entry<Long, Spent> one : spent.headMap(end.id(), true).entrySet()) {
      if (one.getValue().lane().equals(lane)) {
        window = window.with(
            one.getValue().at(), one.getValue().model(), one.getValue().burn());
      }
    }
    return window.within(end.at(), budget.lane().windowSeconds());
  }

  private void readUpTo(Tx tx, PolicyEvent end) {
    if (end.id() > read) {
      EventLog.runEnds(tx, read, end.id(), end.at() - KEPT_SECONDS, this::add);
      read = end.id();
    }
    spent.values().removeIf(old -> old.at() < end.at() - KEPT_SECONDS);
  }

  private void add(EventRow row) {
    var event =
        new PolicyEvent(1, row.id(), row.runId(), row.kind(), row.createdAt(), row.payloadObject());
    try {
      RunEnd end = fold.judgedEnd(event).orElse(null);
      if (end == null || end.lane() == null) {
        return;
      }
      Burn burn = Burn.of(end, fold.budget(event));
      if (!burn.equals(Burn.NONE)) {
        spent.put(row.id(), new Spent(end.lane(), end.model(), row.createdAt(), burn));
      }
    } catch (MalformedMessageException e) {
      log.warn("Event {} costs nothing: {}", row.id(), e.getMessage());
    }
  }
}
