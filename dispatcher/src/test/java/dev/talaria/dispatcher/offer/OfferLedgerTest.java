package dev.talaria.dispatcher.offer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.Lane;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OfferLedgerTest {
  private static final Lane LANE = new Lane("coder");

  private final OfferLedger ledger = new OfferLedger(8, Duration.ofSeconds(2));

  private static long at(double seconds) {
    return (long) (seconds * 1e9);
  }

  @Test
  void shouldNeverHaveMoreOutThanReadyTasksOrTheWindow() {
    assertThat(ledger.toSend(LANE, 3, true, at(0))).isEqualTo(3);
    assertThat(ledger.toSend(LANE, 3, true, at(0.1))).isZero();
    assertThat(ledger.toSend(LANE, 100, true, at(0.2))).isEqualTo(5);
    assertThat(ledger.toSend(LANE, 100, true, at(0.3))).isZero();
  }

  @Test
  void shouldOfferAgainAsManyAsWereTaken() {
    ledger.toSend(LANE, 100, true, at(0));
    ledger.taken(LANE, 3, at(0.1));

    assertThat(ledger.toSend(LANE, 100, true, at(0.1))).isEqualTo(3);
    ledger.taken(LANE, 50, at(0.2)); // of an earlier start's offers too
    assertThat(ledger.toSend(LANE, 100, true, at(0.2))).isEqualTo(8);
  }

  @Test
  void shouldCountLanesApart() {
    ledger.toSend(LANE, 100, true, at(0));

    assertThat(ledger.toSend(new Lane("writer"), 2, true, at(0))).isEqualTo(2);
  }

  @Test
  void shouldTakeOffersForLostAfterTwoSecondsOfFreeSlots() {
    ledger.toSend(LANE, 8, true, at(0));

    assertThat(ledger.toSend(LANE, 8, true, at(1.9))).isZero();
    assertThat(ledger.toSend(LANE, 8, true, at(2.1))).isEqualTo(8);
    assertThat(ledger.toSend(LANE, 8, true, at(3))).isZero();
  }

  @Test
  void shouldNotTakeOffersForLostWhileNoLauncherHasAFreeSlot() {
    ledger.toSend(LANE, 8, false, at(0));

    for (int second = 1; second < 600; second++) {
      assertThat(ledger.toSend(LANE, 8, false, at(second))).isZero();
    }
  }

  @Test
  void shouldCountTheTwoSecondsFromWhenASlotBecameFree() {
    ledger.toSend(LANE, 8, false, at(0));
    ledger.toSend(LANE, 8, false, at(600));

    assertThat(ledger.toSend(LANE, 8, true, at(601)))
        .as("a slot has just become free, and its launcher is about to take an offer")
        .isZero();
    assertThat(ledger.toSend(LANE, 8, false, at(602))).isZero();
    assertThat(ledger.toSend(LANE, 8, true, at(603))).isZero();
    assertThat(ledger.toSend(LANE, 8, true, at(604.5))).isZero();
    assertThat(ledger.toSend(LANE, 8, true, at(605.1))).isEqualTo(8);
  }

  @Test
  void shouldKeepItsBoundsWhateverHappens() {
    var random = new Random(42);
    int out = 0;
    double now = 0;
    for (int i = 0; i < 10_000; i++) {
      now += random.nextDouble() / 10; // never two seconds without a move: nothing counts as lost
      int ready = random.nextInt(20);
      out += ledger.toSend(LANE, ready, random.nextBoolean(), at(now));
      assertThat(out).isLessThanOrEqualTo(8);
      int taken = random.nextInt(out + 1);
      ledger.taken(LANE, taken, at(now));
      out -= taken;
    }
  }
}
