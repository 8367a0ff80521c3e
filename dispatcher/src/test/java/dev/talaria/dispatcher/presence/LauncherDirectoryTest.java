package dev.talaria.dispatcher.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Presence.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is gone, and whose runs another may speak for. Times are seconds. */
class LauncherDirectoryTest {
  private static final LauncherKey KEY = new LauncherKey("beta", "main");
  private static final Lane LANE = new Lane("coder");
  private static final RunKey RUN =
      new BoardKey("alpha", "default").task("t_0000000a").run(7);

  private final LauncherDirectory directory =
      new LauncherDirectory(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofHours(1));

  private static long at(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  /** This dispatcher hears itself; says whether anybody was found gone meanwhile. */
  private boolean hearFrom(long from, long to) {
    boolean gone = false;
    for (long second = from; second <= to; second += 2) {
      gone |= directory.heardOwnBeat(at(second), second * 1_000);
    }
    return gone;
  }

  private boolean hear(long second, String instance, long incarnation, RunKey... runs) {
    return directory.heard(beat(instance, incarnation, null, false, null, runs), at(second));
  }

  private static LauncherBeat beat(
      String instance,
      long incarnation,
      String succeeds,
      boolean farewell,
      Standing standing,
      RunKey... runs) {
    return new LauncherBeat(
        KEY,
        instance,
        incarnation,
        0,
        4,
        2,
        List.of(LANE),
        List.of(runs),
        Map.of(),
        "test",
        succeeds,
        farewell,
        1_000_000,
        standing);
  }

  private boolean isForsaken(String grantedTo, long now) {
    return directory.isForsaken(KEY, grantedTo, RUN, at(now));
  }

  private long silentSeconds(String grantedTo, long now) {
    return directory.silenceOf(KEY, grantedTo, RUN, at(now)).toSeconds();
  }

  @Test
  void shouldLetASuccessorSpeakOnceTheFormerSaidFarewell() {
    hear(0, "one", 1, RUN);
    hear(1, "two", 2);
    assertThat(isForsaken("one", 1)).isFalse();

    directory.heard(beat("one", 1, null, true, null, RUN), at(1));

    assertThat(isForsaken("one", 1)).isTrue();
  }

  @Test
  void shouldServeNothingAfterAFarewell() {
    hear(0, "one", 1);
    assertThat(directory.serving(LANE, at(1))).hasSize(1);
    assertThat(directory.serving(new Lane("other"), at(1))).isEmpty();

    directory.heard(beat("one", 1, null, true, null), at(1));

    assertThat(directory.serving(LANE, at(1))).isEmpty();
    assertThat(directory.isPresent(KEY, at(1))).isFalse();
  }

  @Test
  void shouldBelieveASuccessorThatHoldsTheLockOnlyWhileTheFormerIsSilent() {
    hearFrom(0, 2);
    hear(2, "one", 1, RUN);
    directory.heard(beat("two", 2, "one", false, null), at(3));
    assertThat(isForsaken("one", 3)).isFalse();

    hear(5, "one", 1, RUN); // so the lock was that of a copy
    hearFrom(4, 8);
    assertThat(isForsaken("one", 8)).isFalse();

    hearFrom(10, 12);
    assertThat(isForsaken("one", 12)).isTrue();
    assertThat(isForsaken("two", 12)).isFalse();
  }

  @Test
  void shouldKeepTheRunsOfOneThatLivesWhileAnotherSpeaksUnderItsName() {
    hearFrom(0, 0);
    hear(0, "first", 10, RUN);
    for (long second = 2; second <= 200; second += 2) {
      hearFrom(second, second);
      assertThat(hear(second, "second", 20)).isTrue();
      assertThat(hear(second, "first", 10, RUN)).isFalse();
      assertThat(isForsaken("first", second)).isFalse();
      assertThat(silentSeconds("first", second)).isLessThan(30);
    }
    assertThat(directory.all()).hasSize(1);

    // the second stands down
    directory.heard(beat("second", 20, null, true, null), at(201));
    assertThat(hear(202, "first", 10, RUN)).isTrue();
    assertThat(directory.latest(KEY)).get().extracting(LauncherBeat::instance).isEqualTo("first");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 4_000_000_000L})
  void shouldLiveWithAnIncarnationFromAWrongClock(long incarnation) {
    hearFrom(0, 2);
    hear(2, "former", 1_700_000_000);
    hearFrom(4, 4);
    hear(4, "fresh", incarnation, RUN); // its home was wiped: nothing tells that it comes after
    for (long second = 6; second <= 60; second += 2) {
      hearFrom(second, second);
      hear(second, "fresh", incarnation, RUN);
      assertThat(isForsaken("fresh", second)).isFalse();
      assertThat(silentSeconds("fresh", second)).isLessThan(5);
    }

    assertThat(directory.latest(KEY)).get().extracting(LauncherBeat::instance).isEqualTo("fresh");
    assertThat(directory.serving(LANE, at(60))).hasSize(1);
    assertThat(isForsaken("former", 60)).isFalse(); // the fresh one lists the run
  }

