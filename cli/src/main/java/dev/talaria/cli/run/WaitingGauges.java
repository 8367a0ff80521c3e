package dev.talaria.cli.run;

import dev.talaria.board.waiting.WaitCode;
import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.cli.metrics.BoardMeter;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.service.metrics.Meters;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One gauge for each board, lane and reason for which tasks wait or waited since the start. Names of lanes come from
 * outside: what cannot be a lane, and the lanes after the first hundred of a board, are counted together as {@code other}.
 * Thread-safe.
 */
final class WaitingGauges {
  private static final int MOST_LANES = 100;
  private static final String OTHER = "other";
  private static final String NOBODY = "none";

  private final Meters meters;
  private final Map<Series, AtomicLong> series = new HashMap<>();
  private final Map<BoardKey, Set<String>> lanes = new HashMap<>();

  WaitingGauges(Meters meters) {
    this.meters = meters;
  }

  private record Series(BoardKey board, String lane, WaitCode reason) {}

  /** Takes in a count of a whole board; what it leaves out waits no more. */
  synchronized void set(BoardKey board, Map<WaitingCounts.Key, Long> counts) {
    Map<Series, Long> now = new HashMap<>();
    counts.forEach((key, n) ->
        now.merge(new Series(board, label(board, key.lane()), key.reason()), n, Long::sum));
    series.forEach((known, value) -> {
      if (known.board().equals(board) && !now.containsKey(known)) {
        value.set(0);
      }
    });
    now.forEach((it, n) -> series.computeIfAbsent(it, this::registered).set(n));
  }

  private AtomicLong registered(Series it) {
    var value = new AtomicLong();
    meters.gauge(
        BoardMeter.WAITING,
        value::get,
        it.board().toString(),
        it.lane(),
        it.reason().wire());
    return value;
  }

  private String label(BoardKey board, String lane) {
    if (lane.isEmpty()) {
      return NOBODY;
    }
    Set<String> known = lanes.computeIfAbsent(board, key -> new HashSet<>());
    boolean named =
        known.contains(lane) || Lane.isLane(lane) && known.size() < MOST_LANES && known.add(lane);
    return named ? lane : OTHER;
  }
}
