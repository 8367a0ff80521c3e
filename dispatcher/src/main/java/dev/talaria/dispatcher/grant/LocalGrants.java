package dev.talaria.dispatcher.grant;

import dev.talaria.board.Tx;
import dev.talaria.dispatcher.apply.Turn;
import dev.talaria.dispatcher.grant.SlotLedger.DirectLauncher;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.RunKey;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Grants a board's work to the launcher in this JVM. Where several boards share its slots, this one tells the ledger in
 * which lanes it waits, so that those that have slots leave it its share. Used by the board's owner thread alone.
 */
public final class LocalGrants {
  private final BoardKey board;
  private final SlotLedger slots;
  private final Granting granting;
  private final LookRests<Lane> rests;
  private boolean passesOn;

  /** @param nanos by which looks are timed */
  public LocalGrants(BoardKey board, SlotLedger slots, Granting granting, LongSupplier nanos) {
    this.rests = new LookRests<>(nanos);
    this.board = board;
    this.slots = slots;
    this.granting = granting;
    slots.join(board);
  }

  /**
   * Whether {@link #grant} would find work and a slot for it; the slot may be another board's turn.
   *
   * @param now monotonic nanoseconds
   */
  public boolean canGrant(Tx tx, long now) {
    boolean free = slots.free() > 0;
    for (Lane lane : slots.lanes()) {
      if (!free || slots.freeIn(lane) == 0) {
        waitFor(tx, lane, now);
      } else if (hasWork(tx, lane, now)) {
        return true;
      } else {
        passesOn |= slots.leaves(board, lane);
      }
    }
    return false;
  }

  /**
   * Grants what there are slots for; the reservation is to be settled when this is durable.
   *
   * @param freed runs that ended in this turn, whose slots are given out again
   * @param now monotonic nanoseconds
   */
  public void grant(
      Tx tx, Turn turn, SlotLedger.Reservation reserved, List<RunKey> freed, long now) {
    DirectLauncher launcher = slots.launcher();
    var to = new Granting.Recipient(launcher.key(), launcher.incarnation(), launcher.instance());
    int left = reserved.slots() + freed.size();
    for (Lane lane : slots.lanes()) {
      int most = left == 0 ? 0 : reserved.inLane(lane, left, freed);
      List<RunKey> runs = most == 0 || rests.isResting(lane, now)
          ? List.of()
          : granting.grantDirectly(tx, turn, to, launcher, lane, most);
      reserved.granted(lane, runs);
      left -= runs.size();
      if (runs.size() == most) {
        waitFor(tx, lane, now);
      } else {
        passesOn |= slots.leaves(board, lane);
      }
    }
  }

  /** Whether it has no use any more for a slot that others may have left to it; true once. */
  public boolean passesOn() {
    boolean was = passesOn;
    passesOn = false;
    return was;
  }

  /** Looks for work only where somebody could leave a slot for it. */
  private void waitFor(Tx tx, Lane lane, long now) {
    if (!slots.isShared() || slots.isWaiting(board, lane, now)) {
      return;
    }
    if (hasWork(tx, lane, now)) {
      slots.waits(board, lane, now);
    } else {
      passesOn |= slots.leaves(board, lane);
    }
  }

  private boolean hasWork(Tx tx, Lane lane, long now) {
    return OrderMirror.against(tx, lane.name(), slots.launcher().key()).isEmpty()
        && rests.look(lane, now, () -> granting.hasWork(tx, lane, slots.launcher()));
  }
}
