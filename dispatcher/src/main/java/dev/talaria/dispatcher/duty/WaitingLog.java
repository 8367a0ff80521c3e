package dev.talaria.dispatcher.duty;

import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.board.waiting.WaitingCounts.Key;
import dev.talaria.protocol.id.BoardKey;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why tasks are not granted, each reason when it begins and when it ends. A reason that is gone at the next look is
 * not spoken of: a launcher that starts is heard some seconds later. Only reasons about which somebody may have to do
 * something are told. One thread.
 */
public final class WaitingLog {
  private static final Logger log = LoggerFactory.getLogger(WaitingLog.class);

  private final BoardKey board;
  private Set<Key> before = Set.of();
  private Set<Key> told = Set.of();

  public WaitingLog(BoardKey board) {
    this.board = board;
  }

  /** Tells what is new. */
  public void tell(Map<Key, Long> counts) {
    Set<Key> next = new HashSet<>();
    counts.forEach((key, n) -> {
      if (key.reason().isLoud() && (told.contains(key) || before.contains(key))) {
        next.add(key);
        if (!told.contains(key)) {
          log.info(
              "Board '{}': {}{} wait: {}. See 'talaria why'.",
              board,
              n >= WaitingCounts.MOST ? "at least " + n : n,
              tasksOf(key),
              key.reason().summary());
        }
      }
    });
    for (Key key : told) {
      if (!counts.containsKey(key)) {
        log.info(
            "Board '{}': no more{} wait: {}.", board, tasksOf(key), key.reason().summary());
      }
    }
    told = next;
    before = Set.copyOf(counts.keySet());
  }

  private static String tasksOf(Key key) {
    return key.lane().isEmpty() ? " tasks" : " tasks of '" + key.lane() + "'";
  }
}
