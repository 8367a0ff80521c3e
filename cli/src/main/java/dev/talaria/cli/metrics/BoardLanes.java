package dev.talaria.cli.metrics;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Label values of lanes. Their names come from outside: what cannot be a lane, and the lanes after the first hundred of a
 * board, are counted together as {@code other}. Thread-safe.
 */
final class BoardLanes {
  private static final int MOST_LANES = 100;

  private final Map<BoardKey, Names> byBoard = new ConcurrentHashMap<>();

  /** The value for a lane of a board; {@code none} for tasks of nobody. */
  String label(BoardKey board, String lane) {
    return lane.isEmpty() || Lane.isLane(lane)
        ? byBoard.computeIfAbsent(board, key -> new Names(MOST_LANES)).label(lane)
        : Names.OTHER;
  }
}
