package dev.talaria.launcher.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** For how long a launcher was cut off, asleep or awake. */
class CutOffTest {
  private final CutOff cutOff = new CutOff();

  private long tick(long second, long wallSecond) {
    return cutOff.tick(Duration.ofSeconds(second).toNanos(), wallSecond * 1_000).toSeconds();
  }

  private long ticksTo(long from, long to) {
    long silent = 0;
    for (long second = from; second <= to; second++) {
      silent = tick(second, second);
    }
    return silent;
  }

  @Test
  void shouldCountFromItsStartUntilItsOwnBeatCameBack() {
    assertThat(ticksTo(100, 110)).isEqualTo(10);

    cutOff.heardOwnBeat();

    assertThat(ticksTo(111, 113)).isEqualTo(3);
  }

  @Test
  void shouldNotCountTimeThatItWasStopped() {
    ticksTo(0, 2);

    assertThat(tick(600, 600)).isEqualTo(2);
    assertThat(tick(601, 601)).isEqualTo(3);
  }

  @Test
  void shouldNotCountTimeThatItsMachineWasSuspended() {
    ticksTo(0, 2);

    assertThat(tick(3, 3_603)).isEqualTo(2);
    assertThat(tick(4, 3_604)).isEqualTo(3);
  }

  @Test
  void shouldGoOnCountingWhenTheWallClockIsSetBack() {
    ticksTo(1_000, 1_002);

    assertThat(tick(1_003, 5)).isEqualTo(3);
  }
}
