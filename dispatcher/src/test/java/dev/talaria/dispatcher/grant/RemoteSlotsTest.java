package dev.talaria.dispatcher.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Presence.Standing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known of slots elsewhere between two beats. */
class RemoteSlotsTest {
  private static final LauncherKey BETA = new LauncherKey("beta", "main");
  private static final Lane LANE = new Lane("coder");
  private static final long SECOND = 1_000_000_000L;

  private final RemoteSlots slots = new RemoteSlots(new LauncherKey("alpha", "main"));

  private static RunKey run(int id) {
    return RunKey.parse("alpha/default#t_0000000" + id + "#" + id);
  }

  private static LauncherBeat beat(LauncherKey key, int free, int laneFree, RunKey... runs) {
    var standing = new Standing(Map.of(LANE.name(), laneFree), Map.of(), List.of(), null, null);
    return new LauncherBeat(
        key,
        "one",
        1,
        0,
        4,
        free,
        List.of(LANE),
        List.of(runs),
        Map.of(),
        "t",
        null,
        false,
        0,
        standing);
  }

  private void grant(long now, RunKey... runs) {
    var reservation = slots.reserve(BETA, LANE, runs.length).orElseThrow();
    slots.granted(reservation, List.of(runs));
    slots.settle(reservation, true, now);
  }

  @Test
  void shouldCountWhatIsUnderWayUntilABeatListsIt() {
    slots.heard(beat(BETA, 4, 3), 0);
    assertThat(slots.free(BETA, LANE)).isEqualTo(3);
    grant(0, run(1), run(2));
    assertThat(slots.free(BETA, LANE)).isEqualTo(1);
    slots.heard(beat(BETA, 3, 2, run(1)), SECOND);
    assertThat(slots.free(BETA, LANE)).as("one is listed, one still under way").isEqualTo(1);
    slots.ended(run(2));
    assertThat(slots.free(BETA, LANE)).as("it ended before any beat").isEqualTo(2);
    slots.ended(run(1));
    assertThat(slots.free(BETA, LANE))
        .as("a slot that the beat did not show as free is its launcher's to ask for")
        .isEqualTo(2);
  }

  @Test
  void shouldSetSlotsAsideForOneBoardAtATime() {
    slots.heard(beat(BETA, 2, 2), 0);
    var first = slots.reserve(BETA, LANE, 9).orElseThrow();
    assertThat(first.slots()).isEqualTo(2);
    assertThat(slots.reserve(BETA, LANE, 1)).isEmpty();
    slots.granted(first, List.of(run(1)));
    assertThat(slots.free(BETA, LANE)).as("what is left over is free at once").isEqualTo(1);
    slots.settle(first, false, 0);
    assertThat(slots.free(BETA, LANE)).as("it was undone").isEqualTo(2);
  }

  @Test
  void shouldGrantNothingMoreToWhoGaveBackUntilItsNextBeat() {
    slots.heard(beat(BETA, 2, 2), 0);
    grant(0, run(1));
    slots.givenBack(run(1));
    assertThat(slots.free(BETA, LANE)).isZero();
    slots.heard(beat(BETA, 2, 2), SECOND);
    assertThat(slots.free(BETA, LANE)).isEqualTo(2);
  }

  @Test
  void shouldLetALaneAloneForLongerEachTimeThatItsSlotsWereTakenByAnotherBoard() {
    long now = 0;
    for (int beats : new int[] {1, 2, 4, 8, 16, 16}) {
      slots.heard(beat(BETA, 2, 2), now);
      grant(now, run(1));
      slots.givenBack(run(1));
      for (int beat = 1; beat <= beats; beat++) {
        assertThat(slots.free(BETA, LANE))
            .as("before beat %d of %d", beat, beats)
            .isZero();
        now += SECOND;
        slots.heard(beat(BETA, 2, 2), now);
      }
      assertThat(slots.free(BETA, LANE)).as("after %d beats", beats).isEqualTo(2);
    }
  }

  @Test
  void shouldTrustALaneAgainThatWasNotGivenBackForAWhile() {
    slots.heard(beat(BETA, 2, 2), 0);
    grant(0, run(1));
    slots.givenBack(run(1));
    for (int beat = 1; beat <= 4; beat++) {
      slots.heard(beat(BETA, 2, 2), beat * SECOND);
    }
    grant(4 * SECOND, run(2));
    slots.givenBack(run(2));
    slots.heard(beat(BETA, 2, 2), 5 * SECOND);
    assertThat(slots.free(BETA, LANE)).isEqualTo(2);
  }

  @Test
  void shouldForgetALauncherThatIsQuietAndAGrantThatNobodyLists() {
    slots.heard(beat(BETA, 2, 2), 0);
    grant(0, run(1));
    assertThat(slots.present(5 * SECOND)).hasSize(1);
    assertThat(slots.present(6 * SECOND)).isEmpty();
    slots.heard(beat(BETA, 2, 2), 11 * SECOND);
    assertThat(slots.free(BETA, LANE)).isEqualTo(2);
  }

  @Test
  void shouldLeaveItsOwnLauncherToTheLedger() {
    slots.heard(beat(new LauncherKey("alpha", "main"), 2, 2), 0);
    assertThat(slots.present(0)).isEmpty();
  }
}
