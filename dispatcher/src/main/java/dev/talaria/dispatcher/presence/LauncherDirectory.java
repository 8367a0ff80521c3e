package dev.talaria.dispatcher.presence;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is known of every launcher from its beats. Written by the control reader, read by the owners of boards;
 * thread-safe.
 *
 * <p>Two instances may speak under one name: one that was started anew, or two machines with the same id. A run belongs to
 * the instance that lists it, else to the one that it was granted to; another may take over only when that one is known to
 * be gone: it said farewell, its successor holds its lock and it was not heard since, or it has been heard to be silent for
 * {@code lostAfter} (DESIGN 7).
 */
public final class LauncherDirectory {
  /** A process that is gone may still have had a beat under way; one that beats on is not gone, whoever says so. */
  private static final Duration SUCCESSION = Duration.ofSeconds(5);

  private final Duration lostAfter;
  private final Duration succession;
  private final Duration kept;
  private final HeardSilence<String> silence;
  private final Map<LauncherKey, LauncherBeat> latest = new HashMap<>();
  private final Set<String> saidFarewell = new HashSet<>();
  private final Set<String> succeeded = new HashSet<>();
  private final Map<String, Duration> absences = new HashMap<>();
  private Set<String> lost = Set.of();

  /**
   * A directory.
   *
   * @param lostAfter how long a launcher must have been heard to be silent to count as gone
   * @param gap see {@link HeardSilence}
   * @param kept how long a launcher that is gone is remembered; longer than anything waits for one to return
   */
  public LauncherDirectory(Duration lostAfter, Duration gap, Duration kept) {
    this.lostAfter = lostAfter;
    this.succession = lostAfter.compareTo(SUCCESSION) < 0 ? lostAfter : SUCCESSION;
    this.kept = kept;
    this.silence = new HeardSilence<>(gap);
  }

  /**
   * This dispatcher's own beat came back to it.
   *
   * @param wallMillis epoch milliseconds
   * @return whether somebody is gone since the last time, so that runs are to be looked after
   */
  public synchronized boolean heardOwnBeat(long nowNanos, long wallMillis) {
    silence.heardOwnBeat(nowNanos, wallMillis);
    trim(nowNanos);
    Set<String> before = lost;
    lost = silence.senders().stream()
        .filter(instance -> isGone(instance, nowNanos))
        .collect(Collectors.toUnmodifiableSet());
    return !before.containsAll(lost);
  }

  /** Whether what is sent is heard at all, or Kafka is away. */
  public synchronized boolean isHearing(long nowNanos) {
    return silence.isHearing(nowNanos);
  }

  /**
   * Takes in a beat; false when another instance of that name is the later one and lives, and what the beat says of the
   * launcher is not for now. That its instance lives is noted all the same.
   */
  public synchronized boolean heard(LauncherBeat beat, long nowNanos) {
    String instance = beat.instance();
    LauncherBeat known = latest.get(beat.launcher());
    boolean later = known == null
        || known.instance().equals(instance)
        || known.incarnation() < beat.incarnation()
        || isGone(known.instance(), nowNanos);
    silence.heard(instance, nowNanos);
    absences.remove(instance);
    if (beat.succeeds() != null) {
      succeeded.add(beat.succeeds());
    }
    if (beat.farewell()) {
      saidFarewell.add(instance);
      absences.put(instance, announcedAbsence(beat));
    } else {
      saidFarewell.remove(instance);
    }
    if (later) {
      latest.put(beat.launcher(), beat);
    }
    return later;
  }

  /** How long it said that it would be away, by its own clock; only the difference is used, so no clock needs to be right. */
  private static Duration announcedAbsence(LauncherBeat beat) {
    Long backBy = beat.standing() == null ? null : beat.standing().backBy();
    return backBy == null ? Duration.ZERO : Duration.ofMillis(Math.max(0, backBy - beat.at()));
  }

  public synchronized Optional<LauncherBeat> latest(LauncherKey launcher) {
    return Optional.ofNullable(latest.get(launcher));
  }

  public synchronized List<LauncherBeat> all() {
    return new ArrayList<>(latest.values());
  }

  /** How a launcher stands, as far as its beats tell. */
  public enum Standing {
    PRESENT,
    LOST,
    LEFT
  }

  /** All launchers that are remembered. */
  public synchronized Map<LauncherKey, Standing> standings(long nowNanos) {
    Map<LauncherKey, Standing> standings = new HashMap<>();
    latest.forEach((launcher, beat) -> standings.put(
        launcher,
        beat.farewell()
            ? Standing.LEFT
            : isPresent(beat, nowNanos) ? Standing.PRESENT : Standing.LOST));
    return standings;
  }

  /** How many launchers stand so. */
  public long count(Standing standing, long nowNanos) {
    return standings(nowNanos).values().stream().filter(standing::equals).count();
  }

  /** Launchers that serve a lane, were heard within the last {@code lostAfter} and have not said farewell. */
  public synchronized List<LauncherBeat> serving(Lane lane, long nowNanos) {
    return latest.values().stream()
        .filter(beat -> beat.lanes().contains(lane) && isPresent(beat, nowNanos))
        .toList();
  }

  /** Whether what is sent to a launcher finds somebody. */
  public synchronized boolean isPresent(LauncherKey launcher, long nowNanos) {
    LauncherBeat beat = latest.get(launcher);
    return beat != null && isPresent(beat, nowNanos);
  }

  private boolean isPresent(LauncherBeat beat, long nowNanos) {
    return !beat.farewell() && silence.silence(beat.instance(), nowNanos).compareTo(lostAfter) < 0;
  }

  /**
   * Whether a run will never be heard of again although its launcher speaks: another instance than the one that it was
   * granted to does not list it, and that one is gone.
   */
  public synchronized boolean isForsaken(
      LauncherKey launcher, String grantedTo, RunKey run, long nowNanos) {
    LauncherBeat beat = latest.get(launcher);
    silence.expect(grantedTo, nowNanos);
    return beat != null
        && !beat.instance().equals(grantedTo)
        && !beat.runs().contains(run)
        && isGone(grantedTo, nowNanos);
  }

  /**
   * How long the instance that has a run has been heard to be silent, beyond an absence that it announced. One that was
   * never heard from is listened for from the first such question on.
   */
  public synchronized Duration silenceOf(
      LauncherKey launcher, String grantedTo, RunKey run, long nowNanos) {
    LauncherBeat beat = latest.get(launcher);
    String instance = beat != null && beat.runs().contains(run) ? beat.instance() : grantedTo;
    silence.expect(instance, nowNanos);
    Duration heard = silence.silence(instance, nowNanos);
    Duration beyond = heard.minus(absences.getOrDefault(instance, Duration.ZERO));
    return beyond.isNegative() ? Duration.ZERO : beyond;
  }

  private boolean isGone(String instance, long nowNanos) {
    Duration silent = silence.silence(instance, nowNanos);
    return saidFarewell.contains(instance)
        || silent.compareTo(lostAfter) >= 0
        || succeeded.contains(instance) && silent.compareTo(succession) >= 0;
  }

  /** Nobody asks any more for who is gone for so long. */
  private void trim(long nowNanos) {
    for (String instance : silence.senders()) {
      Duration wait = kept.plus(absences.getOrDefault(instance, Duration.ZERO));
      if (silence.silence(instance, nowNanos).compareTo(wait) >= 0) {
        silence.forget(instance);
        saidFarewell.remove(instance);
        succeeded.remove(instance);
        absences.remove(instance);
        latest.values().removeIf(beat -> beat.instance().equals(instance));
      }
    }
  }
}
