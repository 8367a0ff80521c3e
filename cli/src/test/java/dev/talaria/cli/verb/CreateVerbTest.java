package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreateVerbTest {
  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void rig() {
    cli = new CliRig(home);
  }

  @Test
  void shouldPrintTheLineThatGatewaysRead() {
    assertThat(cli.run("create", "x", "--assignee", "Coder").out())
        .matches("Created t_[0-9a-f]{8}  \\(ready, assignee=coder\\)\\R");
    assertThat(cli.run("create", "x", "--triage").out())
        .matches("Created t_[0-9a-f]{8}  \\(triage, assignee=-\\)\\R");
  }

  @Test
  void shouldPrintTheTaskObject() {
    CliRig.Result result = cli.run(
        "create",
        "Füße 🚀",
        "--body",
        "long",
        "--skill",
        "git",
        "--skill",
        "git",
        "--priority",
        "-3",
        "--json");

    assertThat(result.out()).startsWith("{\n  \"id\": \"t_").contains("\"title\": \"Füße 🚀\"");
    JsonNode task = result.json();
    assertThat(task.fieldNames())
        .toIterable()
        .containsExactly(
            "id",
            "title",
            "body",
            "assignee",
            "status",
            "priority",
            "tenant",
            "workspace_kind",
            "workspace_path",
            "branch_name",
            "created_by",
            "created_at",
            "started_at",
            "completed_at",
            "result",
            "skills",
            "max_retries",
            "session_id",
            "workflow_template_id",
            "current_step_key");
    assertThat(task.get("priority").asLong()).isEqualTo(-3);
    assertThat(task.get("skills")).hasSize(1);
    assertThat(task.get("created_by").asText()).isEqualTo("user");
    assertThat(task.get("created_at").asLong()).isEqualTo(CliRig.NOW.getEpochSecond());
  }

  @Test
  void shouldWaitForParents() {
    String first = cli.create("first");
    String second = cli.create("second");

    String child = cli.create("child", "--parent", first, "--parent", second);

    assertThat(cli.status(child)).isEqualTo("todo");
    assertThat(cli.run("show", child, "--json").json().get("parents")).hasSize(2);
    assertThat(cli.run("create", "x", "--parent", "t_nope").exit()).isEqualTo(Exit.FAILED);
  }

  @Test
  void shouldCreateNothingForAKnownKey() {
    String id = cli.create("once", "--idempotency-key", "k");

    assertThat(cli.create("twice", "--idempotency-key", "k")).isEqualTo(id);
    assertThat(cli.run("list", "--json").json()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"90,90", "30s,30", "5m,300", "2h,7200", "1d,86400", "1.5h,5400", ".5m,30"})
  void shouldReadDurations(String text, long seconds) {
    String id = cli.create("x", "--max-runtime", text);

    Task task = cli.onBoard(tx -> Tasks.find(tx, id).orElseThrow());
    assertThat(task.maxRuntimeSeconds()).isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "0", "-5", "5w", "1h30m", "0.5s", "99999999999999999999", "NaN", "1e9"})
  void shouldRefuseOtherDurations(String text) {
    assertThat(cli.run("create", "x", "--max-runtime=" + text).exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run("list", "--json").json()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "dir:/abs/p,dir,/abs/p",
    "worktree,worktree,",
    "worktree:/w,worktree,/w",
    "scratch,scratch,"
  })
  void shouldReadWorkspaces(String text, String kind, String path) {
    String id = cli.create("x", "--workspace", text);

    JsonNode task = cli.run("show", id, "--json").json().get("task");
    assertThat(task.get("workspace_kind").asText()).isEqualTo(kind);
    assertThat(task.get("workspace_path").asText(null)).isEqualTo(path);
  }

  @Test
  void shouldMakeWorkspacePathsAbsolute() {
    String here = cli.create("x", "--workspace", "dir:sub/../repo");
    String there = cli.create("x", "--workspace", "dir:~/repo");

    assertThat(cli.run("show", here, "--json").json().at("/task/workspace_path").asText())
        .isEqualTo(home.resolve("work/repo").toString());
    assertThat(
            cli.run("show", there, "--json").json().at("/task/workspace_path").asText())
        .isEqualTo(home.resolve("user/repo").toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--workspace=attic",
        "--workspace=dir:",
        "--workspace=dir",
        "--branch=b",
        "--max-retries=0",
        "--max-retries=x",
        "--initial-status=done",
        "--priority=high",
        "--nonsense"
      })
  void shouldRefuseOptionsThatMakeNoSense(String option) {
    CliRig.Result result = cli.run("create", "x", option);

    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).isNotBlank();
    assertThat(result.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n", "\u00a0"})
  void shouldRefuseABlankTitle(String title) {
    CliRig.Result result = cli.run("create", title);

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err()).contains("title is blank");
  }

  @Test
  void shouldTakeTextThatBeginsWithADash() {
    String afterDashes =
        cli.run("create", "--json", "--", "-rf is a title").json().get("title").asText();
    CliRig.Result body = cli.run("create", "x", "--body", "-5 degrees", "--json");

    assertThat(afterDashes).isEqualTo("-rf is a title");
    assertThat(body.json().get("body").asText()).isEqualTo("-5 degrees");
    assertThat(cli.run("create", "-rf").err()).contains("goes after '--'");
  }

  @Test
  void shouldKeepHugeAndOddText() {
    String huge = "x".repeat(3_000_000) + "\u0001\u001b[2J\u202e 🚀";

    String id = cli.create("odd \u001b[31mtitle\nsecond line", "--body", huge);

    assertThat(cli.run("show", id, "--json").json().at("/task/body").asText()).isEqualTo(huge);
    assertThat(cli.run("show", id).out()).doesNotContain("\u001b", "\u0001", "\u202e");
    assertThat(cli.run("list").lines()).as("a title stays on its line").hasSize(2);
  }

  @Test
  void shouldStayBlockedWhenCreatedSo() {
    String id = cli.create("gate", "--initial-status", "blocked");

    cli.run("list");

    assertThat(cli.status(id)).isEqualTo("blocked");
  }
}
