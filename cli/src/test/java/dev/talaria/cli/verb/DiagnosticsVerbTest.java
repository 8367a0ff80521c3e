package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosticsVerbTest {
  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void rig() {
    cli = new CliRig(home);
  }

  private String failing(int failures) {
    String id = cli.create("task");
    cli.onBoard(tx -> tx.update(
        "UPDATE tasks SET consecutive_failures = ?, last_failure_error = 'boom' WHERE id = ?",
        failures,
        id));
    return id;
  }

  @Test
  void shouldSayThatNothingIsWrong() {
    cli.create("task");

    CliRig.Result result = cli.run("diagnostics");

    assertThat(result.exit()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).isEqualTo("Nothing needs attention.\n");
    assertThat(cli.run("diag", "--json").json()).isEmpty();
  }

  @Test
  void shouldTellWhatIsWrongAndWhatToDo() {
    String id = failing(2);

    String out = cli.run("diagnostics").out();

    assertThat(out)
        .contains(id, "error", "Failed 2 times in a row", "boom", "talaria log " + id)
        .endsWith("1 task: 1 error.\n");
    assertThat(cli.run("show", id).out())
        .contains("Diagnostics\n  error     Failed 2 times in a row", "diagnostics --task " + id);
  }

  @Test
  void shouldPrintTheContractsJson() {
    String id = failing(4);

    JsonNode json = cli.run("diagnostics", "--json", "--severity", "critical").json();

    assertThat(json).hasSize(1);
    assertThat(json.at("/0/task_id").asText()).isEqualTo(id);
    assertThat(json.at("/0/diagnostics/0/kind").asText()).isEqualTo("repeated_failures");
    assertThat(json.at("/0/diagnostics/0/severity").asText()).isEqualTo("critical");
    assertThat(cli.run("show", id, "--json").json().has("diagnostics")).isFalse();
  }

  @Test
  void shouldKeepToATaskAndALevel() {
    String failing = failing(2);
    failing(2);

    assertThat(cli.run("diagnostics", "--task", failing, "--json").json()).hasSize(1);
    assertThat(cli.run("diagnostics", "--severity", "critical", "--json").json())
        .isEmpty();
    assertThat(cli.run("diagnostics", "--task", cli.create("fine"), "--json").json())
        .isEmpty();
  }

  @Test
  void shouldRefuseAnUnknownTaskAndLevel() {
    assertThat(cli.run("diagnostics", "--task", "t_nope").exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("diagnostics", "--severity", "mild").exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run("diagnostics", "t_nope").exit()).isEqualTo(Exit.USAGE);
  }

  @Test
  void shouldHeedHermessThresholds() throws IOException {
    String id = failing(3);
    Files.writeString(
        home.resolve("config.yaml"), "kanban: {diagnostics: {failure_threshold: 4}}\n");

    assertThat(cli.run("diagnostics", "--json").json()).isEmpty();
    assertThat(cli.run("show", id).out()).doesNotContain("Diagnostics");
  }

  @Test
  void shouldSayThatNoModelTakesIdeasOutOfTriage() throws IOException {
    cli.create("idea", "--triage");
    assertThat(cli.run("diagnostics", "--json").json())
        .as("hermes is not set up here")
        .isEmpty();
    Files.writeString(home.resolve("config.yaml"), "kanban: {}\n");

    JsonNode json = cli.run("diagnostics", "--json").json();

    assertThat(json.at("/0/diagnostics/0/kind").asText()).isEqualTo("triage_aux_unavailable");
    cli.with("TALARIA_TRIAGE_COMMAND", "ask");
    assertThat(cli.run("diagnostics", "--json").json()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"triage: [", "triage: {commnd: [x]}", "- a list"})
  void shouldRefuseAConfigurationThatCannotBeUsedButStillShowTasks(String yaml) throws IOException {
    String id = failing(2);
    Files.writeString(home.resolve("talaria.yaml"), yaml);

    CliRig.Result result = cli.run("diagnostics");

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err()).contains("talaria.yaml").doesNotContain("Unexpected");
    assertThat(cli.run("show", id).out()).contains("Failed 2 times");
  }

  @Test
  void shouldNotFloodATerminal() {
    cli.onBoard(tx -> {
      for (int i = 0; i < 120; i++) {
        tx.update(
            "INSERT INTO tasks (id, title, status, created_at, consecutive_failures) VALUES (?, 'bad' || char(27), 'ready', 1, 9)",
            "t_" + i);
      }
      return true;
    });

    String out = cli.run("diagnostics").out();

    assertThat(out).contains("... and 20 tasks more").endsWith("120 tasks: 120 critical.\n");
    assertThat(out).doesNotContain("\u001b");
    assertThat(cli.run("diagnostics", "--json").json()).hasSize(120);
  }
}
