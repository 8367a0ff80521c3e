package dev.talaria.board.transition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReviewTest extends BoardTest {
  @Test
  void shouldHandARunningTaskToAReviewer() {
    String id = fixture.ready("t");
    String child = fixture.childOf(id);
    long run = fixture.claim(id);

    assertThat(submit(id, "ready for review\nplease", run + 1)).isFalse();
    assertThat(submit(id, "ready for review\nplease", run)).isTrue();

    assertThat(fixture.status(id)).isEqualTo("review");
    assertThat(fixture.task(id).claimLock()).isNull();
    Run closed = fixture.board.read(tx -> Tasks.run(tx, run)).orElseThrow();
    assertThat(closed.status()).isEqualTo("submitted");
    assertThat(closed.outcome()).isEqualTo("submitted");
    assertThat(closed.summary()).isEqualTo("ready for review\nplease");
    assertThat(fixture.kinds(id)).endsWith("submitted[r]");
    assertThat(fixture.payload(id, "submitted")).isEqualTo("{\"summary\":\"ready for review\"}");
    assertThat(fixture.status(child)).as("waits for the review too").isEqualTo("todo");
  }

  @Test
  void shouldFinishWithTheReviewersClaim() {
    String id = fixture.ready("t");
    submit(id, null, null);
    assertThat(fixture.kinds(id)).containsExactly("created", "submitted");

    assertThat(
            fixture.board.write(tx -> Claims.claimReview(tx, id, "host:1", 900))
                instanceof ClaimResult.Granted)
        .isTrue();
    assertThat(fixture.did(tx -> new Completions(fixture.recompute)
            .complete(tx, id, Completion.empty().withSummary("good"))
            .completed()))
        .isTrue();
  }

  @Test
  void shouldReturnAFailedReviewToReview() {
    String id = fixture.ready("t");
    submit(id, null, null);
    fixture.board.write(tx -> Claims.claimReview(tx, id, "host:1", 900));
    fixture.did(tx -> new Failures(fixture.recompute).spawnFailed(tx, id, "no", 5L));
    assertThat(fixture.status(id)).isEqualTo("review");
  }

  @Test
  void shouldForgetTheFailuresBefore() {
    String id = fixture.ready("t");
    fixture.claim(id);
    fixture.did(tx -> new Failures(fixture.recompute).spawnFailed(tx, id, "no", 5L));
    submit(id, "s", null);
    assertThat(fixture.task(id).consecutiveFailures()).isZero();
    assertThat(fixture.task(id).lastFailureError()).isNull();
  }

  @Test
  void shouldSubmitOnlyWhatIsRunningOrReady() {
    String id = fixture.ready("t");
    fixture.did(tx -> Blocks.block(tx, id, null, null));
    assertThat(submit(id, "s", null)).isFalse();
    assertThat(submit("t_nope", "s", null)).isFalse();
    assertThat(fixture.kinds(id)).containsExactly("created", "blocked");
  }

  private boolean submit(String id, @Nullable String summary, @Nullable Long run) {
    return fixture.did(tx -> Reviews.submit(tx, id, summary, BoardJson.object(), run));
  }
}
