package dev.talaria.dispatcher.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Only silence that was heard counts. */
class HeardSilenceTest {
  private static final Duration GAP = Duration.ofSeconds(7);

  private final HeardSilence<String> silence = new HeardSilence<>(GAP);

  private static long at(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  private void hearFrom(long from, long to) {
    for (long second = from; second <= to; second += 2) {
      silence.heardOwnBeat(at(second), second * 1_000);
    }
  }

  private long silentSeconds(String sender, long now) {
    return silence.silence(sender, at(now)).toSeconds();
  }

  @Test
  void shouldHearNothingBeforeItsOwnBeatCameBack() {
    silence.heard("a", at(0));

    assertThat(silentSeconds("a", 1000)).isZero();
    assertThat(silence.isHearing(at(1000))).isFalse();
  }

  @Test
  void shouldCountSilenceUpToTheLastProofOfHearing() {
    silence.heardOwnBeat(at(0), 0);
    silence.heard("a", at(1));
    hearFrom(2, 20);

    assertThat(silentSeconds("a", 24)).isEqualTo(19); // up to the beat at 20, not up to now
    silence.heard("a", at(25));
    assertThat(silentSeconds("a", 25)).isZero();
  }

  @Test
  void shouldCountTheSilenceOfTheNeverHeardFromWhenHearingBegan() {
    hearFrom(100, 130);

    assertThat(silentSeconds("never", 130)).isEqualTo(30);
  }

  @Test
  void shouldStartAgainFromZeroAfterAGap() {
    silence.heard("a", at(0));
    hearFrom(0, 20);
    assertThat(silentSeconds("a", 20)).isEqualTo(20);

    // Kafka is away: nothing is heard, so nothing is silent
    assertThat(silentSeconds("a", 28)).isZero();
    assertThat(silentSeconds("a", 600)).isZero();

    hearFrom(600, 610);
    assertThat(silentSeconds("a", 610)).isEqualTo(10);
  }

  @Test
  void shouldForgetWhoSaidFarewell() {
    hearFrom(0, 10);
    silence.heard("a", at(10));
    silence.forget("a");
    hearFrom(12, 20);

    assertThat(silentSeconds("a", 20)).isEqualTo(20);
  }

  @Test
  void shouldStartAgainFromZeroWhenOnlyTheWallClockWentOn() {
    silence.heard("a", at(0));
    hearFrom(0, 20);
    assertThat(silentSeconds("a", 20)).isEqualTo(20);

    // suspended for an hour: the monotonic clock stood still
    silence.heardOwnBeat(at(22), 3_622_000);

    assertThat(silentSeconds("a", 22)).isZero();
  }

  @Test
  void shouldStartAgainFromZeroWhenOnlyTheMonotonicClockWentOn() {
    silence.heard("a", at(0));
    hearFrom(0, 20);

    // stopped, and the wall clock set back meanwhile
    silence.heardOwnBeat(at(40), 19_000);

    assertThat(silentSeconds("a", 40)).isZero();
  }

  @Test
  void shouldListenForTheNeverHeardFromWhenItWasFirstAskedFor() {
    hearFrom(0, 100);
    silence.expect("new", at(100));
    hearFrom(102, 110);
    silence.expect("new", at(110));

    assertThat(silentSeconds("new", 110)).isEqualTo(10);
  }
}
