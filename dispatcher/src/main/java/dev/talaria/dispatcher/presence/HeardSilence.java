package dev.talaria.dispatcher.presence;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How long each sender has been silent, as far as that silence was heard. The clock of a silence runs only while the
 * reader's own signs of life come back to it; after every gap (Kafka away, reader asleep, reader just started) all
 * silences start again from zero (DESIGN 6.6, REVIEW R1, R29). Times are monotonic nanoseconds. One thread.
 *
 * @param <K> what names a sender
 */
public final class HeardSilence<K> {
  private final long gapNanos;
  private final long gapMillis;
  private final Map<K, Long> lastHeard = new HashMap<>();
  private long lastProof;
  private long lastProofWall;
  private long hearingSince;
  private boolean hearing;

  /**
   * A clock that takes it for a gap when no proof of hearing came for so long.
   *
   * @param gap longer than the interval of the reader's own beats
   */
  public HeardSilence(Duration gap) {
    this.gapNanos = gap.toNanos();
    this.gapMillis = gap.toMillis();
  }

  /**
   * The reader's own beat came back: all that was sent before it has been heard. A monotonic clock goes on while a process is
   * stopped and stands while the machine is suspended, so the wall clock is asked too; one that is set forward costs a
   * silence its beginning and nothing else.
   *
   * @param wallMillis epoch milliseconds
   */
  public void heardOwnBeat(long now, long wallMillis) {
    if (!hearing || now - lastProof > gapNanos || wallMillis - lastProofWall > gapMillis) {
      hearing = true;
      hearingSince = now;
    }
    lastProof = now;
    lastProofWall = wallMillis;
  }

  /** A sender was heard. */
  public void heard(K sender, long now) {
    lastHeard.put(sender, now);
  }

  /** From now on a sender is listened for, if it was not heard before. */
  public void expect(K sender, long now) {
    lastHeard.putIfAbsent(sender, now);
  }

  /** Nothing more is to be known of a sender. */
  public void forget(K sender) {
    lastHeard.remove(sender);
  }

  /** Everybody who was heard or is listened for. */
  public Set<K> senders() {
    return Set.copyOf(lastHeard.keySet());
  }

  /** How long a sender has been heard to be silent; zero while nothing can be heard. */
  public Duration silence(K sender, long now) {
    if (!isHearing(now)) {
      return Duration.ZERO;
    }
    long from = Math.max(lastHeard.getOrDefault(sender, hearingSince), hearingSince);
    return Duration.ofNanos(Math.max(0, lastProof - from));
  }

  /** Whether the reader hears at all. */
  public boolean isHearing(long now) {
    return hearing && now - lastProof <= gapNanos;
  }
}
