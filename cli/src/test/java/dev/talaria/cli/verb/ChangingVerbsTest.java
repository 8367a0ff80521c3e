package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.dispatch.Waivers;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Runs;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** init, complete, block, unblock, comment, link, unlink, assign and archive. */
class ChangingVerbsTest {
  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void rig() {
    cli = new CliRig(home);
  }

  @Test
  void shouldMakeABoardAndFindItAgain() {
    assertThat(cli.run("init").out()).contains(home.resolve("kanban.db").toString());
    assertThat(cli.run("init").exit()).isZero();
    assertThat(home.resolve("kanban.db")).isNotEmptyFile();
  }

  @Test
  void shouldCompleteWithWhatIsHandedOver() {
    String id = cli.create("task");

    CliRig.Result result = cli.run(
        "complete", id, "--result", "r", "--summary", "s", "--metadata", "{\"ü\": [1, {}]}");

    assertThat(result.exit()).isZero();
    assertThat(result.out()).isEqualTo("Completed " + id + "\n");
    JsonNode shown = cli.run("show", id, "--json").json();
    assertThat(shown.at("/task/result").asText()).isEqualTo("r");
    assertThat(shown.at("/runs/0/summary").asText()).isEqualTo("s");
    assertThat(shown.at("/runs/0/metadata/ü/0").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[1]", "\"text\"", "null", "{\"a\": 1} trailing", "{'a': 1}", "nope"})
  void shouldRefuseMetadataThatIsNoObject(String metadata) {
    String id = cli.create("task");

    CliRig.Result result = cli.run("complete", id, "--metadata=" + metadata);

    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).contains("--metadata");
    assertThat(cli.status(id)).isEqualTo("ready");
  }

  @Test
  void shouldCompleteSeveralButNotWithOneSummary() {
    String first = cli.create("first");
    String second = cli.create("second");

    assertThat(cli.run("complete", first, second, "--summary", "s").exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run("complete", first, second, "--result", "r").exit()).isZero();
    assertThat(cli.status(second)).isEqualTo("done");
  }

  @Test
  void shouldGoOnAfterARefusal() {
    String done = cli.create("done");
    cli.run("complete", done);
    String open = cli.create("open");

    CliRig.Result result = cli.run("complete", done, "t_nope", open);

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.out()).isEqualTo("Completed " + open + "\n");
    assertThat(result.err()).contains("it is 'done'", "'t_nope' is not on this board");
  }

  @Test
  void shouldFenceAWorkerWhoseRunIsOver() {
    String id = cli.create("task", "--assignee", "coder");
    cli.onBoard(tx -> Claims.claim(tx, id, "host:1", 900));
    long run = cli.onBoard(tx -> Runs.current(tx, id));
    CliRig worker = new CliRig(home).with("HERMES_KANBAN_TASK", id);

    CliRig.Result stale =
        worker.with("HERMES_KANBAN_RUN_ID", Long.toString(run + 1)).run("complete", id);
    CliRig.Result staleBlock = worker.run("block", id, "reason");

    assertThat(stale.exit()).isEqualTo(Exit.FAILED);
    assertThat(stale.err()).contains("run " + (run + 1) + " is no longer its run");
    assertThat(staleBlock.exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.status(id)).isEqualTo("running");
    assertThat(worker
            .with("HERMES_KANBAN_RUN_ID", Long.toString(run))
            .run("complete", id)
            .exit())
        .isZero();
    assertThat(cli.status(id)).isEqualTo("done");
  }

  @Test
  void shouldNotFenceAWorkerThatSpeaksOfAnotherTask() {
    String other = cli.create("other");

    cli.with("HERMES_KANBAN_TASK", "t_mine").with("HERMES_KANBAN_RUN_ID", "7");

    assertThat(cli.run("complete", other).exit()).isZero();
  }

  @Test
  void shouldBlockWithAReasonAsComment() {
    String id = cli.create("task");
    String other = cli.create("other");

    CliRig.Result result =
        cli.with("HERMES_PROFILE", "coder").run("block", id, "needs", "a", "key", "--ids", other);

    assertThat(result.exit()).isZero();
    JsonNode shown = cli.run("show", id, "--json").json();
    assertThat(shown.at("/task/status").asText()).isEqualTo("blocked");
    assertThat(shown.at("/comments/0/body").asText()).isEqualTo("BLOCKED: needs a key");
    assertThat(shown.at("/comments/0/author").asText()).isEqualTo("coder");
    assertThat(cli.status(other)).isEqualTo("blocked");
  }

  @Test
  void shouldLeaveNoCommentWhenNothingWasBlocked() {
    String id = cli.create("task");
    cli.run("complete", id);

    assertThat(cli.run("block", id, "too late").exit()).isEqualTo(Exit.FAILED);

    assertThat(cli.run("show", id, "--json").json().get("comments")).isEmpty();
  }

  @Test
  void shouldUnblockAndGrantMoreRuns() {
    String id = cli.create("task");
    cli.run("block", id);

    assertThat(cli.run("unblock", id, "--more", "3").exit()).isZero();

    assertThat(cli.status(id)).isEqualTo("ready");
    assertThat(cli.<Long>onBoard(tx -> Waivers.more(tx, id))).isEqualTo(3);
    assertThat(cli.run("unblock", id).exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("unblock", id, "--more", "0").exit()).isEqualTo(Exit.USAGE);
  }

  @Test
  void shouldComment() {
    String id = cli.create("task");

    assertThat(cli.run("comment", id, "--author", "ann", "--max-len", "4", "--", "-n🚀o way")
            .exit())
        .isZero();

    JsonNode comment = cli.run("show", id, "--json").json().at("/comments/0");
    assertThat(comment.get("body").asText())
        .as("four characters, one of them astral")
        .isEqualTo("-n🚀o");
    assertThat(comment.get("author").asText()).isEqualTo("ann");
    assertThat(cli.run("comment", id, "x", "--max-len", "0").exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run("comment", id, "  ").exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("comment", id, "x", "--author", " ").exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("comment", "t_nope", "x").exit()).isEqualTo(Exit.FAILED);

    String long60 = "x".repeat(60);
    assertThat(cli.run("comment", id, long60, "--author", "", "--max-len", "50").exit())
        .isZero();
    JsonNode trimmed = cli.run("show", id, "--json").json().at("/comments/1");
    assertThat(trimmed.get("body").asText())
        .isEqualTo("x".repeat(14) + "\n\n[trimmed to 50 chars by --max-len]");
    assertThat(trimmed.get("author").asText()).isEqualTo("user");
    assertThat(cli.run("comment", id).exit()).isEqualTo(Exit.USAGE);
  }

  @Test
  void shouldTakeTheAuthorFromTheWorkersProfile() {
    String id = cli.create("task");

    cli.run("comment", id, "one");
    cli.with("HERMES_HOME", "/srv/hermes/profiles/ann").run("comment", id, "two");
    cli.with("HERMES_PROFILE", "bob").run("comment", id, "three");
    cli.with("HERMES_PROFILE_NAME", "cleo").run("comment", id, "four");

    assertThat(cli.run("show", id, "--json").json().get("comments"))
        .extracting(comment -> comment.get("author").asText())
        .containsExactly("user", "ann", "bob", "cleo");
  }

  @Test
  void shouldLinkAndUnlink() {
    String parent = cli.create("parent");
    String child = cli.create("child");

    assertThat(cli.run("link", parent, child).exit()).isZero();
    assertThat(cli.status(child)).isEqualTo("todo");
    assertThat(cli.run("link", child, parent).err()).contains("already waits for");
    assertThat(cli.run("link", parent, parent).exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("link", parent, "t_nope").exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("unlink", parent, child).exit()).isZero();
    assertThat(cli.status(child)).isEqualTo("ready");
    assertThat(cli.run("unlink", parent, child).exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("link", parent).exit()).isEqualTo(Exit.USAGE);
  }

  @Test
  void shouldAssignSomeoneOrNobody() {
    String id = cli.create("task");

    assertThat(cli.run("assign", id, "Coder").out()).isEqualTo("Assigned " + id + " to coder\n");
    for (String nobody : new String[] {"none", "-", "null"}) {
      cli.run("assign", id, "coder");
      assertThat(cli.run("assign", id, nobody).exit()).isZero();
      assertThat(cli.run("show", id, "--json").json().at("/task/assignee").isNull())
          .isTrue();
    }
    assertThat(cli.run("assign", id, " ").exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("assign", "t_nope", "coder").exit()).isEqualTo(Exit.FAILED);
  }

  @Test
  void shouldNotAssignARunningTask() {
    String id = cli.create("task", "--assignee", "coder");
    cli.onBoard(tx -> Claims.claim(tx, id, "host:1", 900));

    CliRig.Result result = cli.run("assign", id, "writer");

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err()).contains("it is running");
  }

  @Test
  void shouldArchiveOnce() {
    String id = cli.create("task");

    assertThat(cli.run("archive", id).exit()).isZero();
    assertThat(cli.run("list", "--json").json()).isEmpty();
    assertThat(cli.run("list", "--archived", "--json").json()).hasSize(1);
    assertThat(cli.run("archive", id).exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("archive").exit()).isEqualTo(Exit.FAILED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-x", "a b"})
  void shouldRefuseWhatIsNoBranch(String branch) {
    CliRig.Result refused = cli.run("create", "t", "--workspace", "worktree", "--branch=" + branch);

    assertThat(refused.exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run("list", "--json").json()).isEmpty();
  }

  @Test
  void shouldTakeEmptyNamesAsHermesDoes() {
    assertThat(cli.run("create", "t", "--assignee", "").exit()).isEqualTo(Exit.FAILED);
    String id = cli.create("t", "--created-by", "");
    assertThat(cli.run("show", id, "--json").json().at("/task/created_by").asText())
        .isEqualTo("user");
  }
}
