package dev.talaria.launcher.claim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides a launcher's free slots among those whose offers came in one poll: evenly, and what cannot be divided goes to
 * whoever has waited longest for a slot. One that puts more offers on the topic gets no more for it. One thread.
 *
 * @param <S> where work is
 */
final class ClaimTurns<S> {
  private final Map<S, Long> lastServed = new HashMap<>();
  private long turn;

  /** How many slots each may have, in the order of turns; zero for those that have to wait. */
  Map<S, Integer> divide(Iterable<S> sources, int free) {
    List<S> inTurn = new ArrayList<>();
    sources.forEach(inTurn::add);
    inTurn.sort(Comparator.comparingLong(source -> lastServed.getOrDefault(source, 0L)));
    Map<S, Integer> shares = new LinkedHashMap<>();
    for (int i = 0; i < inTurn.size(); i++) {
      int share = free / inTurn.size() + (i < free % inTurn.size() ? 1 : 0);
      shares.put(inTurn.get(i), share);
      if (share > 0) {
        lastServed.put(inTurn.get(i), ++turn);
      }
    }
    return shares;
  }
}
