package dev.talaria.launcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LaneHealthTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private LaneHealth health = LaneHealth.unknown(0).looked(null, 0);

  @Test
  void shouldNotServeALaneBeforeItWasTried() {
    assertThat(LaneHealth.unknown(0).serves()).isFalse();
    assertThat(LaneHealth.unknown(0).isDue(0)).isTrue();
    assertThat(health.serves()).isTrue();
  }

  @Test
  void shouldLookAgainAfterPausesThatGrowUntilTheCommandIsThere() {
    long now = 0;
    for (int pause : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      health = health.looked("no such program", now);
      assertThat(health.fault()).isEqualTo("no such program");
      assertThat(health.isDue(now + pause * SECOND - 1)).isFalse();
      now += pause * SECOND;
      assertThat(health.isDue(now)).isTrue();
    }

    health = health.looked(null, now);

    assertThat(health.serves()).isTrue();
    assertThat(health.isDue(now + LaneHealth.BETWEEN_LOOKS.toNanos() - 1)).isFalse();
    assertThat(health.isDue(now + LaneHealth.BETWEEN_LOOKS.toNanos())).isTrue();
  }

  @Test
  void shouldPutALaneAsideWhoseWorkersCannotBeStartedThreeTimesInARow() {
    health = health.notStarted("disk full", 0);
    assertThat(health.serves()).isTrue();
    assertThat(health.isDue(0)).as("its command is looked at at once").isTrue();
    health = health.looked(null, 0).notStarted("disk full", 0);
    assertThat(health.serves()).isTrue();

    health = health.notStarted("disk full", 0);

    assertThat(health.fault()).isEqualTo("3 workers in a row could not be started here: disk full");
    assertThat(health.isDue(9 * SECOND)).isFalse();
    assertThat(health.isDue(10 * SECOND)).isTrue();
  }

  @Test
  void shouldTryALaneThatWasPutAsideAndWaitLongerEachTimeThatItFails() {
    fail(3, 0);
    assertThat(health.isDue(10 * SECOND)).isTrue();
    health = health.looked(null, 10 * SECOND);
    assertThat(health.serves()).as("on trial").isTrue();

    fail(1, 10 * SECOND);

    assertThat(health.serves()).isFalse();
    assertThat(health.isDue(29 * SECOND)).isFalse();
    assertThat(health.isDue(30 * SECOND)).isTrue();
  }

  @Test
  void shouldForgetFailuresOnceAWorkerHasStarted() {
    fail(3, 0);
    health = health.looked(null, 10 * SECOND).started();

    fail(2, 11 * SECOND);

    assertThat(health.serves()).isTrue();
  }

  @Test
  void shouldNotWaitLongerForFailuresThatWereUnderWayAlready() {
    fail(20, 0);

    assertThat(health.isDue(10 * SECOND)).isTrue();
    assertThat(health.fault()).startsWith("3 workers in a row");
  }

  private void fail(int times, long now) {
    for (int i = 0; i < times; i++) {
      health = health.notStarted("no", now);
    }
  }
}
