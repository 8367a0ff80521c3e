package dev.talaria.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.service.GapClock.Gap;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GapClockTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long NOON = 1_750_000_000_000L;

  private final GapClock clock = new GapClock(0, NOON);

  @Test
  void shouldTakeOffWhatALoopWasStoppedFor() {
    assertThat(clock.tick(4 * SECOND, NOON + 4_000)).isEmpty();
    assertThat(clock.tick(9 * SECOND, NOON + 9_000))
        .as("five seconds are no gap")
        .isEmpty();
    assertThat(clock.active()).isEqualTo(9 * SECOND);

    Gap gap = clock.tick(3_609 * SECOND, NOON + 3_609_000).orElseThrow();

    assertThat(gap).isEqualTo(new Gap(3_600 * SECOND, 3_600_000));
    assertThat(gap.isStop()).isTrue();
    assertThat(clock.active()).isEqualTo(9 * SECOND);
    clock.tick(3_610 * SECOND, NOON + 3_610_000);
    assertThat(clock.active()).isEqualTo(10 * SECOND);
  }

  @Test
  void shouldNoticeAHostThatSleptByItsWallClock() {
    Gap gap = clock.tick(SECOND / 5, NOON + 7_200_200).orElseThrow();

    assertThat(gap).isEqualTo(new Gap(SECOND / 5, 7_200_200));
    assertThat(gap.isStop()).as("the monotonic clock stood still").isFalse();
    assertThat(clock.active()).as("the loop ran for that long").isEqualTo(SECOND / 5);
  }

  @Test
  void shouldNotTakeAClockThatIsSetBackForSleep() {
    assertThat(clock.tick(SECOND, NOON - 3_600_000)).isEmpty();
    assertThat(clock.active()).isEqualTo(SECOND);
    assertThat(clock.tick(100 * SECOND, NOON - 7_200_000))
        .as("stopped while it was set back")
        .contains(new Gap(99 * SECOND, 0));
  }
}
