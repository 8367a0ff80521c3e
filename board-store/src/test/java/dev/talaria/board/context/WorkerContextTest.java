package dev.talaria.board.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.BoardTest;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Python;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import java.time.ZoneOffset;
import java.util.ArrayList;
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
  void shouldShowAnyRunTimeThatIsSetAndTheTimeoutThatTheReaderInherits() {
    String id = fixture.ready("t");
    fixture.did(tx -> Assignments.setMaxRuntime(tx, id, 0L));
    assertThat(of(id)).contains("Max runtime: 0s\n").doesNotContain("Terminal timeout");
    var inherited = new WorkerContext(ZoneOffset.UTC, Map.of("TERMINAL_TIMEOUT", "45"));
    assertThat(fixture.board.<String>read(tx -> inherited.of(tx, id)))
        .contains("Max runtime: 0s\nTerminal timeout: 45s\n");
    fixture.did(tx -> Assignments.setMaxRuntime(tx, id, null));
    assertThat(fixture.board.<String>read(tx -> inherited.of(tx, id)))
        .doesNotContain("runtime", "timeout");
  }

  @Test
  void shouldListRecentWorkOfOneSecondInTheOrderOfItsRuns() {
    List<String> done = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      done.add(completed("work " + i, "did " + i));
    }
    fixture.pass(60);
    String newest = completed("last", null);
    String id = fixture.ready("t");
    assertThat(of(id).lines().filter(line -> line.startsWith("- ")))
        .extracting(line -> line.substring(2, 12))
        .containsExactly(newest, done.get(0), done.get(1), done.get(2), done.get(3));
    assertThat(of(id)).contains("(no summary)");
    Python.assume();
    String theirs = Python.run(directory, """
        import sqlite3, sys
        db = sqlite3.connect(sys.argv[1])
        for row in db.execute("SELECT t.id FROM task_runs r JOIN tasks t ON r.task_id = t.id WHERE r.profile = 'coder' AND r.task_id != ? AND r.outcome = 'completed' ORDER BY r.ended_at DESC LIMIT 5", (sys.argv[2],)):
            print(row[0])
        """, "", fixture.board.path().toString(), id);
    assertThat(theirs.lines())
        .as("a query that leaves the order within a second open, on the same file")
        .containsExactly(newest, done.get(0), done.get(1), done.get(2), done.get(3));
  }

  @Test
  void shouldTakeTheLatestStartedRunOfAParentAndElseItsResult() {
    String parent = completed("p", "first");
    reopen(parent);
    complete(parent, Completion.empty().withSummary("same second"));
    String child = fixture.childOf(parent);
    assertThat(of(child)).contains("### " + parent + "\nfirst\n");
    fixture.pass(1);
    reopen(parent);
    complete(parent, Completion.empty().withSummary(" ").withResult("the result"));
    assertThat(of(child)).contains("### " + parent + "\nthe result\n");
    fixture.pass(1);
    reopen(parent);
    complete(parent, Completion.empty().withMetadata(BoardJson.object().put("ratio", 1e16)));
    assertThat(of(child))
        .contains("### " + parent + "\n(no result recorded)\n_metadata_: `{\"ratio\": 1e+16}`\n");
  }

  @Test
  void shouldReadMetadataAsHermesWroteIt() {
    String id = fixture.ready("t");
    fixture.claim(id);
    fixture.did(tx -> Blocks.block(tx, id, "no", null));
    fixture.board.change(tx -> tx.update(
        "UPDATE task_runs SET metadata = ? WHERE task_id = ?",
        "{\"\uD83E\uDD80\": NaN, \"\uE000\": \"\\u00e9\\u001b\"}",
        id));
    assertThat(of(id))
        .contains("_metadata_: `{\"\uE000\": \"\u00e9\\u001b\", \"\uD83E\uDD80\": NaN}`");
  }

  private String completed(String title, String summary) {
    String id = fixture.ready(title);
    complete(id, Completion.empty().withSummary(summary).withResult("r"));
    if (summary == null) {
      fixture.board.change(
          tx -> tx.update("UPDATE task_runs SET summary = NULL WHERE task_id = ?", id));
    }
    return id;
  }

  private void complete(String id, Completion completion) {
    fixture.did(
        tx -> new Completions(fixture.recompute).complete(tx, id, completion).completed());
  }

  private void reopen(String id) {
    fixture.board.change(tx -> tx.update("UPDATE tasks SET status = 'ready' WHERE id = ?", id));
  }

  @Test
  void shouldRefuseAnUnknownTask() {
    assertThatThrownBy(() -> of("t_none")).isInstanceOf(InvalidRequestException.class);
  }
}
