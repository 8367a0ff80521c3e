package dev.talaria.dispatcher.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitTimesTest {
  private final CommitTimes times = new CommitTimes();

  @Test
  void shouldTakeAnEventForCommittedWhenItWasSeenFirst() {
    times.seen(10, 100_000);
    times.seen(12, 100_250);
    times.seen(12, 100_900);
    times.seen(13, 101_300);

    assertThat(times.of(11, 100)).isEqualTo(100_250);
    assertThat(times.of(12, 100)).isEqualTo(100_250);
    assertThat(times.of(13, 101)).isEqualTo(101_300);
  }

  @Test
  void shouldNotLeaveTheSecondThatItsRowSays() {
    times.seen(10, 100_000);
    times.seen(11, 175_000); // the owner was busy for long
    times.seen(12, 175_100); // written with a clock that is ahead

    assertThat(times.of(11, 120)).isEqualTo(120_999);
    assertThat(times.of(12, 176)).isEqualTo(176_000);
  }

  @Test
  void shouldKnowOnlyTheSecondOfWhatWasThereBefore() {
    assertThat(times.of(5, 90)).isEqualTo(90_000);
    times.seen(10, 100_000);
    assertThat(times.of(10, 90)).isEqualTo(90_000);
  }

  @Test
  void shouldForgetWhatItKnewOfAnotherFile() {
    times.seen(10, 100_000);
    times.seen(20, 100_500);
    times.seen(4, 101_000);
    times.seen(6, 101_200);

    assertThat(times.of(3, 50)).isEqualTo(50_000);
    assertThat(times.of(6, 101)).isEqualTo(101_200);
  }
}
