package dev.talaria.board.slice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.BoardFixture;
import dev.talaria.board.context.WorkerContext;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.TaskDetail;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardSliceTest {
  @TempDir
  Path home;

  @TempDir
  Path away;

  private static final WorkerContext CONTEXT = new WorkerContext(ZoneOffset.UTC, Map.of());

  private static TaskDetail shown(BoardFixture board, String task) {
    return board.board.read(tx -> Tasks.show(tx, task)).orElseThrow();
  }

  private static String context(BoardFixture board, String task) {
    return board.board.read(tx -> CONTEXT.of(tx, task));
  }

  private static ObjectNode slice(BoardFixture board, String task) {
    return board.board.read(tx -> BoardSlice.of(tx, task)).orElseThrow();
  }

  @Test
  void shouldShowATaskAsItsBoardDoes() {
    try (var here = new BoardFixture(home);
        var there = new BoardFixture(away)) {
      String parent = here.ready("before");
      long before = here.claim(parent);
      assertThat(here.did(tx -> new Completions(here.recompute)
              .complete(
                  tx,
                  parent,
                  Completion.empty()
                      .withSummary("all of it 👍")
                      .withMetadata(BoardJson.object().put("pr", 7))
                      .withRun(before))
              .completed()))
          .isTrue();
      String task = here.create(NewTask.titled("now")
          .withBody("do it")
          .withAssignee("coder")
          .withTenant("acme")
          .withSkills(List.of("größe"))
          .withParents(List.of(parent)));
      String child = here.childOf(task);
      here.board.write(tx -> Comments.add(tx, task, "ann", "mind the gap"));
      long first = here.claim(task);
      here.did(tx -> Blocks.block(tx, task, "which one?", first));
      here.did(tx -> Blocks.unblock(tx, task));
      here.claim(task);

      there.board.change(tx -> BoardSlice.fill(tx, slice(here, task)));

      assertThat(shown(there, task)).isEqualTo(shown(here, task));
      assertThat(context(there, task)).isEqualTo(context(here, task)).contains("all of it 👍");
      assertThat(there.task(parent)).isEqualTo(here.task(parent));
      assertThat(there.task(child)).isEqualTo(here.task(child));
    }
  }

  @Test
  void shouldKeepTheNewestAndCutWhatIsLong() {
    try (var here = new BoardFixture(home);
        var there = new BoardFixture(away)) {
      String task =
          here.create(NewTask.titled("large").withBody("b".repeat(100_000)).withAssignee("coder"));
      here.board.change(tx -> {
        for (int i = 0; i < BoardSlice.COMMENTS + 5; i++) {
          Comments.add(tx, task, "ann", "%d %s".formatted(i, "👍".repeat(10_000)));
        }
        tx.update(
            "INSERT INTO task_events (task_id, kind, payload, created_at) VALUES (?, 'odd', ?, 1)",
            task,
            "{\"x\":\"" + "y".repeat(100_000) + "\"}");
      });

      ObjectNode slice = slice(here, task);
      there.board.change(tx -> BoardSlice.fill(tx, slice));

      TaskDetail seen = shown(there, task);
      assertThat(seen.task().body()).hasSize(100_000);
      assertThat(seen.comments()).hasSize(BoardSlice.COMMENTS);
      assertThat(seen.comments().get(0).body())
          .startsWith("5 👍")
          .endsWith("👍… [truncated, 1810 chars omitted]");
      assertThat(slice.path("omitted").path("comments").asInt()).isEqualTo(5);
      assertThat(seen.events().get(seen.events().size() - 1).payloadObject())
          .isEqualTo(BoardJson.object().put("truncated", true).put("length", 100_008));
    }
  }

  @Test
  void shouldPassOverColumnsOfANewerBoard() {
    try (var here = new BoardFixture(home);
        var there = new BoardFixture(away)) {
      String task = here.ready("now");
      here.board.change(tx -> tx.update("ALTER TABLE tasks ADD COLUMN later TEXT DEFAULT 'x'"));

      there.board.change(tx -> BoardSlice.fill(tx, slice(here, task)));

      assertThat(there.task(task)).isEqualTo(here.task(task));
    }
  }
}
