package dev.talaria.board.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Reclaims;
import dev.talaria.board.transition.Termination;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FormerWorkersTest extends BoardTest {
  private static final String LAUNCHER = "beta/launcher/main";
  private static final long DAY = 86_400;

  private ClaimResult claim(String task) {
    return fixture.board.write(
        tx -> GrantClaims.claimForLauncher(tx, task, "l", 900, LAUNCHER, 1, "one", 24));
  }

  private long granted(String task) {
    return ((ClaimResult.Granted) claim(task)).runId();
  }

  private void reclaimed(String task) {
    assertThat(fixture.did(tx -> Reclaims.reclaim(tx, task, "r", Termination.none(null, false))))
        .isTrue();
  }

  private Optional<Holds.Hold> hold(String task) {
    return fixture.board.read(tx -> Holds.get(tx, task));
  }

  private List<String> best() {
    return fixture.board.read(tx -> GrantClaims.bestReady(tx, "coder", 9));
  }

  @Test
  void shouldHoldATaskThatWasTakenBackUntilItsWorkerEnded() {
    String task = fixture.ready("t");
    long run = granted(task);
    reclaimed(task);

    assertThat(fixture.status(task)).as("hermes sees nothing of it").isEqualTo("ready");
    assertThat(fixture.task(task).claimLock()).isNull();
    assertThat(hold(task).orElseThrow().reason()).isEqualTo(Holds.STOPPING);
    assertThat(best()).isEmpty();
    assertThat(claim(task)).isInstanceOf(ClaimResult.Lost.class);

    fixture.did(tx -> LauncherRuns.exited(tx, run));

    assertThat(hold(task)).isEmpty();
    assertThat(best()).containsExactly(task);
    assertThat(granted(task)).isGreaterThan(run);
  }

  @Test
  void shouldWaitForNoLongerThanItsTime() {
    String task = fixture.ready("t");
    granted(task);
    reclaimed(task);
    fixture.pass(FormerWorkers.AWAITED_SECONDS - 1);
    assertThat(claim(task)).isInstanceOf(ClaimResult.Lost.class);
    fixture.pass(1);

    assertThat(fixture.counted(Holds::dropExpired)).isEqualTo(1);
    assertThat(best()).containsExactly(task);
    assertThat(claim(task)).isInstanceOf(ClaimResult.Granted.class);
  }

  @Test
  void shouldFindTheFormerWorkerWhoeverTookTheTaskBackOrLetItGo() {
    String task = fixture.ready("t");
    granted(task);
    reclaimed(task);
    // an operator's act, or hermes that knows no holds, leaves none behind
    fixture.did(tx -> Blocks.block(tx, task, "why", null));
    fixture.did(tx -> Blocks.unblock(tx, task));
    assertThat(hold(task)).isEmpty();

    assertThat(claim(task)).isInstanceOf(ClaimResult.Lost.class);
    assertThat(hold(task).orElseThrow().reason()).isEqualTo(Holds.STOPPING);
  }

  @Test
  void shouldNotWaitForALauncherThatIsGone() {
    String task = fixture.ready("t");
    long run = granted(task);
    reclaimed(task);

    fixture.did(tx -> {
      FormerWorkers.noLongerAwaited(tx, run);
      return Holds.dropExpired(tx) == 0;
    });

    assertThat(best()).containsExactly(task);
    assertThat(claim(task)).isInstanceOf(ClaimResult.Granted.class);
  }

  @Test
  void shouldNotWaitForAWorkerWhoseLauncherIsLost() {
    String task = fixture.ready("t");
    long run = granted(task);
    fixture.did(tx -> RunEnds.closeRun(tx, task, run, RunEnd.of("launcher_lost", "launcher_lost")));

    assertThat(claim(task)).isInstanceOf(ClaimResult.Granted.class);
  }

  @Test
  void shouldGiveUpTheRunsOfALauncherThatStayedAwayForADay() {
    String task = fixture.ready("t");
    long lost = granted(task);
    fixture.did(
        tx -> RunEnds.closeRun(tx, task, lost, RunEnd.of("launcher_lost", "launcher_lost")));
    long open = granted(task);
    fixture.pass(DAY - 1);
    assertThat(fixture.counted(tx -> FormerWorkers.giveUp(tx, launcher -> false)))
        .isZero();
    fixture.pass(1);
    assertThat(fixture.counted(tx -> FormerWorkers.giveUp(tx, LAUNCHER::equals)))
        .as("it is back, and will say it")
        .isZero();

    assertThat(fixture.counted(tx -> FormerWorkers.giveUp(tx, launcher -> false)))
        .isEqualTo(1);

    List<LauncherRuns.LauncherRun> live = fixture.board.read(LauncherRuns::allLive);
    assertThat(live).extracting(LauncherRuns.LauncherRun::runId).containsExactly(open);
    assertThat(FormerWorkers.wasGivenUp(
            fixture.board.read(tx -> LauncherRuns.get(tx, lost)).orElseThrow()))
        .as("its worker is stopped should it ever return")
        .isTrue();
  }
}
