package dev.talaria.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalConfigTest {
  @TempDir
  Path home;

  private final Map<String, String> environment = new HashMap<>();

  private LocalConfig load() {
    return LocalConfig.load(home, environment);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(home.resolve(name), text);
  }

  @Test
  void shouldHaveDefaultsWithoutFiles() {
    assertThat(load()).isEqualTo(LocalConfig.DEFAULT);
  }

  @Test
  void shouldReadTheTriageSectionAndLeaveTheRestToOthers() throws IOException {
    write("talaria.yaml", """
        triage:
          command: [/opt/ask, --model, "big one"]
          timeout: 30s
          profiles:
            coder: writes code
        policy.failure_limit: 5
        launcher:
          lanes:
            bash: {command: [sh]}
        something: else
        """);

    LocalConfig config = load();

    assertThat(config.triage().command()).containsExactly("/opt/ask", "--model", "big one");
    assertThat(config.triage().timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.triage().profiles()).isEqualTo(Map.of("coder", "writes code"));
    assertThat(config.lanes()).containsExactly("bash");
    assertThat(config.diagnostics().failureThreshold()).isEqualTo(5);
    assertThat(config.orchestration().isKnown()).as("hermes has no file").isFalse();
  }

  @Test
  void shouldTakeTheCommandFromTheEnvironment() {
    environment.put("TALARIA_TRIAGE_COMMAND", " ./ask.sh  -v ");
    assertThat(load().triage().command()).containsExactly("./ask.sh", "-v");
    environment.put("TALARIA_TRIAGE_COMMAND", "  ");
    assertThat(load().triage().command()).isEmpty();
  }

  @Test
  void shouldRefuseWhatIsWrongInTheTriageSection() throws IOException {
    write("talaria.yaml", "triage: {comand: [x]}");
    assertThatThrownBy(this::load)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("did you mean 'triage.command'");
    write("talaria.yaml", "triage: {command: ask}");
    assertThatThrownBy(this::load).hasMessageContaining("expected a list");
    write("talaria.yaml", "triage: {timeout: 0s}");
    assertThatThrownBy(this::load).hasMessageContaining("triage.timeout");
    write("talaria.yaml", "triage: [");
    assertThatThrownBy(this::load).hasMessageContaining("is not YAML");
  }

  @Test
  void shouldReadHermessThresholds() throws IOException {
    write("config.yaml", """
        model: {default: some/model}
        auxiliary:
          kanban_decomposer: {provider: auto, model: ""}
          triage_specifier: {provider: openrouter}
        kanban:
          failure_limit: 4
          auto_decompose: false
          auto_decompose_per_tick: 7
          auto_promote_children: false
          orchestrator_profile: boss
          default_assignee: coder
          diagnostics:
            crash_threshold: 3
            blocked_stale_hours: 1.5
            stranded_threshold_seconds: 60
        """);

    LocalConfig config = load();

    assertThat(config.diagnostics())
        .isEqualTo(new DiagnosticsConfig(4, 4, 3, Duration.ofMinutes(90), Duration.ofMinutes(1)));
    assertThat(config.orchestration())
        .isEqualTo(
            new OrchestrationConfig("boss", "coder", false, 7, false, true, true, false, true));
    assertThat(config.orchestration().slotIsExplicit()).isTrue();
  }

  @Test
  void shouldTakeHermessDefaultsForValuesThatItWouldNotAccept() throws IOException {
    write("config.yaml", """
        model: ""
        kanban:
          failure_limit: 0
          auto_decompose: true
          diagnostics:
            spawn_failure_threshold: 6
            failure_threshold: many
            crash_threshold: -1
            blocked_stale_hours: never
            stranded_threshold_seconds: []
        """);

    LocalConfig config = load();

    assertThat(config.diagnostics())
        .isEqualTo(new DiagnosticsConfig(6, 2, 2, Duration.ofHours(24), Duration.ofMinutes(30)));
    assertThat(config.orchestration().hasMainModel()).isFalse();
    write("config.yaml", "kanban: {diagnostics: 7}");
    assertThat(load().diagnostics()).isEqualTo(DiagnosticsConfig.DEFAULT);
  }

  @Test
  void shouldReadAProfilesDescriptionIfThereIsOne() throws IOException {
    assertThat(LocalConfig.profileDescription(home)).isEmpty();
    write("profile.yaml", "description: ' reads things '\nother: 1\n");
    assertThat(LocalConfig.profileDescription(home)).isEqualTo("reads things");
    write("profile.yaml", "description: [");
    assertThat(LocalConfig.profileDescription(home)).isEmpty();
  }
}
