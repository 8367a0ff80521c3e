package dev.talaria.dispatcher.presence;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How long each sender has been silent, as far as that silence was heard. The clock of a silence runs only while the
 * reader's own signs of life come back to it; after every gap (Kafka away, reader asleep, reader just started) all
 * silences start again from zero (DESIGN 6.6, REVIEW R1). Times are monotonic nanoseconds. One thread.
 *
 * @param <K> what names a sender
 */
public final class HeardSilence<K> {
  private final long gapNanos;
  private final Map<K, Long> lastHeard = new HashMap<>();
  private long lastProof;
  private long hearingSince;
  private boolean hearing;

  /**
   * A clock that takes it for a gap when no proof of hearing came for so long.
   *
   * @param gap longer than the interval of the reader's own beats
   */
  public HeardSilence(Duration gap) {
    this.gapNanos = gap.toNanos();
  }

  /** The reader's own beat came back: all that was sent before it has been heard. */
  public void heardOwnBeat(long now) {
    if (!hearing || now - lastProof > gapNanos) {
      hearing = true;
      hearingSince = now;
    }
    lastProof = now;
  }

  /** A sender was heard. */
  public void heard(K sender, long now) {
    lastHeard.put(sender, now);
  }

  /** A sender said farewell; nothing more is expected of it. */
  public void forget(K sender) {
    lastHeard.remove(sender);
  }

  /** How long a sender has been heard to be silent; zero while nothing can be heard. */
  public Duration silence(K sender, long now) {
    if (!hearing || now - lastProof > gapNanos) {
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
