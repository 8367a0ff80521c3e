package dev.talaria.dispatcher.presence;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of every launcher from its beats. Written by the control reader, read by the owners of boards;
 * thread-safe.
 *
 * <p>A newer instance of a launcher may speak for the runs of an older one only when the older one is known to be gone: it
 * said farewell, the newer one holds its lock, or it has been heard to be silent for {@code lostAfter} (DESIGN 7).
 */
public final class LauncherDirectory {
  private final Duration lostAfter;
  private final HeardSilence<String> silence;
  private final Map<LauncherKey, LauncherBeat> latest = new HashMap<>();
  private final Map<LauncherKey, Set<String>> gone = new HashMap<>();

  /**
   * A directory.
   *
   * @param lostAfter how long a launcher must have been heard to be silent to count as gone
   * @param gap see {@link HeardSilence}
   */
  public LauncherDirectory(Duration lostAfter, Duration gap) {
    this.lostAfter = lostAfter;
    this.silence = new HeardSilence<>(gap);
  }

  /** This dispatcher's own beat came back to it. */
  public synchronized void heardOwnBeat(long nowNanos) {
    silence.heardOwnBeat(nowNanos);
  }

  /** Whether what is sent is heard at all, or Kafka is away. */
  public synchronized boolean isHearing(long nowNanos) {
    return silence.isHearing(nowNanos);
  }

  /** Takes in a beat; false when it is from an instance older than the one known, and changes nothing. */
  public synchronized boolean heard(LauncherBeat beat, long nowNanos) {
    LauncherBeat known = latest.get(beat.launcher());
    if (known != null && known.incarnation() > beat.incarnation()) {
      return false;
    }
    latest.put(beat.launcher(), beat);
    if (beat.succeeds() != null) {
      gone(beat.launcher()).add(beat.succeeds());
    }
    if (beat.farewell()) {
      gone(beat.launcher()).add(beat.instance());
      silence.forget(beat.instance());
    } else {
      silence.heard(beat.instance(), nowNanos);
    }
    return true;
  }

  public synchronized Optional<LauncherBeat> latest(LauncherKey launcher) {
    return Optional.ofNullable(latest.get(launcher));
  }

  public synchronized List<LauncherBeat> all() {
    return new ArrayList<>(latest.values());
  }

  /** Launchers that serve a lane, were heard within the last {@code lostAfter} and have not said farewell. */
  public synchronized List<LauncherBeat> serving(Lane lane, long nowNanos) {
    return latest.values().stream()
        .filter(beat -> !beat.farewell() && beat.lanes().contains(lane))
        .filter(beat -> silence.silence(beat.instance(), nowNanos).compareTo(lostAfter) < 0)
        .toList();
  }

  /** Whether an instance is known to be gone for good. */
  public synchronized boolean isGone(LauncherKey launcher, String instance, long nowNanos) {
    Set<String> known = gone.get(launcher);
    return known != null && known.contains(instance)
        || silence.silence(instance, nowNanos).compareTo(lostAfter) >= 0;
  }

  /** How long the launcher that holds a run has been heard to be silent, whichever instance speaks for it now. */
  public synchronized Duration silenceOf(
      LauncherKey launcher, @Nullable String grantedTo, long nowNanos) {
    LauncherBeat beat = latest.get(launcher);
    String instance = beat == null ? grantedTo : beat.instance();
    return instance == null ? Duration.ZERO : silence.silence(instance, nowNanos);
  }

  private Set<String> gone(LauncherKey launcher) {
    return gone.computeIfAbsent(launcher, key -> new HashSet<>());
  }
}
