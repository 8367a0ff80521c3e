package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** specify and decompose, with shell scripts as models. */
@Timeout(60)
class TriageVerbsTest {
  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void rig() throws IOException {
    cli = new CliRig(home);
    Files.createDirectories(home.resolve("work")); // where the rig's user stands
  }

  /** From now on this script is the model. */
  private void model(String script) throws IOException {
    Path file = Files.writeString(home.resolve("model.sh"), script);
    Files.writeString(
        home.resolve("talaria.yaml"),
        "triage:\n  command: [sh, '%s']\n  timeout: 20s\n".formatted(file));
  }

  private String idea(String... more) {
    String[] args = new String[more.length + 1];
    args[0] = "--triage";
    System.arraycopy(more, 0, args, 1, more.length);
    return cli.create("rough idea", args);
  }

  private int events(String id) {
    return cli.run("show", id, "--json").json().get("events").size();
  }

  @Test
  void shouldSayHowToGetAModel() {
    String id = idea();

    CliRig.Result result = cli.run("specify", id, "--json");

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    JsonNode json = result.json();
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("task_id", "ok", "reason", "new_title");
    assertThat(json.get("ok").asBoolean()).isFalse();
    assertThat(json.get("reason").asText())
        .startsWith("no auxiliary client: set triage.command in '" + home)
        .contains("TALARIA_TRIAGE_COMMAND");
    assertThat(cli.run("decompose", id).err()).contains(id + ": no auxiliary client");
    assertThat(events(id)).isEqualTo(1);
  }

  @Test
  void shouldSpecifyWithAScript() throws IOException {
    model("""
        cat >request.json
        echo '```json'
        echo '{"title": "Do it", "body": "so"}'
        echo '```'
        """);
    String id = idea();

    CliRig.Result result = cli.run("specify", id, "--author", "ann");

    assertThat(result.out()).isEqualTo("Specified " + id + ": Do it\n");
    assertThat(cli.status(id)).isEqualTo("ready");
    assertThat(cli.run("show", id, "--json").json().at("/comments/0/author").asText())
        .isEqualTo("ann");
    JsonNode request =
        JsonMapper.builder().build().readTree(Files.readString(home.resolve("work/request.json")));
    assertThat(request.get("purpose").asText()).isEqualTo("specify");
    assertThat(request.at("/task/id").asText()).isEqualTo(id);
    assertThat(request.get("timeout_seconds").asInt()).isEqualTo(20);
  }

  @Test
  void shouldDecomposeWithAScript() throws IOException {
    Files.createDirectories(home.resolve("profiles/coder"));
    Files.writeString(home.resolve("profiles/coder/profile.yaml"), "description: writes code\n");
    model("""
        grep -q '"name":"coder","description":"writes code"' || exit 9
        echo '{"fanout": true, "tasks": [{"title": "a", "assignee": "coder"}, {"title": "b", "parents": [0]}]}'
        """);
    String id = idea();

    CliRig.Result result = cli.run("decompose", id, "--json");

    assertThat(result.exit()).as(result.out()).isZero();
    assertThat(result.lines()).hasSize(1);
    JsonNode json = result.json();
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("task_id", "ok", "reason", "new_title", "fanout", "child_ids");
    String first = json.at("/child_ids/0").asText();
    assertThat(cli.status(first)).isEqualTo("ready");
    assertThat(cli.run("show", first, "--json").json().at("/task/assignee").asText())
        .isEqualTo("coder");
    assertThat(cli.run("show", json.at("/child_ids/1").asText(), "--json")
            .json()
            .at("/task/assignee")
            .asText())
        .as("who was not named becomes the default")
        .isEqualTo("default");
    assertThat(cli.status(id)).isEqualTo("todo");
  }

  @Test
  void shouldFailForAllOnlyWhenEveryOneFails() throws IOException {
    String first = idea("--tenant", "acme");
    String second = idea("--tenant", "acme", "--priority", "-1");
    String other = idea("--tenant", "other");
    model("""
        if grep -q %s; then echo 'no such model' >&2; exit 1; fi
        echo '{"title": "Done", "body": "b"}'
        """.formatted(second));

    CliRig.Result mixed = cli.run("specify", "--all", "--tenant", "acme", "--json");

    assertThat(mixed.exit()).isZero();
    assertThat(mixed.lines()).hasSize(2);
    assertThat(mixed.lines()[0]).contains(first, "\"ok\":true");
    assertThat(mixed.lines()[1]).contains(second, "exited with 1: no such model");
    assertThat(cli.run("specify", "--all", "--tenant", "acme").exit())
        .as("only the failing one is left")
        .isEqualTo(Exit.FAILED);
    assertThat(cli.status(other)).isEqualTo("triage");
  }

  @Test
  void shouldSayThatNothingWaits() {
    assertThat(cli.run("specify", "--all", "--json").out())
        .isEqualTo("{\"specified\":0,\"total\":0}\n");
    assertThat(cli.run("decompose", "--all", "--json").out())
        .isEqualTo("{\"decomposed\":0,\"total\":0}\n");
    assertThat(cli.run("decompose", "--all").err()).isEqualTo("No tasks in triage.\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"specify", "decompose"})
  void shouldRefuseBadArgumentsAndTasks(String verb) throws IOException {
    model("echo '{\"title\": \"x\", \"body\": \"y\"}'");
    String ready = cli.create("ready");

    assertThat(cli.run(verb).exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run(verb, ready, "--all").exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run(verb, "a", "b").exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run(verb, "t_nope").err()).isEqualTo("t_nope: unknown task id\n");
    CliRig.Result result = cli.run(verb, ready);
    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err()).contains("not in triage: it is 'ready'");
    assertThat(events(ready)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exit 3",
        "kill -9 $$",
        ":",
        "echo '{\"tasks\": ['",
        "while :; do printf '%01000d' 0; done",
        "printf '\\000\\001'"
      })
  void shouldLeaveTheBoardAloneWhenTheModelFails(String script) throws IOException {
    model(script);
    String id = idea();

    CliRig.Result result = cli.run("decompose", id);

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err()).startsWith(id + ": ").doesNotContain("Unexpected");
    assertThat(events(id)).isEqualTo(1);
  }

  @Test
  void shouldGiveUpOnAModelThatTakesTooLong() throws IOException {
    Files.writeString(
        home.resolve("talaria.yaml"), "triage: {command: [sleep, '300'], timeout: 500ms}\n");
    String id = idea();

    assertThat(cli.run("specify", id).err()).contains("did not answer within");
    assertThat(events(id)).isEqualTo(1);
  }

  @Test
  void shouldNameTheCommandThatIsMissing() {
    String id = idea();

    CliRig.Result result =
        cli.with("TALARIA_TRIAGE_COMMAND", "/nonexistent/ask").run("specify", id);

    assertThat(result.err()).contains("LLM error: '/nonexistent/ask' cannot be started");
  }
}
