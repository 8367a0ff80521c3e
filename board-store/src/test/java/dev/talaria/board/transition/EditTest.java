package dev.talaria.board.transition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.BoardTest;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Changing what a task says. */
class EditTest extends BoardTest {
  @Test
  void shouldKeepTheSummaryUnlessAnotherIsGiven() {
    String id = done("the summary");

    assertThat(edit(id, "new result", null, null)).isTrue();
    assertThat(fixture.task(id).result()).isEqualTo("new result");
    assertThat(runs(id)).singleElement().extracting(Run::summary).isEqualTo("the summary");
    assertThat(fixture.payload(id, "edited"))
        .isEqualTo("{\"fields\":[\"result\"],\"result_len\":10,\"summary\":\"new result\"}");

    assertThat(edit(id, "", "another\nsummary", BoardJson.object().put("pr", 7)))
        .isTrue();
    assertThat(runs(id)).singleElement().satisfies(run -> {
      assertThat(run.summary()).isEqualTo("another\nsummary");
      assertThat(run.metadataText()).isEqualTo("{\"pr\":7}");
    });
    assertThat(fixture.payload(id, "edited"))
        .isEqualTo(
            "{\"fields\":[\"result\",\"summary\",\"metadata\"],\"result_len\":0,\"summary\":\"another\"}");
    assertThat(fixture.kinds(id)).endsWith("edited[r]", "edited[r]");
  }

  @Test
  void shouldEditTheNewestCompletedRunOnly() {
    String id = done("first");
    fixture.board.write(
        tx -> new StatusMoves(fixture.recompute).move(tx, id, "ready", null, Completion.empty()));
    fixture.claim(id);
    fixture.did(tx -> Reclaims.reclaim(tx, id, null, Termination.none(null, true)));
    fixture.claim(id);
    complete(id, "second");

    edit(id, "r", "corrected", null);

    assertThat(runs(id)).extracting(Run::summary).containsExactly("first", null, "corrected");
  }

  @Test
  void shouldRecordARunWhereThereIsNone() {
    String bare = fixture.ready("t");
    fixture.did(tx -> new Completions(fixture.recompute)
        .complete(tx, bare, Completion.empty())
        .completed());
    edit(bare, "the result", null, null);
    assertThat(runs(bare)).singleElement().satisfies(run -> {
      assertThat(run.status()).isEqualTo("completed");
      assertThat(run.outcome()).isEqualTo("completed");
      assertThat(run.summary()).isEqualTo("the result");
    });
    assertThat(fixture.payload(bare, "edited")).contains("[\"result\",\"summary\"]");
  }

  @Test
  void shouldEditOnlyWhatIsDone() {
    String id = fixture.ready("t");
    assertThat(edit(id, "r", null, null)).isFalse();
    assertThat(edit("t_nope", "r", null, null)).isFalse();
    assertThat(fixture.kinds(id)).containsExactly("created");
  }

  @Test
  void shouldChangePriorityTitleAndBody() {
    String id = fixture.ready("t");
    assertThat(fixture.did(tx -> Edits.priority(tx, id, -3))).isTrue();
    assertThat(fixture.task(id).priority()).isEqualTo(-3);
    assertThat(fixture.payload(id, "reprioritized")).isEqualTo("{\"priority\":-3}");
    assertThat(fixture.did(tx -> Edits.text(tx, id, "  new \u00A0", null))).isTrue();
    assertThat(fixture.did(tx -> Edits.text(tx, id, null, "body\0with NUL"))).isTrue();
    assertThat(fixture.task(id).title()).isEqualTo("new");
    assertThat(fixture.task(id).body()).isEqualTo("body\0with NUL");
    assertThat(fixture.payload(id, "edited")).isEqualTo("null");
    assertThat(fixture.kinds(id)).containsExactly("created", "reprioritized", "edited", "edited");
    assertThat(fixture.did(tx -> Edits.priority(tx, "t_nope", 1))).isFalse();
    assertThat(fixture.did(tx -> Edits.text(tx, "t_nope", "x", null))).isFalse();
  }

  @Test
  void shouldRefuseABlankTitle() {
    String id = fixture.ready("t");
    assertThatThrownBy(() -> fixture.did(tx -> Edits.text(tx, id, " \u00A0", "b")))
        .isInstanceOf(InvalidRequestException.class);
    assertThat(fixture.task(id).title()).isEqualTo("t");
  }

  private String done(String summary) {
    String id = fixture.ready("t");
    fixture.claim(id);
    complete(id, summary);
    return id;
  }

  private void complete(String id, String summary) {
    fixture.did(tx -> new Completions(fixture.recompute)
        .complete(tx, id, Completion.empty().withResult("r").withSummary(summary))
        .completed());
  }

  private boolean edit(
      String id, String result, @Nullable String summary, @Nullable ObjectNode metadata) {
    return fixture.did(tx -> Edits.result(tx, id, result, summary, metadata));
  }

  private List<Run> runs(String id) {
    return fixture.board.read(tx -> Tasks.runs(tx, id));
  }
}
