package dev.talaria.dispatcher.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a newer launcher may speak for the runs of an older one. */
class LauncherDirectoryTest {
  private static final LauncherKey KEY = new LauncherKey("beta", "main");
  private static final Lane LANE = new Lane("coder");

  private final LauncherDirectory directory =
      new LauncherDirectory(Duration.ofSeconds(30), Duration.ofSeconds(7));

  private static long at(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  private void hearFrom(long from, long to) {
    for (long second = from; second <= to; second += 2) {
      directory.heardOwnBeat(at(second));
    }
  }

  private static LauncherBeat beat(
      String instance, long incarnation, String succeeds, boolean farewell) {
    return new LauncherBeat(
        KEY,
        instance,
        incarnation,
        0,
        4,
        2,
        List.of(LANE),
        List.of(),
        Map.of(),
        "test",
        succeeds,
        farewell,
        0,
        null);
  }

  @Test
  void shouldTakeAnInstanceForGoneOnceItSaidFarewell() {
    directory.heard(beat("one", 1, null, false), at(0));
    assertThat(directory.isGone(KEY, "one", at(0))).isFalse();

    directory.heard(beat("one", 1, null, true), at(1));

    assertThat(directory.isGone(KEY, "one", at(1))).isTrue();
    assertThat(directory.serving(LANE, at(1))).isEmpty();
  }

  @Test
  void shouldTakeAnInstanceForGoneWhoseLockItsSuccessorHolds() {
    directory.heard(beat("one", 1, null, false), at(0));
    directory.heard(beat("two", 2, "one", false), at(1));

    assertThat(directory.isGone(KEY, "one", at(1))).isTrue();
    assertThat(directory.isGone(KEY, "two", at(1))).isFalse();
  }

  @Test
  void shouldTakeAnInstanceForGoneThatWasHeardToBeSilentForTooLong() {
    hearFrom(0, 2);
    directory.heard(beat("one", 1, null, false), at(2));
    directory.heard(beat("two", 2, null, false), at(3)); // another machine with the same id?
    hearFrom(4, 30);
    assertThat(directory.isGone(KEY, "one", at(30))).isFalse();

    hearFrom(32, 34);

    assertThat(directory.isGone(KEY, "one", at(34))).isTrue();
  }

  @Test
  void shouldTakeNobodyForGoneAfterAnOutage() {
    hearFrom(0, 10);
    directory.heard(beat("one", 1, null, false), at(10));

    hearFrom(200, 210); // nothing was heard for 190 s, not even its own beat

    assertThat(directory.isGone(KEY, "one", at(210))).isFalse();
    assertThat(directory.silenceOf(KEY, "one", at(210))).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void shouldIgnoreAnOlderIncarnation() {
    assertThat(directory.heard(beat("two", 2, null, false), at(0))).isTrue();

    assertThat(directory.heard(beat("one", 1, null, false), at(1))).isFalse();

    assertThat(directory.latest(KEY)).get().extracting(LauncherBeat::instance).isEqualTo("two");
    assertThat(directory.all()).hasSize(1);
  }

  @Test
  void shouldServeALaneUntilItIsHeardToBeSilent() {
    hearFrom(0, 2);
    directory.heard(beat("one", 1, null, false), at(2));
    assertThat(directory.serving(LANE, at(3))).hasSize(1);
    assertThat(directory.serving(new Lane("other"), at(3))).isEmpty();

    hearFrom(4, 40);

    assertThat(directory.serving(LANE, at(40))).isEmpty();
  }

  @Test
  void shouldJudgeSilenceByTheInstanceThatSpeaksNow() {
    hearFrom(0, 2);
    directory.heard(beat("one", 1, null, false), at(2));
    hearFrom(4, 20);
    directory.heard(beat("two", 2, "one", false), at(20));
    hearFrom(22, 24);

    assertThat(directory.silenceOf(KEY, "one", at(24))).isEqualTo(Duration.ofSeconds(4));
  }
}
