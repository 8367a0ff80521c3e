package dev.talaria.dispatcher.duty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.dispatch.LauncherRuns.LauncherRun;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Reply.Stop;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a launcher is told of runs that are not its any more, and when. */
class TakingBackTest {
  private static final LauncherKey BETA = new LauncherKey("beta", "main");
  private static final RunKey KEY =
      new BoardKey("alpha", "default").task("t_0000000a").run(7);

  private final TakingBack takingBack = new TakingBack();

  private static LauncherRun run(Long startedAt, Long endedAt, String outcome) {
    return new LauncherRun(
        7,
        "t_0000000a",
        "beta/launcher/main",
        3,
        "one",
        1_000,
        startedAt,
        null,
        endedAt,
        null,
        null,
        outcome);
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  @ParameterizedTest
  @ValueSource(strings = {"reclaimed", "launcher_lost", "timed_out", "gave_up"})
  void shouldStopTheWorkerOfARunThatSomebodyElseClosedAtOnce(String outcome) {
    assertThat(takingBack.stop(run(1_001L, 2_000L, outcome), KEY, 2_000, 0))
        .get()
        .satisfies(stop -> {
          assertThat(stop.asker()).isEqualTo(BETA);
          assertThat(stop.run()).isEqualTo(KEY);
          assertThat(stop.reason()).contains(outcome);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"completed", "blocked", "submitted"})
  void shouldLetAWorkerThatSaidHowItsTaskEndedEndByItselfForAMinute(String outcome) {
    LauncherRun run = run(1_001L, 2_000L, outcome);

    assertThat(takingBack.stop(run, KEY, 2_059, seconds(59))).isEmpty();
    assertThat(takingBack.stop(run, KEY, 2_060, seconds(60))).isPresent();
  }

  @Test
  void shouldSayNothingOfAnOpenRun() {
    assertThat(takingBack.stop(run(1_001L, null, null), KEY, 9_000, 0)).isEmpty();
  }

  @Test
  void shouldRepeatItselfNotMoreOftenThanALauncherBeats() {
    LauncherRun run = run(1_001L, 2_000L, "reclaimed");
    assertThat(takingBack.stop(run, KEY, 2_000, 0)).isPresent();

    assertThat(takingBack.stop(run, KEY, 2_002, seconds(2))).isEmpty();
    assertThat(takingBack.stop(run, KEY, 2_004, seconds(4))).isPresent();

    takingBack.keepOnly(List.of());
    assertThat(takingBack.stopUnknown(BETA, KEY, seconds(5)))
        .get()
        .extracting(Stop::asker)
        .isEqualTo(BETA);
  }

  @Test
  void shouldAskForARunThatHasNotStartedForFiveMinutes() {
    assertThat(takingBack.revoke(run(null, null, null), KEY, 1_299, 0)).isEmpty();
    assertThat(takingBack.revoke(run(1_001L, null, null), KEY, 9_000, 0)).isEmpty();

    assertThat(takingBack.revoke(run(null, null, null), KEY, 1_300, 0)).get().satisfies(revoke -> {
      assertThat(revoke.incarnation()).isEqualTo(3);
      assertThat(revoke.run()).isEqualTo(KEY);
    });
  }
}
