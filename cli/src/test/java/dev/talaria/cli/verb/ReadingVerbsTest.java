package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Claims;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Talaria;
import dev.talaria.cli.Terminal;
import dev.talaria.cli.text.JsonOut;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** list, show, runs, log, tail and watch. */
class ReadingVerbsTest {
  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void rig() {
    cli = new CliRig(home);
  }

  @Test
  void shouldListInBoardOrder() {
    cli.create("low");
    cli.create("high", "--priority", "9", "--assignee", "coder");

    JsonNode tasks = cli.run("list", "--json").json();
    assertThat(tasks).extracting(task -> task.get("title").asText()).containsExactly("high", "low");
    assertThat(cli.run("ls", "--assignee", "CODER").out()).contains("high").doesNotContain("low");
    assertThat(cli.run("list", "--sort", "title", "--json")
            .json()
            .get(0)
            .get("title")
            .asText())
        .isEqualTo("high");
  }

  @Test
  void shouldListPageByPage() {
    for (int i = 0; i < 5; i++) {
      cli.create("task " + i);
    }
    JsonNode all = cli.run("list", "--json").json();
    JsonNode page = cli.run("list", "--json", "--limit", "2").json();
    assertThat(page).containsExactly(all.get(0), all.get(1));
    String last = page.get(1).get("id").asText();
    assertThat(cli.run("list", "--json", "--after", last, "--limit", "2").json())
        .containsExactly(all.get(2), all.get(3));
    assertThat(cli.run("list", "--limit", "2", "--after", last).out().lines())
        .hasSize(3)
        .element(1)
        .asString()
        .contains("task 2");
    CliRig.Result unknown = cli.run("list", "--after", "t_0");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).contains("cannot begin after task 't_0'");
    assertThat(cli.run("list", "--limit", "-1").exit()).isEqualTo(2);
  }

  @Test
  void shouldStreamAnArrayAsItPrintsOne() {
    cli.create("one", "--skill", "a", "--skill", "b", "--body", "two\nlines");
    cli.create("two");
    CliRig.Result result = cli.run("list", "--json");
    assertThat(result.out()).isEqualTo(JsonOut.indented(result.json()) + "\n");
  }

  @Test
  void shouldLetTasksGoBeforeListing() {
    String parent = cli.create("parent");
    String child = cli.create("child", "--parent", parent);
    cli.onBoard(tx -> tx.update("UPDATE tasks SET status = 'done' WHERE id = ?", parent));

    cli.run("list");

    assertThat(cli.status(child)).isEqualTo("ready");
  }

  @Test
  void shouldListOnesOwn() {
    cli.create("mine", "--assignee", "coder");
    cli.create("other", "--assignee", "writer");

    assertThat(cli.with("HERMES_PROFILE", "coder").run("list", "--mine").out())
        .contains("mine")
        .doesNotContain("other");
  }

  @Test
  void shouldPrintNothingToReadWhereThereIsNothing() {
    CliRig.Result text = cli.run("list");

    assertThat(text.exit()).isZero();
    assertThat(text.out()).isEmpty();
    assertThat(text.err()).contains("No tasks.");
    assertThat(cli.run("list", "--json").out()).isEqualTo("[]\n");
  }

  @Test
  void shouldFailForWhatNoBoardKnows() {
    CliRig.Result result = cli.run("list", "--assignee= ");

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err()).isNotBlank();
  }

  @Test
  void shouldCutTitlesOnlyOnATerminal() {
    cli.create("wide 日本語 ".repeat(40));

    assertThat(cli.run("list").out()).doesNotContain("…");
    assertThat(cli.on(new Terminal(true, 60, false)).run("list").out())
        .contains("…")
        .doesNotContain("\u001b");
    assertThat(cli.on(new Terminal(true, 60, true)).run("list").out()).contains("\u001b[36mready");
  }

  @Test
  void shouldShowAllThatBelongsToATask() {
    String parent = cli.create("parent");
    String id = cli.create("task", "--parent", parent, "--body", "the body");
    cli.run("comment", id, "well", "done");
    cli.run("complete", parent);
    cli.run("complete", id, "--summary", "it works");

    JsonNode shown = cli.run("show", id, "--json").json();
    assertThat(shown.fieldNames())
        .toIterable()
        .containsExactly(
            "task", "latest_summary", "parents", "children", "comments", "events", "runs");
    assertThat(shown.get("latest_summary").asText()).isEqualTo("it works");
    assertThat(shown.get("comments").get(0).fieldNames())
        .toIterable()
        .containsExactly("author", "body", "created_at");
    assertThat(shown.get("events").get(0).fieldNames())
        .toIterable()
        .containsExactly("kind", "payload", "created_at", "run_id");
    assertThat(shown.get("runs").get(0).fieldNames())
        .toIterable()
        .containsExactly(
            "id",
            "profile",
            "step_key",
            "status",
            "outcome",
            "summary",
            "error",
            "metadata",
            "worker_pid",
            "started_at",
            "ended_at");
    assertThat(cli.run("show", id).out())
        .contains("done", "the body", "well done", "it works", "2026-01-31 14:05:09", parent);
  }

  @Test
  void shouldShowWhatFailedRunsHaveCost() {
    String id = cli.create("task", "--assignee", "coder");
    assertThat(cli.run("show", id).out()).doesNotContain("burnt");
    cli.onBoard(tx -> Events.appendForId(
        tx, id, 1L, "timed_out", BoardJson.object().put("elapsed_seconds", 120)));
    assertThat(cli.run("show", id).out()).containsPattern("burnt +1 failed run, 120 s\n");

    var decided = BoardJson.object();
    decided
        .putObject("history")
        .put("failures", 3)
        .put("failures_on_rung", 3)
        .put("silent_exits", 0)
        .put("escalations", 0)
        .put("waits", 0)
        .put("waiting_since", 0)
        .put("gave_up", false)
        .put("lineage", 1)
        .put("event", 1)
        .putObject("burn")
        .put("attempts", 3)
        .put("seconds", 360)
        .put("cost_micros", 1_500_000);
    cli.onBoard(tx -> Events.appendForId(tx, id, 1L, "decided", decided));

    assertThat(cli.run("show", id).out())
        .containsPattern("burnt +3 failed runs, 360 s, cost 1.50\n");
    cli.run("block", id, "why");
    cli.run("unblock", id, "--more", "1");
    assertThat(cli.run("show", id).out()).doesNotContain("burnt ");
  }

  @Test
  void shouldFailToShowAnUnknownTask() {
    CliRig.Result result = cli.run("show", "t_nope");

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err()).contains("'t_nope' is not on this board", "talaria list");
  }

  @Test
  void shouldListRunsOfAnyTaskEvenAnUnknownOne() {
    String id = cli.create("task", "--assignee", "coder");
    cli.onBoard(tx -> Claims.claim(tx, id, "host:1", 900));

    assertThat(cli.run("runs", id, "--json").json()).hasSize(1);
    assertThat(cli.run("runs", id).out()).contains("running", "coder");
    assertThat(cli.run("runs", id, "--json", "--state-type", "outcome", "--state-name", "crashed")
            .out())
        .isEqualTo("[]\n");
    CliRig.Result unknown = cli.run("runs", "t_nope", "--json");
    assertThat(unknown.exit()).isZero();
    assertThat(unknown.out()).isEqualTo("[]\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"runs", "show"})
  void shouldRefuseHalfAState(String verb) {
    String id = cli.create("task");

    assertThat(cli.run(verb, id, "--state-type", "status").exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run(verb, id, "--state-name", "done").exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run(verb, id, "--state-type", "x", "--state-name", "done").exit())
        .isEqualTo(Exit.USAGE);
  }

  @Test
  void shouldPrintALogOrItsEnd() throws IOException {
    Path logs = Files.createDirectories(home.resolve("kanban/logs"));
    Files.write(
        logs.resolve("t_1.log"),
        "first\nsecond 日本\nlast\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Files.write(logs.resolve("t_2.log"), new byte[] {'o', 'k', (byte) 0xFF, '\n'});

    assertThat(cli.run("log", "t_1").out()).isEqualTo("first\nsecond 日本\nlast\n");
    assertThat(cli.run("log", "t_1", "--tail", "8").out()).isEqualTo("last\n");
    assertThat(cli.run("log", "t_1", "--tail", "99999").out()).startsWith("first");
    assertThat(cli.run("log", "t_2").out()).isEqualTo("ok\uFFFD\n");
    assertThat(cli.run("log", "t_1", "--tail", "0").exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run("log", "t_3").exit()).isEqualTo(Exit.FAILED);
  }

  @Test
  void shouldKeepAWindowThatIsOneLine() throws IOException {
    Path logs = Files.createDirectories(home.resolve("kanban/logs"));
    Files.writeString(logs.resolve("t_1.log"), "x".repeat(100_000));

    assertThat(cli.run("log", "t_1", "--tail", "70000").out()).hasSize(70_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../secret", "/etc/passwd", "..", "a/b", ""})
  void shouldReadNoFileOutsideTheLogs(String id) throws IOException {
    Files.writeString(home.resolve("secret.log"), "s3cret");

    CliRig.Result result = cli.run("log", id);

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void shouldTailATaskFromItsBeginning() {
    String id = cli.create("task");
    cli.duringPause(() -> cli.create("another"));
    cli.duringPause(() -> cli.run("comment", id, "hello"));

    CliRig.Result result = cli.run("tail", id);

    assertThat(result.exit()).isZero();
    assertThat(result.lines()).hasSize(2);
    assertThat(result.lines()[0]).contains("created");
    assertThat(result.lines()[1]).contains("commented");
    assertThat(cli.run("tail", "t_nope").exit()).isEqualTo(Exit.FAILED);
  }

  @Test
  void shouldWatchFromNowOn() {
    cli.create("before");
    cli.duringPause(() -> cli.create("after", "--assignee", "coder"));
    cli.duringPause(() -> cli.create("later", "--assignee", "writer"));

    CliRig.Result result =
        cli.run("watch", "--json", "--assignee", "Coder", "--kinds", "created,blocked");

    assertThat(result.exit()).isZero();
    assertThat(result.lines()).hasSize(1);
    assertThat(result.json().fieldNames())
        .toIterable()
        .containsExactly("id", "task_id", "kind", "payload", "created_at", "run_id");
    assertThat(result.json().at("/payload/assignee").asText()).isEqualTo("coder");
  }

  /** As of {@code log -f | head}: what goes on for good must not go on for nobody. */
  @Test
  void shouldFollowALogNoLongerThanSomebodyReadsIt() throws IOException {
    String id = cli.create("talks");
    Path log = home.resolve("kanban/logs/" + id + ".log");
    Files.createDirectories(log.getParent());
    Files.writeString(log, "first line\n");
    cli.duringPause(() -> {
      throw new AssertionError("it goes on");
    });
    var gone = new PrintWriter(new Writer() {
      @Override
      public void write(char[] text, int from, int length) throws IOException {
        throw new IOException("Broken pipe");
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    });

    int exit = new Talaria(cli.surroundings(gone, new PrintWriter(new StringWriter())))
        .run("log", id, "--follow");

    assertThat(exit).isZero();
  }

  /** As hermes does; else an empty list would wait in silence for good. */
  @Test
  void shouldWatchEveryKindWhereTheListIsEmpty() {
    cli.duringPause(() -> cli.create("after"));

    assertThat(cli.run("watch", "--kinds", ",").out()).contains("created");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "soon", "0.0001"})
  void shouldRefuseAnIntervalThatIsNone(String interval) {
    assertThat(cli.run("watch", "--interval=" + interval).exit()).isEqualTo(Exit.USAGE);
  }

  @Test
  void shouldRefuseStatusesAndSortKeysThatThereAreNot() {
    assertThat(cli.run("list", "--status", "finished").exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run("list", "--sort", "age").exit()).isEqualTo(Exit.USAGE);
    assertThat(home.resolve("kanban.db")).doesNotExist();
  }

  @Test
  void shouldSayWhatWaitsForABlockedTaskAndLeaveHermesFormsAsTheyAre() {
    String top = cli.create("top", "--assignee", "coder");
    String child = cli.create("child", "--parent", top);
    cli.create("grandchild", "--parent", child);
    assertThat(cli.run("show", top).out()).doesNotContain("stranded");
    assertThat(cli.run("stats").out()).doesNotContain("blocked one");

    cli.run("block", top, "no access");

    assertThat(cli.run("show", top).out())
        .contains("stranded    2 tasks wait for it, up to 2 deep");
    assertThat(cli.run("why", top).out()).contains("2 tasks wait for it, up to 2 deep.");
    assertThat(cli.run("stats").out())
        .contains("2 tasks wait for a blocked one, up to 2 deep. Most for %s (2).".formatted(top));
    assertThat(cli.run("why", top, "--json").json().path("stranded").toString())
        .isEqualTo("{\"tasks\":2,\"depth\":2,\"at_least\":false}");
    assertThat(cli.run("why", child, "--json").json().has("stranded")).isFalse();
    assertThat(cli.run("show", top, "--json").out()).doesNotContain("stranded");
    assertThat(cli.run("stats", "--json").json().fieldNames())
        .toIterable()
        .containsExactly("by_status", "by_assignee", "oldest_ready_age_seconds", "now");
  }
}
