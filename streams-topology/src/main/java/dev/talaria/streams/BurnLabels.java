package dev.talaria.streams;

import dev.talaria.protocol.id.BoardKey;
import java.util.HashSet;
import java.util.Set;

/**
 * Label values of what failed runs cost. Lanes and models come from outside: what is too long to be one, and what comes
 * after so many, is counted together as {@code other}. Thread-safe.
 */
final class BurnLabels {
  static final String OTHER = "other";
  static final int MOST_NAMES = 100;
  static final int MOST_SERIES = 2_000;
  private static final String NONE = "none";
  private static final int LONGEST = 100;

  private final Set<String> boards = new HashSet<>();
  private final Set<String> lanes = new HashSet<>();
  private final Set<String> thirds = new HashSet<>();
  private final Set<String> series = new HashSet<>();

  /**
   * The values to use.
   *
   * @param third a model, or which budget
   */
  synchronized String[] of(BoardKey board, String lane, String third) {
    String[] values = {
      named(boards, board.toString()),
      named(lanes, lane.isEmpty() ? NONE : lane),
      named(thirds, third)
    };
    return isAmong(series, String.join("|", values), MOST_SERIES)
        ? values
        : new String[] {OTHER, OTHER, OTHER};
  }

  private static String named(Set<String> known, String name) {
    return name.length() <= LONGEST && isAmong(known, name, MOST_NAMES) ? name : OTHER;
  }

  private static boolean isAmong(Set<String> known, String name, int most) {
    return known.contains(name) || known.size() < most && known.add(name);
  }
}
