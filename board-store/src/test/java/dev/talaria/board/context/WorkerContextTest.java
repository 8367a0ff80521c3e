package dev.talaria.board.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.BoardTest;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerContextTest extends BoardTest {
  private final WorkerContext context = new WorkerContext(ZoneOffset.UTC, Map.of());

  private String of(String id) {
    return fixture.board.read(tx -> context.of(tx, id));
  }

  @Test
  void shouldTellAWorkerAllThatItNeeds() {
    String parent = fixture.ready("p");
    fixture.did(tx -> new Completions(fixture.recompute)
        .complete(
            tx,
            parent,
            Completion.empty()
                .withSummary("built it\nwell")
                .withMetadata(BoardJson.object().put("z", 1).put("a", 2)))
        .completed());
    String id = fixture.create(NewTask.titled("Ship")
        .withBody(" do it ")
        .withAssignee("coder")
        .withTenant("acme")
        .withParents(List.of(parent))
        .withMaxRuntimeSeconds(100L));
    fixture.claim(id);
    fixture.did(tx -> Blocks.block(tx, id, "which way?", null));
    fixture.board.change(tx -> Comments.add(tx, id, "al`ice", "left"));

    assertThat(of(id)).isEqualTo("""
            # Kanban task %1$s: Ship

            Assignee: coder
            Status:   blocked
            Tenant:   acme
            Workspace: scratch @ (unresolved)
            Max runtime: 100s
            Terminal timeout: 70s

            ## Body
            do it

            ## Prior attempts on this task
            ### Attempt 1 — blocked (coder, 2023-11-14 22:13)
            which way?

            ## Parent task results
            ### %2$s
            built it
            well
            _metadata_: `{"a": 2, "z": 1}`

            ## Recent work by @coder
            - %2$s — p (2023-11-14 22:13): built it

            ## Comment thread
            comment from worker `alice` at 2023-11-14 22:13:
            left
            """.formatted(id, parent));
  }

  @Test
  void shouldShowTheNewestAttemptsAndComments() {
    String id = fixture.ready("t");
    for (int i = 1; i <= 12; i++) {
      fixture.claim(id);
      int n = i;
      fixture.did(tx -> Blocks.block(tx, id, "reason " + n, null) && Blocks.unblock(tx, id));
    }
    for (int i = 1; i <= 31; i++) {
      int n = i;
      fixture.board.change(tx -> Comments.add(tx, id, "me", "comment " + n));
    }
    String text = of(id);
    assertThat(text)
        .contains("### Attempt 3 — blocked")
        .contains("### Attempt 12")
        .doesNotContain("### Attempt 2 ");
    assertThat(text)
        .contains("comment 31")
        .doesNotContain("comment 1\n")
        .contains("1 earlier comment omitted");
  }

  @Test
  void shouldCutLongTextByCodePointsAndSayHowMuch() {
    String crab = "\uD83E\uDD80";
    String id = fixture.create(NewTask.titled("t").withBody(crab.repeat(8200)));
    assertThat(of(id))
        .contains("\n" + crab.repeat(8192) + "… [truncated, 8 chars omitted]")
        .contains("Assignee: (unassigned)");
  }

  @Test
  void shouldKeepALongerTerminalTimeout() {
    assertThat(TerminalTimeout.seconds(100, "500")).isEqualTo(500);
    assertThat(TerminalTimeout.seconds(100, "soon")).isEqualTo(70);
    assertThat(TerminalTimeout.seconds(5, null)).isEqualTo(1);
    assertThat(TerminalTimeout.seconds(0, null)).isNull();
  }

  @Test
  void shouldRefuseAnUnknownTask() {
    assertThatThrownBy(() -> of("t_none")).isInstanceOf(InvalidRequestException.class);
  }
}
