package dev.talaria.dispatcher.apply;

import java.util.Map;
import java.util.TreeMap;

/**
 * When events were committed, to some milliseconds: their rows carry whole seconds. An event was there when its id was seen
 * first, and within the second that its row says. Of older ones only that second is known. One thread.
 */
public final class CommitTimes {
  private static final int MOST = 10_000;
  private static final long SECOND = 1_000;

  private final TreeMap<Long, Long> seenAt = new TreeMap<>();

  /**
   * All events up to this one are there.
   *
   * @param millis since when at the latest, in epoch milliseconds
   */
  public void seen(long newest, long millis) {
    Map.Entry<Long, Long> last = seenAt.lastEntry();
    if (last == null || last.getKey() < newest) {
      seenAt.put(newest, millis);
    } else if (last.getKey() > newest) {
      seenAt.clear(); // another file is in its place
      seenAt.put(newest, millis);
    }
    if (seenAt.size() > MOST) {
      seenAt.pollFirstEntry();
    }
  }

  /**
   * When an event was committed, in epoch milliseconds.
   *
   * @param seconds as its row says
   */
  public long of(long event, long seconds) {
    long earliest = seconds * SECOND;
    Map.Entry<Long, Long> seen = seenAt.ceilingEntry(event);
    if (seen == null || seenAt.firstKey() >= event) {
      return earliest; // before the first look
    }
    return Math.max(earliest, Math.min(seen.getValue(), earliest + SECOND - 1));
  }
}
