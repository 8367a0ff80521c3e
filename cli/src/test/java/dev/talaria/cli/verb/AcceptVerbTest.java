package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.audit.BoardAudit;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.dispatch.Verdicts;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Recompute;
import dev.talaria.board.transition.Runs;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** accept: for as long as the task is blocked for its worker's silence, and no longer. */
class AcceptVerbTest {
  private static final ObjectNode DRAFT = BoardJson.object()
      .put("reason", "unknown cards t_deadbeef")
      .put("summary", "The login works again")
      .put("result", "fixed");

  static {
    DRAFT.putObject("metadata").put("pr", 7);
  }

  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void rig() {
    cli = new CliRig(home);
  }

  @AfterEach
  void shouldLeaveASoundBoard() {
    assertThat(cli.<List<String>>onBoard(BoardAudit::violations)).isEmpty();
  }

  /** What a dispatcher does with a silent exit, until the decision. */
  private long ends(String id, @Nullable ObjectNode draft, String tail) {
    return cli.<Long>onBoard(tx -> {
      Claims.claim(tx, id, "h:1", 900);
      Long run = Runs.current(tx, id);
      ObjectNode payload = BoardJson.object().put("log_tail", tail);
      payload.set("draft", draft);
      RunEnd end = RunEnd.of("protocol_violation", "crashed")
          .withError("silent")
          .withPayload(payload)
          .awaitingDecision(CliRig.NOW.getEpochSecond() + 5, null)
          .counted();
      assertThat(RunEnds.closeRun(tx, id, run, end)).isTrue();
      return run;
    });
  }

  private long silent(String id, @Nullable ObjectNode draft, String tail) {
    long run = ends(id, draft, tail);
    cli.onBoard(tx -> new Verdicts(new Recompute(1))
        .blockWithReason(tx, id, run, BoardJson.object().put("reason", "silent exit")));
    return run;
  }

  private Task task(String id) {
    return cli.onBoard(tx -> Tasks.find(tx, id).orElseThrow());
  }

  private EventRow completed(String id) {
    List<EventRow> found = cli.onBoard(tx -> EventLog.ofTask(tx, id, "completed"));
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private void refuses(String run, String... words) {
    int before = cli.onBoard(tx -> (int) EventLog.maxIds(tx).events());
    for (String option : List.of("--show", "--author=ann")) {
      CliRig.Result result = cli.run("accept", run, option);
      assertThat(result.exit()).as(result.out()).isEqualTo(Exit.FAILED);
      assertThat(result.err()).contains(words);
      assertThat(result.out()).isEmpty();
    }
    assertThat(cli.<Integer>onBoard(tx -> (int) EventLog.maxIds(tx).events())).isEqualTo(before);
  }

  @Test
  void shouldCompleteATaskWithTheRefusedDraft() {
    String id = cli.create("login");
    String child = cli.create("child", "--parent", id);
    long run = silent(id, DRAFT, "some output");

    CliRig.Result shown = cli.run("accept", id, "--dry-run");
    assertThat(shown.exit()).isZero();
    assertThat(shown.out())
        .contains(
            "the board refused", "unknown cards t_deadbeef", "The login works again", "\"pr\"")
        .doesNotContain("some output");
    assertThat(cli.status(id)).isEqualTo("blocked");

    assertThat(cli.run("accept", Long.toString(run), "--author", "ann").out())
        .isEqualTo("Accepted run %d: %s is done\n".formatted(run, id));

    assertThat(task(id).status()).isEqualTo("done");
    assertThat(task(id).result()).isEqualTo("fixed");
    assertThat(cli.status(child)).isEqualTo("ready");
    assertThat(cli.<@Nullable String>onBoard(tx -> Tasks.latestSummary(tx, id)))
        .isEqualTo("The login works again");
    JsonNode payload = completed(id).payloadObject();
    assertThat(payload.path("accepted").toString())
        .isEqualTo("{\"run\":%d,\"by\":\"ann\",\"from\":\"draft\"}".formatted(run));
    assertThat(payload.path("summary").asText()).isEqualTo("The login works again");
    refuses(id, "ended as 'completed'");
    refuses(Long.toString(run), "accepted already, by ann", "it is 'done' now");
  }

  @Test
  void shouldTakeTheEndOfTheOutputWhereNothingWasRefused() {
    String id = cli.create("loud");
    silent(id, null, "first\n".repeat(30) + "\u001b[31mall good\n\n");

    assertThat(cli.run("accept", id, "--show").out()).contains("all good").doesNotContain("\u001b");
    JsonNode told = cli.run("accept", id, "--json").json();

    assertThat(told).hasSize(1);
    assertThat(told.get(0).path("accepted").asBoolean()).isTrue();
    assertThat(told.get(0).path("from").asText()).isEqualTo("output");
    assertThat(told.get(0).path("summary").asText().lines())
        .hasSize(20)
        .last()
        .isEqualTo("\u001b[31mall good");
    assertThat(completed(id).payloadObject().at("/accepted/by").asText()).isEqualTo("user");
  }

  @Test
  void shouldKeepOthersFromBeingHeldBackByOneThatIsRefused() {
    String one = cli.create("one");
    String two = cli.create("two");
    silent(one, null, "one");
    silent(two, null, "two");

    CliRig.Result result = cli.run("accept", one, "t_nope", "999", "alpha/default#x", two);

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.out().lines()).hasSize(2);
    assertThat(result.err())
        .contains(
            "'t_nope' does not exist", "Run 999 is not on this board", "is not a run; expected");
    assertThat(cli.status(two)).isEqualTo("done");
  }

