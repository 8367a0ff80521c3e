package dev.talaria.dispatcher.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.dispatcher.grant.SlotLedger.DirectLauncher;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The ledger never counts a slot free that is not. */
class SlotLedgerTest {
  private static final Lane WIDE = new Lane("wide");
  private static final Lane NARROW = new Lane("narrow");

  private final SlotLedger slots = new SlotLedger(
      new DirectLauncher(new LauncherKey("alpha", "main"), 1, "i", 4, Map.of(WIDE, 4, NARROW, 1)));

  private static RunKey run(long id) {
    return new BoardKey("alpha", "default").task("t_1").run(id);
  }

  private SlotLedger.Reservation reserve(int wanted) {
    return slots.reserve(run(1).board(), wanted, 0);
  }

  private static List<RunKey> runs(long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(SlotLedgerTest::run).toList();
  }

  private void grant(Lane lane, List<RunKey> runs) {
    SlotLedger.Reservation reservation = reserve(runs.size());
    assertThat(reservation.inLane(lane, runs.size(), List.of())).isEqualTo(runs.size());
    reservation.granted(lane, runs);
    slots.settle(reservation, true);
  }

  @Test
  void shouldNotCountLanesThatTheLauncherCannotStartAtTheMoment() {
    Set<Lane> startable = new HashSet<>(Set.of(WIDE));
    SlotLedger ledger = new SlotLedger(new DirectLauncher(
        new LauncherKey("alpha", "main"),
        1,
        "i",
        4,
        Map.of(WIDE, 4, NARROW, 1),
        startable::contains,
        Map.of()));

    assertThat(ledger.lanes()).containsExactly(WIDE);
    startable.add(NARROW);
    assertThat(ledger.lanes()).containsExactly(NARROW, WIDE);
  }

  @Test
  void shouldNotGiveASlotTwiceWhileItIsReserved() {
    SlotLedger.Reservation one = reserve(3);
    SlotLedger.Reservation two = reserve(3);

    assertThat(one.slots()).isEqualTo(3);
    assertThat(two.slots()).isEqualTo(1);
    assertThat(slots.free()).isZero();
  }

  @Test
  void shouldFreeWhatWasReservedAndNotGranted() {
    SlotLedger.Reservation reservation = reserve(4);
    reservation.inLane(WIDE, 4, List.of());
    reservation.granted(WIDE, runs(1, 2));
    slots.settle(reservation, true);

    assertThat(slots.free()).isEqualTo(2);
    assertThat(slots.freeIn(WIDE)).isEqualTo(2);
  }

  @Test
  void shouldFreeEverythingWhenTheTurnWasRolledBack() {
    SlotLedger.Reservation reservation = reserve(4);
    reservation.inLane(NARROW, 4, List.of());
    reservation.granted(NARROW, runs(1, 1));
    slots.settle(reservation, false);

    assertThat(slots.free()).isEqualTo(4);
    assertThat(slots.freeIn(NARROW)).isEqualTo(1);
    assertThat(slots.holds(run(1))).isFalse();
  }

  @Test
  void shouldTellABoardThatFoundNoSlotToLookAgain() {
    SlotLedger.Reservation one = reserve(4);
    assertThat(slots.free()).isZero(); // another board looks

    assertThat(slots.settle(one, true)).isTrue();
    assertThat(slots.settle(reserve(4), true)).isFalse();
  }

  @Test
  void shouldKeepALaneWithinItsOwnBound() {
    SlotLedger.Reservation reservation = reserve(4);
    assertThat(reservation.inLane(NARROW, 4, List.of())).isEqualTo(1);
    SlotLedger.Reservation other = reserve(4);
    assertThat(other.inLane(NARROW, 4, List.of())).isZero();
    reservation.granted(NARROW, runs(1, 1));
    slots.settle(reservation, true);

    assertThat(slots.freeIn(NARROW)).isZero();
    assertThat(slots.freeIn(WIDE)).isEqualTo(4);
  }

  @Test
  void shouldGiveTheSlotOfARunThatEndsInTheSameTurn() {
    grant(NARROW, runs(1, 1));
    SlotLedger.Reservation reservation = reserve(4);

    assertThat(reservation.inLane(NARROW, 4, runs(1, 1))).isEqualTo(1);
    reservation.granted(NARROW, runs(2, 2));
    slots.settle(reservation, true);
    slots.release(run(1));

    assertThat(slots.freeIn(NARROW)).isZero();
    assertThat(slots.holds(run(2))).isTrue();
  }

  @Test
  void shouldReleaseOnce() {
    grant(WIDE, runs(1, 4));
    assertThat(slots.free()).isZero();

    assertThat(slots.release(run(1))).isTrue();
    assertThat(slots.release(run(1))).isFalse();
    assertThat(slots.release(run(99))).isFalse();
    assertThat(slots.free()).isEqualTo(1);
  }

  @Test
  void shouldGiveNothingOnceClosed() {
    slots.occupy(run(1), WIDE);
    slots.closeForGrants();

    assertThat(slots.free()).isZero();
    assertThat(reserve(1).slots()).isZero();
    assertThat(slots.holds(run(1))).isFalse();
    assertThat(slots.release(run(1))).isTrue();
  }
}
