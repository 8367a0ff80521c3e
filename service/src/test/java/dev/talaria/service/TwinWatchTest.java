package dev.talaria.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The second of two services with one name finds out that it is the second. */
class TwinWatchTest {
  private final TwinWatch first = new TwinWatch("first", null);
  private final TwinWatch second = new TwinWatch("second", null);
  private long offset;

  private String toSecond(String instance, boolean farewell) {
    return second.heard(instance, farewell, offset++).orElse("");
  }

  private String toSecond(String instance) {
    return toSecond(instance, false);
  }

  @Test
  void shouldTellTheSecondOnceTheFirstBeatsOn() {
    assertThat(toSecond("first")).isEmpty();
    assertThat(toSecond("first")).isEmpty();
    assertThat(toSecond("second")).isEmpty();

    assertThat(toSecond("first")).isEqualTo("first");
  }

  @Test
  void shouldLeaveTheFirstAlone() {
    for (String instance : new String[] {"first", "second", "first", "second", "second", "first"}) {
      assertThat(first.heard(instance, false, offset++)).isEmpty();
    }
  }

  @Test
  void shouldTakeAFormerStartForNobody() {
    assertThat(toSecond("crashed")).isEmpty();
    assertThat(toSecond("stopped")).isEmpty();
    assertThat(toSecond("stopped", true)).isEmpty();
    assertThat(toSecond("second")).isEmpty();
    assertThat(toSecond("second")).isEmpty();
  }

  @Test
  void shouldTakeTheFormerInstanceWhoseLockItHoldsForNobodyEvenWhenABeatCameLate() {
    var successor = new TwinWatch("second", "first");

    assertThat(successor.heard("first", false, 1)).isEmpty();
    assertThat(successor.heard("second", false, 2)).isEmpty();
    assertThat(successor.heard("first", false, 3)).isEmpty();
  }

  @Test
  void shouldNotBeMisledWhenPresenceIsReadAgainFromItsBeginning() {
    second.heard("crashed", false, 10);
    second.heard("second", false, 11);

    assertThat(second.heard("crashed", false, 10)).isEmpty();
    assertThat(second.heard("second", false, 11)).isEmpty();
    assertThat(second.heard("second", false, 12)).isEmpty();
  }

  @Test
  void shouldBeAloneOnceItIsHeardWhereNobodyWas() {
    assertThat(second.isAlone()).isFalse();
    toSecond("stopped");
    toSecond("stopped", true);
    assertThat(second.isAlone()).isFalse();

    toSecond("second");
    assertThat(second.isAlone()).isTrue();
  }

  @Test
  void shouldWaitForSomeOwnBeatsWhereSomebodyWasThatSaidNoFarewell() {
    toSecond("crashed");
    toSecond("second");
    toSecond("second");
    assertThat(second.isAlone()).isFalse();

    toSecond("second");
    assertThat(second.isAlone()).isTrue();
  }

  @Test
  void shouldNotWaitForAFormerInstanceThatIsGone() {
    second.knowGone("killed");
    toSecond("killed");
    toSecond("second");
    assertThat(second.isAlone()).isTrue();
    assertThat(toSecond("killed")).isEmpty();
  }

  @Test
  void shouldGiveWayToAFormerInstanceThatBeatsOnAllTheSame() {
    second.knowGone("first");
    for (int i = 0; i < 4; i++) {
      toSecond("second");
    }

    assertThat(toSecond("first")).isEqualTo("first");
  }
}