  @Test
  void shouldSayWhenSomebodyIsGoneAndOnlyThen() {
    hearFrom(0, 2);
    hear(2, "one", 1, RUN);

    assertThat(hearFrom(4, 30)).isFalse();
    assertThat(directory.serving(LANE, at(30))).hasSize(1);
    assertThat(hearFrom(32, 32)).isTrue();
    assertThat(hearFrom(34, 60)).isFalse();

    assertThat(silentSeconds("one", 60)).isEqualTo(58);
    assertThat(directory.serving(LANE, at(60))).isEmpty();
  }

  @Test
  void shouldTakeNobodyForSilentAfterAnOutage() {
    hearFrom(0, 10);
    hear(10, "one", 1, RUN);

    hearFrom(200, 210); // nothing was heard for 190 s, not even its own beat

    assertThat(silentSeconds("one", 210)).isEqualTo(10);
    hear(210, "two", 2);
    assertThat(isForsaken("one", 210)).isFalse();
  }

  @Test
  void shouldIgnoreWhatAnOlderIncarnationSaysOfItsLauncher() {
    assertThat(hear(0, "two", 2)).isTrue();

    assertThat(hear(1, "one", 1)).isFalse();

    assertThat(directory.latest(KEY)).get().extracting(LauncherBeat::instance).isEqualTo("two");
    assertThat(directory.all()).hasSize(1);
  }

  @Test
  void shouldJudgeARunByTheInstanceThatListsIt() {
    hearFrom(0, 2);
    hear(2, "one", 1, RUN);
    hearFrom(4, 20);
    hear(20, "two", 2, RUN); // adopted
    hearFrom(22, 24);

    assertThat(silentSeconds("one", 24)).isEqualTo(4);
  }

  @Test
  void shouldNotCountAnAnnouncedAbsence() {
    hearFrom(0, 10);
    long backBy = 1_000_000 + 60_000; // a minute after the farewell, by the launcher's own clock
    var standing = new Standing(Map.of(), Map.of(), List.of(), null, backBy);
    directory.heard(beat("one", 1, null, true, standing, RUN), at(10));

    hearFrom(12, 90);

    assertThat(silentSeconds("one", 70)).isLessThanOrEqualTo(20);
    assertThat(silentSeconds("one", 90)).isEqualTo(20);
  }

  @Test
  void shouldListenForOneThatWasNeverHeardFromTheFirstQuestionOn() {
    hearFrom(0, 100);

    assertThat(silentSeconds("claimed before it beat", 100)).isZero();

    hearFrom(102, 140);
    assertThat(silentSeconds("claimed before it beat", 140)).isEqualTo(40);
  }

  @Test
  void shouldForgetOneThatIsGoneForLong() {
    hearFrom(0, 2);
    hear(2, "one", 1, RUN);
    hearFrom(4, 3_600);
    assertThat(directory.all()).hasSize(1);

    hearFrom(3_602, 3_604);

    assertThat(directory.all()).isEmpty();
    assertThat(directory.latest(KEY)).isEmpty();
  }
}
