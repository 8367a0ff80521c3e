package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommitPaceTest {
  private static final long NOW = 1_800_000_000_000L;
  private final CommitPace pace = new CommitPace();

  @Test
  void shouldCommitEachDecisionOfASmallBurst() {
    assertThat(due(NOW, CommitPace.BURST)).isEqualTo(CommitPace.BURST);
  }

  @Test
  void shouldLeaveTheRestOfALargeBurstToTheCommitInterval() {
    assertThat(due(NOW, 1_000)).isEqualTo(CommitPace.BURST);
    assertThat(due(NOW + 100, 1_000)).isEqualTo(CommitPace.PER_SECOND / 10);
  }

  @Test
  void shouldForgetABurst() {
    due(NOW, 1_000);

    assertThat(due(NOW + 2_000, 1_000)).isEqualTo(CommitPace.BURST);
  }

  @Test
  void shouldBearAClockThatGoesBack() {
    due(NOW, 1_000);

    assertThat(due(NOW - 60_000, 10)).isZero();
    assertThat(due(NOW - 59_000, 10)).isEqualTo(10);
  }

  @Test
  void shouldLeaveABacklogToTheCommitInterval() {
    assertThat(pace.isDue(NOW, NOW - CommitPace.LATE_MILLIS - 1)).isFalse();
    assertThat(pace.isDue(NOW, NOW - CommitPace.LATE_MILLIS)).isTrue();
  }

  @Test
  void shouldBearASenderWhoseClockIsAhead() {
    assertThat(pace.isDue(NOW, NOW + 60_000)).isTrue();
  }

  private long due(long now, int decisions) {
    return IntStream.range(0, decisions).filter(i -> pace.isDue(now, now)).count();
  }
}
