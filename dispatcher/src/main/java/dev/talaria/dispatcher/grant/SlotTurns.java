package dev.talaria.dispatcher.grant;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Whose turn it is for a slot that several boards of a host want: theirs who have fewest runs in their lane, among those
 * theirs who got one longest ago. Who wants a slot says so again and again; who does not is not waited for. Times are
 * monotonic nanoseconds. Not thread-safe: {@link SlotLedger} guards it.
 */
final class SlotTurns {
  /** Three looks of a board that has nothing else to do: one that is busy for longer loses its turn. */
  private static final long WAITS_NANOS = Duration.ofSeconds(3).toNanos();

  private static final long RENEW_NANOS = Duration.ofSeconds(1).toNanos();

  private final Map<Seeker, Long> waiting = new HashMap<>();
  private final Map<Seeker, Long> served = new HashMap<>();
  private long lastServed;

  /** Who wants slots: a board, for one lane. */
  record Seeker(BoardKey board, Lane lane) {}

  /** It has work and found no slot. */
  void waits(Seeker seeker, long now) {
    waiting.put(seeker, now);
  }

  /** It has no use for a slot; says whether it was waited for. */
  boolean leaves(Seeker seeker) {
    return waiting.remove(seeker) != null;
  }

  /** Whether it has said so just now. */
  boolean hasJustSaidSo(Seeker seeker, long now) {
    Long since = waiting.get(seeker);
    return since != null && now - since < RENEW_NANOS;
  }

  /** It got a slot. */
  void served(Seeker seeker) {
    served.put(seeker, ++lastServed);
  }

  /**
   * How many of so many slots a board may take in a lane while others wait for them too.
   *
   * @param room how many slots a lane has left
   * @param running how many runs a seeker has
   */
  int share(
      Seeker asker, int wanted, ToIntFunction<Lane> room, ToIntFunction<Seeker> running, long now) {
    waiting.values().removeIf(since -> now - since > WAITS_NANOS);
    int most = Math.max(0, Math.min(wanted, room.applyAsInt(asker.lane())));
    List<Seeker> others = waiting.keySet().stream()
        .filter(seeker -> !seeker.board().equals(asker.board()))
        .toList();
    if (others.isEmpty() || most == 0) {
      return most;
    }
    Map<Lane, Integer> rooms = new HashMap<>();
    Map<Seeker, Integer> runs = new HashMap<>();
    List<Seeker> all = Stream.concat(others.stream(), Stream.of(asker)).toList();
    all.forEach(seeker -> {
      rooms.put(seeker.lane(), room.applyAsInt(seeker.lane()));
      runs.put(seeker, running.applyAsInt(seeker));
    });
    Comparator<Seeker> turn = Comparator.<Seeker>comparingInt(it -> runs.getOrDefault(it, 0))
        .thenComparingLong(it -> served.getOrDefault(it, 0L))
        .thenComparing(Seeker::toString);
    int got = 0;
    for (int left = wanted; left > 0 && rooms.getOrDefault(asker.lane(), 0) > 0; left--) {
      Seeker next = all.stream()
          .filter(it -> rooms.getOrDefault(it.lane(), 0) > 0)
          .min(turn)
          .orElse(asker);
      rooms.merge(next.lane(), -1, Integer::sum);
      runs.merge(next, 1, Integer::sum);
      got += next.equals(asker) ? 1 : 0;
    }
    return got;
  }
}
