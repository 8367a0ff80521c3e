package dev.talaria.dispatcher.offer;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Allowance;
import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.ReadyWork;
import dev.talaria.board.dispatch.ReadyWork.Column;
import dev.talaria.protocol.id.Lane;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How much work there is to offer: as much as the caps allow, no more than the window, and only what every launcher of the
 * lane could take. Who takes an offer is not known beforehand; work that needs labels or a place goes to launchers that are
 * known to have them, without an offer.
 */
public final class OfferedWork {
  private static final ReadyWork.Taker ANY_LAUNCHER = new ReadyWork.Taker() {
    @Override
    public Map<String, String> labels() {
      return Map.of();
    }

    @Override
    public boolean scratchOnly() {
      return true;
    }

    @Override
    public boolean takes(String workspaceKind, @Nullable String workspacePath) {
      return false;
    }
  };

  private final Caps caps;
  private final int window;

  /** @param window the most offers of a lane that are out at once */
  public OfferedWork(Caps caps, int window) {
    this.caps = caps;
    this.window = window;
  }

  /**
   * The counts, without lanes that have none.
   *
   * @param offered whether a lane is offered at all
   */
  public Map<String, Long> by(Tx tx, Predicate<Lane> offered) {
    Map<String, Long> counts = new TreeMap<>();
    Allowance allowance = Allowance.of(tx, caps);
    for (String lane : GrantClaims.readyCountByLane(tx, 1).keySet()) {
      if (Lane.isLane(lane) && offered.test(new Lane(lane))) {
        // a profile's own bound does not concern what waits for a review
        long ready = count(tx, Column.READY, lane, Math.min(window, allowance.left(lane)));
        long all = ready
            + count(tx, Column.REVIEW, lane, (int) Math.min(window, allowance.left() - ready));
        counts.put(lane, Math.min(all, window));
      }
    }
    counts.values().removeIf(n -> n <= 0);
    return counts;
  }

  private static long count(Tx tx, Column column, String lane, int most) {
    return most <= 0 ? 0 : ReadyWork.best(tx, column, lane, ANY_LAUNCHER, most).size();
  }
}
