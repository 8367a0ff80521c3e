package dev.talaria.protocol.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  @ParameterizedTest
  @ValueSource(strings = {"alpha/default", "A.b-c_9/a", "h/0", "host-17.example.org/my_board-2"})
  void shouldReadABoardAndWriteItAsItWas(String text) {
    assertThat(BoardKey.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "alpha",
        "/",
        "alpha/",
        "/default",
        "alpha/Default",
        "alpha/a b",
        "alpha/a/b",
        "-a/default",
        ".a/default",
        "al pha/default",
        "alpha/-x",
        "alpha/a#b",
        "alpha/d\u00e9faut",
        "alpha/default\n"
      })
  void shouldRefuseWhatIsNoBoard(String text) {
    assertThatThrownBy(() -> BoardKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  @Test
  void shouldBoundTheLengthOfNames() {
    assertThat(BoardKey.parse("h".repeat(63) + "/" + "s".repeat(64)).slug()).hasSize(64);
    assertThatThrownBy(() -> BoardKey.parse("h".repeat(64) + "/s"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BoardKey.parse("h/" + "s".repeat(65)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldCutALongNameInARefusal() {
    assertThatThrownBy(() -> Lane.of("x".repeat(5_000)))
        .message()
        .satisfies(message -> assertThat(message.length()).isLessThan(250));
  }

  @ParameterizedTest
  @ValueSource(strings = {"alpha/default#t_ab12cd34", "h/b#TASK-7", "h/b#a task/with:odd chars"})
  void shouldReadATaskKeyAndWriteItAsItWas(String text) {
    TaskKey task = TaskKey.parse(text);

    assertThat(task).hasToString(text);
    assertThat(RunKey.parse(text + "#7").task()).isEqualTo(task);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "h/b", "h/b#", "h/b#  ", "h/b#a#b", "h#t_1", "#t_1"})
  void shouldRefuseWhatIsNoTaskKey(String text) {
    assertThatThrownBy(() -> TaskKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldReadARunKeyAndWriteItAsItWas() {
    RunKey run = RunKey.parse("alpha/default#t_ab12cd34#7");

    assertThat(run).isEqualTo(BoardKey.parse("alpha/default").task("t_ab12cd34").run(7));
    assertThat(run).hasToString("alpha/default#t_ab12cd34#7");
    assertThat(run.board()).hasToString("alpha/default");
    assertThat(run.taskId()).isEqualTo("t_ab12cd34");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h/b#t_1",
        "h/b#t_1#",
        "h/b#t_1#0",
        "h/b#t_1#-1",
        "h/b#t_1#x",
        "h/b#t_1#1 ",
        "h/b#t_1#01",
        "h/b#t_1#+1",
        "h/b#t_1#\u0661",
        "h/b#t_1#99999999999999999999",
        "h/b#t#1#2",
        "7"
      })
  void shouldRefuseWhatIsNoRunKey(String text) {
    assertThatThrownBy(() -> RunKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldReadALauncherAndWriteItAsItWas() {
    assertThat(LauncherKey.parse("beta/launcher/main"))
        .isEqualTo(new LauncherKey("beta", "main"))
        .hasToString("beta/launcher/main");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "beta",
        "beta/main",
        "beta/dispatcher/main",
        "beta/launcher/",
        "/launcher/m",
        "b/launcher/a/launcher/c"
      })
  void shouldRefuseWhatIsNoLauncher(String text) {
    assertThatThrownBy(() -> LauncherKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldKnowWhichAssigneesCanBeALane() {
    assertThat(Stream.of("coder", "a", "code-review_2", "9"))
        .allSatisfy(name -> assertThat(Lane.isLane(name)).isTrue());
    assertThat(Stream.of("", "Coder", "a b", "a.b", "../x", "-a", "x".repeat(65), "coder\n"))
        .allSatisfy(name -> {
          assertThat(Lane.isLane(name)).as(name).isFalse();
          assertThatThrownBy(() -> Lane.of(name)).isInstanceOf(IllegalArgumentException.class);
        });
  }
}
