package dev.talaria.board.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.dispatch.RespawnGuard.Guarded;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Failures;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespawnGuardTest extends BoardTest {
  private Optional<Guarded> check(String id) {
    return fixture.board.read(tx -> RespawnGuard.check(tx, Tasks.find(tx, id).orElseThrow()));
  }

  private void failed(String id, String error) {
    fixture.claim(id);
    fixture.did(tx -> new Failures(fixture.recompute).spawnFailed(tx, id, error, 9L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Quota exceeded",
        "rate limit",
        "ratelimit",
        "RATE-LIMIT hit",
        "rate_limit_error is no hit, but rate limit",
        "HTTP 429",
        "error 403: no",
        "author missing",
        "authentication failed",
        "Unauthorized",
        "Forbidden.",
        "billing",
        "no subscription",
        "access denied",
        "permission_denied",
        "invalid API key",
        "invalid_api_key",
        "rate\u00a0limit"
      })
  void shouldKnowAProvidersRefusal(String error) {
    assertThat(RespawnGuard.isRefusal(error)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quotas",
        "rate limited",
        "oauth",
        "permission-denied",
        "4290",
        "pid 403 exited with code 1",
        "pid 429 not alive",
        "rate  limit",
        "unauthorized2",
        "\u00e9quota"
      })
  void shouldPassOverWhatOnlyLooksLikeOne(String error) {
    assertThat(RespawnGuard.isRefusal(error)).isFalse();
  }

  @Test
  void shouldWaitFromTheFailureOnAndThenLetItTryAgain() {
    String id = fixture.ready("t");
    failed(id, "401 unauthorized");
    fixture.pass(100);

    assertThat(check(id))
        .contains(
            new Guarded("blocker_auth", fixture.now() - 100 + RespawnGuard.COOL_DOWN_SECONDS));
    fixture.pass(RespawnGuard.COOL_DOWN_SECONDS - 100);
    assertThat(check(id)).isEmpty();
    failed(id, "401 unauthorized");
    assertThat(check(id)).as("the next failure starts it anew").isPresent();
  }

  @Test
  void shouldGuardWhatWasCompletedWithinTheHour() {
    String id = fixture.ready("t");
    fixture.claim(id);
    fixture.board.change(tx -> {
      tx.update(
          "UPDATE task_runs SET outcome = 'completed', ended_at = ? WHERE task_id = ?",
          tx.now(),
          id);
      tx.update(
          "UPDATE tasks SET status = 'ready', claim_lock = NULL, current_run_id = NULL WHERE id = ?",
          id);
    });
    fixture.pass(3_600);
    assertThat(check(id)).map(Guarded::reason).contains("recent_success");
    fixture.pass(1);
    assertThat(check(id)).isEmpty();
  }

  @Test
  void shouldGuardWhatWaitsInAPullRequestUntilSomebodyUnblocksIt() {
    String id = fixture.ready("t");
    fixture.board.write(
        tx -> Comments.add(tx, id, "coder", "see HTTPS://GitHub.com/o/r/pull/12 for it"));
    assertThat(check(id)).map(Guarded::reason).contains("active_pr");
    assertThat(fixture.did(tx -> RespawnGuard.hold(
            tx, id, RespawnGuard.check(tx, Tasks.find(tx, id).orElseThrow()).orElseThrow())))
        .isTrue();
    assertThat(fixture.board.<List<String>>read(tx -> GrantClaims.bestReady(tx, "coder", 5)))
        .isEmpty();

    fixture.pass(5);
    assertThat(fixture.did(tx -> Blocks.unblock(tx, id))).isTrue();

    assertThat(check(id)).isEmpty();
    assertThat(fixture.board.<List<String>>read(tx -> GrantClaims.bestReady(tx, "coder", 5)))
        .containsExactly(id);
  }

  @Test
  void shouldForgetAPullRequestAfterADay() {
    String id = fixture.ready("t");
    fixture.board.write(tx -> Comments.add(tx, id, "coder", "http://github.com/o/r/pull/1"));
    String other = fixture.ready("no number");
    fixture.board.write(
        tx -> Comments.add(tx, other, "coder", "https://github.com/o/r/pulls and /r/pull/1"));
    assertThat(check(other)).isEmpty();
    fixture.pass(86_399);
    assertThat(check(id)).isPresent();
    fixture.pass(1);
    assertThat(check(id)).isEmpty();
  }

  @Test
  void shouldTellTheReasonOnceUntilTheNextAttempt() {
    String id = fixture.ready("t");
    assertThat(fixture.did(tx -> RespawnGuard.note(tx, id, "blocker_auth"))).isTrue();
    assertThat(fixture.did(tx -> RespawnGuard.note(tx, id, "blocker_auth"))).isFalse();
    assertThat(fixture.did(tx -> RespawnGuard.note(tx, id, "active_pr"))).isTrue();
    failed(id, "429");
    assertThat(fixture.did(tx -> RespawnGuard.note(tx, id, "active_pr"))).isTrue();
  }
}
