package dev.talaria.dispatcher.grant;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.ReadyWork;
import dev.talaria.dispatcher.apply.Turn;
import dev.talaria.dispatcher.placement.Candidate;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Grants a board's work to launchers elsewhere that are known to have free slots, without an offer and a claim between: by
 * lane, those with most free slots first, each only what it fits. Used by the board's owner thread alone.
 */
public final class DirectGrants {
  private final String host;
  private final RemoteSlots slots;
  private final Granting granting;
  private final List<RemoteSlots.Reservation> open = new ArrayList<>();
  private final LookRests<Where> rests;

  private record Where(LauncherKey launcher, Lane lane) {}

  /**
   * @param host the board's own
   * @param nanos by which looks are timed
   */
  public DirectGrants(String host, RemoteSlots slots, Granting granting, LongSupplier nanos) {
    this.rests = new LookRests<>(nanos);
    this.host = host;
    this.slots = slots;
    this.granting = granting;
  }

  /** Whether {@link #grant} would find work and somebody for it. */
  public boolean canGrant(Tx tx, long now) {
    for (LauncherBeat beat : slots.present(now)) {
      for (Lane lane : beat.lanes()) {
        if (slots.free(beat.launcher(), lane) > 0 && findsWork(tx, beat, lane, now)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean findsWork(Tx tx, LauncherBeat beat, Lane lane, long now) {
    return rests.look(
        new Where(beat.launcher(), lane),
        now,
        () -> granting.hasWork(tx, lane, Candidate.of(beat, host)));
  }

  /** Whether a launcher that is present has a free slot in the lane: what it does not get, it does not fit. */
  public boolean isReached(Lane lane, long now) {
    return slots.present(now).stream().anyMatch(beat -> slots.free(beat.launcher(), lane) > 0);
  }

  /** Grants what there are slots for; {@link #settle} ends it, whatever becomes of the transaction. */
  public void grant(Tx tx, Turn turn, long now) {
    List<LauncherBeat> present = slots.present(now);
    Set<Lane> lanes = new TreeSet<>();
    present.forEach(beat -> lanes.addAll(beat.lanes()));
    for (Lane lane : lanes) {
      List<LauncherBeat> able = new ArrayList<>(present);
      able.removeIf(
          beat -> slots.free(beat.launcher(), lane) == 0 || !findsWork(tx, beat, lane, now));
      while (!able.isEmpty()) {
        LauncherBeat next = able.stream()
            .max(Comparator.comparingInt(beat -> slots.free(beat.launcher(), lane)))
            .orElseThrow();
        if (!grant(tx, turn, next, lane, able.size() > 1)) {
          able.remove(next);
        }
      }
    }
  }

  /** To one launcher: a part of its slots while others are there too. Says whether it may have more. */
  private boolean grant(Tx tx, Turn turn, LauncherBeat beat, Lane lane, boolean shared) {
    int free = slots.free(beat.launcher(), lane);
    int wanted = shared ? (free + 1) / 2 : free;
    var reservation = slots.reserve(beat.launcher(), lane, wanted).orElse(null);
    if (reservation == null) {
      return false;
    }
    open.add(reservation);
    ReadyWork.Taker taker = Candidate.of(beat, host);
    var recipient = new Granting.Recipient(beat.launcher(), beat.incarnation(), beat.instance());
    int most = reservation.slots();
    List<RunKey> runs = granting.grantDirectly(tx, turn, recipient, taker, lane, most);
    slots.granted(reservation, runs);
    return runs.size() == most;
  }

  /** What was granted is durable, or was undone. */
  public void settle(boolean durable, long now) {
    open.forEach(reservation -> slots.settle(reservation, durable, now));
    open.clear();
  }

  /** What the turn's reports say of runs elsewhere. */
  public void note(Turn turn) {
    turn.givenBack().forEach(slots::givenBack);
    turn.freedRuns().forEach(slots::ended);
  }

  /** How much of a claim may be granted: runs that were sent without being asked for have slots of it already. */
  public int allowed(LauncherKey claimer, int wanted) {
    return Math.max(0, wanted - slots.flying(claimer));
  }
}
