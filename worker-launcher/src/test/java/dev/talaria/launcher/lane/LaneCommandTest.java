package dev.talaria.launcher.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.launcher.process.SpawnFailure;
import dev.talaria.protocol.policy.FailureClass;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneCommandTest {
  private final LaneValues values = new LaneValues()
      .with("task_id", "t_1")
      .with("profile", "coder")
      .with("title", "Fix 'it'; rm -rf $HOME {model}");

  @Test
  void shouldFillValuesWithinOneArgument() throws Exception {
    LaneCommand command =
        LaneCommand.parse(List.of("tool", "--id={task_id}", "{title}", "{{literal}}", 7));

    assertThat(command.fill(values))
        .as("a value is never read as a template again")
        .containsExactly("tool", "--id=t_1", "Fix 'it'; rm -rf $HOME {model}", "{literal}", "7");
  }

  @Test
  void shouldDropGroupsWithoutAValueAndRepeatThoseWithSeveral() throws Exception {
    LaneCommand command = LaneCommand.parse(
        List.of("tool", List.of("-m", "{model}"), List.of("--skills", "{skills}"), "chat"));

    assertThat(command.fill(values)).containsExactly("tool", "chat");
    assertThat(command.fill(values.with("model", "big").with("skills", List.of("a", "b"))))
        .containsExactly("tool", "-m", "big", "--skills", "a", "--skills", "b", "chat");
  }

  @Test
  void shouldNotLetAValueBecomeAnOption() {
    LaneCommand command = LaneCommand.parse(List.of("tool", "{title}"));

    assertThatThrownBy(() -> command.fill(values.with("title", "--dangerously")))
        .isInstanceOfSatisfying(
            SpawnFailure.class, e -> assertThat(e.failureClass()).isEqualTo(FailureClass.TASK))
        .hasMessageContaining("{title} is '--dangerously', which begins with a dash");
  }

  @Test
  void shouldRefuseTemplatesThatCannotBeMeant() {
    assertThatThrownBy(() -> LaneCommand.parse(List.of("tool", "{titel}")))
        .hasMessageContaining("known are [task_id");
    assertThatThrownBy(() -> LaneCommand.parse(List.of("{profile}")))
        .hasMessageContaining("a task must not choose it");
    assertThatThrownBy(() -> LaneCommand.parse(List.of()))
        .hasMessageContaining("does not begin with a program");
    assertThatThrownBy(() -> LaneCommand.parse(List.of("tool", "{")))
        .hasMessageContaining("single brace");
    assertThatThrownBy(() -> LaneCommand.parse(List.of("tool", true)))
        .hasMessageContaining("neither text nor a list");
  }

  @Test
  void shouldCallHermesAsItsOwnDispatcherDoes() throws Exception {
    assertThat(LanePreset.hermes(List.of("/opt/hermes"), true)
            .command()
            .fill(values.with("model", "big").with("skills", List.of("git"))))
        .containsExactly(
            "/opt/hermes",
            "-p",
            "coder",
            "--accept-hooks",
            "--skills",
            "kanban-worker",
            "--skills",
            "git",
            "-m",
            "big",
            "chat",
            "-q",
            "work kanban task t_1");
    assertThat(LanePreset.of("hermes").mode()).isEqualTo(LaneMode.PROTOCOL);
  }

  @Test
  void shouldKnowItsPresets() throws Exception {
    values.with("context_file", "/r/context.md").with("title", "-x");
    for (String name : List.of("claude", "codex", "opencode")) {
      List<String> argv = LanePreset.of(name).command().fill(values);
      assertThat(argv.get(0)).isEqualTo(name);
      assertThat(argv).anyMatch(it -> it.contains("t_1: -x") && it.contains("/r/context.md"));
      assertThat(LanePreset.of(name).mode()).isEqualTo(LaneMode.EXIT_CODE);
    }
    assertThatThrownBy(() -> LanePreset.of("clod"))
        .hasMessageContaining("known are hermes, claude");
  }
}
