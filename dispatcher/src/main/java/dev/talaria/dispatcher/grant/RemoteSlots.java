package dev.talaria.dispatcher.grant;

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
import org.jspecify.annotations.Nullable;

/**
 * The free slots of launchers elsewhere, as far as they are known: what each said in its last beat, less what it was granted
 * since and has not listed in a beat yet. A slot that a beat did not show as free is not given out again when its run ends:
 * the launcher itself then takes offers, so that the boards share it. Thread-safe: the boards of a host share it. Times are
 * monotonic nanoseconds.
 *
 * <p>Boards of other hosts grant to the same launchers. Where two use the same slot, the launcher gives one run back, and
 * gets nothing more of that lane directly until its next beat; where that happens again, for twice as many beats each time.
 * Meanwhile the lane's work is offered, so that the launcher itself divides its slots among the boards.
 */
public final class RemoteSlots {
  /** Two beats and a half: who is quiet for longer is offered work, which it must ask for. */
  private static final long KNOWN_NANOS = Duration.ofSeconds(5).toNanos();

  /** A grant that no beat lists after so long was lost or ended; it is given again, or taken back, by others. */
  private static final long UNSEEN_NANOS = Duration.ofSeconds(10).toNanos();

  private static final int MOST_BEATS = 16;

  private final @Nullable LauncherKey own;
  private final Map<LauncherKey, Known> launchers = new HashMap<>();

  /** @param own the launcher of this JVM, which has a {@link SlotLedger}; or null */
  public RemoteSlots(@Nullable LauncherKey own) {
    this.own = own;
  }

  private record Flight(Lane lane, long since) {}

  /**
   * Why a lane gets nothing directly for now.
   *
   * @param length how many beats long
   * @param beatsLeft how many of them are still to come; negative once they are over
   */
  private record Refusal(int length, int beatsLeft) {
    Refusal after() {
      return new Refusal(length, beatsLeft - 1);
    }

    static Refusal next(@Nullable Refusal before) {
      if (before != null && before.beatsLeft > 0) {
        return before; // another one of the same lot
      }
      int length = before == null ? 1 : Math.min(MOST_BEATS, 2 * before.length);
      return new Refusal(length, length);
    }
  }

  private static final class Known {
    private LauncherBeat beat;
    private long heard;
    private final Map<RunKey, Flight> flying = new HashMap<>();
    private final Map<Lane, Integer> reserved = new HashMap<>();
    private final Map<Lane, Refusal> refused = new HashMap<>();

    Known(LauncherBeat beat, long heard) {
      this.beat = beat;
      this.heard = heard;
    }

    private boolean isRefused(Lane lane) {
      Refusal refusal = refused.get(lane);
      return refusal != null && refusal.beatsLeft() > 0;
    }

    /** One beat less; a lane that has been let alone for as long again is trusted as before. */
    void beatPassed() {
      refused.replaceAll((lane, refusal) -> refusal.after());
      refused.values().removeIf(refusal -> refusal.beatsLeft() < -refusal.length());
    }

    int free(Lane lane) {
      var standing = beat.standing();
      if (standing == null || isRefused(lane) || !beat.lanes().contains(lane)) {
        return 0;
      }
      long inLane =
          flying.values().stream().filter(it -> it.lane().equals(lane)).count();
      int reservedAll = reserved.values().stream().mapToInt(Integer::intValue).sum();
      long left = Math.min(
          beat.free() - flying.size() - reservedAll,
          standing.laneFree().getOrDefault(lane.name(), 0)
              - inLane
              - reserved.getOrDefault(lane, 0));
      return (int) Math.max(0, left);
    }
  }

  /** A launcher was heard. */
  public synchronized void heard(LauncherBeat beat, long now) {
    if (beat.launcher().equals(own)) {
      return;
    }
    Known known = launchers.computeIfAbsent(beat.launcher(), key -> new Known(beat, now));
    if (known.beat.incarnation() < beat.incarnation()) {
      known.flying.clear();
    }
    known.beat = beat;
    known.heard = now;
    known.beatPassed();
    known.flying.keySet().removeAll(new HashSet<>(beat.runs()));
    known.flying.values().removeIf(flight -> now - flight.since() > UNSEEN_NANOS);
  }

  /** Launchers that may be granted to without an offer now. */
  public synchronized List<LauncherBeat> present(long now) {
    List<LauncherBeat> present = new ArrayList<>();
    launchers.values().forEach(known -> {
      var standing = known.beat.standing();
      if (!known.beat.farewell()
          && standing != null
          && standing.drain() == null
          && now - known.heard <= KNOWN_NANOS) {
        present.add(known.beat);
      }
    });
    present.sort(java.util.Comparator.comparing(beat -> beat.launcher().toString()));
    return present;
  }

  /** How many more workers of a lane it would take, as far as is known. */
  public synchronized int free(LauncherKey launcher, Lane lane) {
    Known known = launchers.get(launcher);
    return known == null ? 0 : known.free(lane);
  }

  /** How many runs it was granted directly that it has not listed yet. */
  public synchronized int flying(LauncherKey launcher) {
    Known known = launchers.get(launcher);
    return known == null ? 0 : known.flying.size();
  }

  /** Slots set aside for grants that are about to be made; ended by {@link #settle}. One thread. */
  public static final class Reservation {
    private final LauncherKey launcher;
    private final Lane lane;
    private int slots;
    private final List<RunKey> granted = new ArrayList<>();

    private Reservation(LauncherKey launcher, Lane lane, int slots) {
      this.launcher = launcher;
      this.lane = lane;
      this.slots = slots;
    }

    public int slots() {
      return slots;
    }
  }

  /** Takes up to so many slots of a lane; empty when none is free. */
  public synchronized Optional<Reservation> reserve(LauncherKey launcher, Lane lane, int wanted) {
    Known known = launchers.get(launcher);
    int got = known == null ? 0 : Math.min(wanted, known.free(lane));
    if (known == null || got <= 0) {
      return Optional.empty();
    }
    known.reserved.merge(lane, got, Integer::sum);
    return Optional.of(new Reservation(launcher, lane, got));
  }

  /** These are to have the slots, once they are durable; what is left over is free for other lanes at once. */
  public synchronized void granted(Reservation reservation, List<RunKey> runs) {
    Known known = launchers.get(reservation.launcher);
    if (known != null) {
      known.reserved.merge(reservation.lane, runs.size() - reservation.slots, Integer::sum);
    }
    reservation.slots = runs.size();
    reservation.granted.addAll(runs);
  }

  /** The reserved slots became runs, if they are durable; else they are free again. */
  public synchronized void settle(Reservation reservation, boolean durable, long now) {
    Known known = launchers.get(reservation.launcher);
    if (known != null) {
      known.reserved.merge(reservation.lane, -reservation.slots, Integer::sum);
      if (durable) {
        reservation.granted.forEach(
            run -> known.flying.put(run, new Flight(reservation.lane, now)));
      }
    }
  }

  /** A run has ended. */
  public synchronized void ended(RunKey run) {
    launchers.values().forEach(known -> known.flying.remove(run));
  }

  /** A launcher had no slot for a run: what is known of it is wrong, until it is heard again. */
  public synchronized void givenBack(RunKey run) {
    launchers.values().forEach(known -> {
      Flight flight = known.flying.remove(run);
      if (flight != null) {
        known.refused.put(flight.lane(), Refusal.next(known.refused.get(flight.lane())));
      }
    });
  }
}