  @Test
  void shouldKnowARunByItsKey() {
    String id = cli.create("task");
    long run = silent(id, null, "words");
    refuses(
        "alpha/other#%s#%d".formatted(id, run), "of board 'alpha/other'", "--board alpha/other");
    refuses("beta/default#t_other#" + run, "is of task '%s'".formatted(id), "--board beta/default");

    assertThat(cli.run("accept", "alpha/default#%s#%d".formatted(id, run)).exit())
        .isZero();
  }

  @Test
  void shouldRefuseWhatIsNotBlockedForThatSilence() {
    String fresh = cli.create("fresh");
    refuses(fresh, "has not run yet");

    String running = cli.create("running");
    cli.run("claim", running);
    refuses(running, "has not ended");

    String crashed = cli.create("crashed");
    cli.onBoard(tx -> {
      Claims.claim(tx, crashed, "h:1", 900);
      return RunEnds.closeRun(
          tx, crashed, Runs.current(tx, crashed), RunEnd.of("crashed", "crashed"));
    });
    refuses(crashed, "ended as 'crashed'", "talaria complete " + crashed);

    String judged = cli.create("judged");
    ends(judged, DRAFT, "");
    refuses(judged, "being decided", "in a moment");

    String mute = cli.create("mute");
    silent(mute, BoardJson.object().putNull("summary"), " \n");
    refuses(mute, "left nothing", "talaria complete " + mute);

    String unblocked = cli.create("unblocked");
    silent(unblocked, DRAFT, "");
    cli.run("unblock", unblocked);
    refuses(unblocked, "unblocked since", "it is 'ready' now");
    cli.run("block", unblocked);
    refuses(unblocked, "unblocked since", "it is 'blocked' now");

    String finished = cli.create("finished");
    long run = silent(finished, DRAFT, "");
    cli.run("complete", finished);
    refuses(Long.toString(run), "completed since", "'done' now");

    String archived = cli.create("archived");
    silent(archived, DRAFT, "");
    cli.run("archive", archived);
    refuses(archived, "moved on since (archived)");

    String retried = cli.create("retried");
    long first = ends(retried, DRAFT, "");
    cli.onBoard(tx -> new Verdicts(new Recompute(1)).release(tx, retried, first));
    refuses(Long.toString(first), "the task is 'ready', not blocked");
    long second = silent(retried, null, "second");
    refuses(Long.toString(first), "run again since (run %d)".formatted(second));
    assertThat(cli.run("accept", retried).exit()).isZero();
  }

  @Test
  void shouldTakeTheWordsOfATaskThatWasGivenUpForThem() {
    String id = cli.create("given up");
    long run = ends(id, DRAFT, "");
    cli.onBoard(tx -> new Verdicts(new Recompute(1))
        .giveUp(tx, id, run, BoardJson.object().put("failures", 1).put("error", "silent")));

    assertThat(cli.run("accept", id).exit()).isZero();
  }

  @Test
  void shouldSayWhereItMayBeUsed() {
    String id = cli.create("silent");
    String other = cli.create("other", "--initial-status", "blocked");
    silent(id, null, "words");

    String hint = "talaria accept " + id;
    assertThat(cli.run("why", id).out())
        .contains(hint + " --show", "silent exit", "talaria unblock");
    assertThat(cli.run("why", id, "--json")
            .json()
            .at("/reasons/0/facts/accept_run")
            .isNumber())
        .isTrue();
    assertThat(cli.run("show", id).err()).contains(hint);
    assertThat(cli.run("show", other).err()).doesNotContain("accept");
    assertThat(cli.run("why", other).out()).doesNotContain("accept");
    cli.onBoard(tx -> tx.update("UPDATE task_events SET created_at = created_at - 864000"));
    assertThat(cli.run("diagnostics", "--task", id).out()).contains(hint + " --show");
    assertThat(cli.run("diagnostics", "--task", other).out()).doesNotContain("accept");
  }

  @Test
  void shouldRemoveTheScratchWorkspaceThatNobodyNeeds() throws Exception {
    String id = cli.create("scratch");
    Path place = Files.createDirectories(home.resolve("kanban/workspaces").resolve(id));
    cli.onBoard(
        tx -> tx.update("UPDATE tasks SET workspace_path = ? WHERE id = ?", place.toString(), id));
    silent(id, null, "words");

    assertThat(cli.run("accept", id, "--show").exit()).isZero();
    assertThat(place).isDirectory();
    assertThat(cli.run("accept", id).exit()).isZero();
    assertThat(place).doesNotExist();
  }
}
