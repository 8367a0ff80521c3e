package dev.talaria.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Session;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.service.config.ConfigLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DispatchedBoardsTest {
  @TempDir
  Path home;

  private final StringWriter err = new StringWriter();
  private CliRig cli;

  @BeforeEach
  void aHomeWithTwoBoards() {
    cli = new CliRig(home);
    cli.create("waiting", "--assignee", "coder");
    assertThat(cli.run("boards", "create", "web").exit()).isZero();
  }

  @Test
  void shouldOnlyWatchANewBoardWithWorkWhereNobodyCanBeAsked() throws IOException {
    assertThat(find(Map.of(), "coder"))
        .extracting(file -> file.key().toString(), BoardFile::grants)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("alpha/default", false),
            org.assertj.core.groups.Tuple.tuple("alpha/web", true));
    assertThat(err.toString())
        .contains("Board 'default' was never dispatched by Talaria, and 1 of its tasks would start")
        .contains("start with --dispatch");
  }

  @Test
  void shouldDispatchABoardOnceItWasAgreedTo() throws IOException {
    assertThat(find(Map.of("dispatch.new_boards", "start"), "coder")).allMatch(BoardFile::grants);

    assertThat(find(Map.of("dispatch.new_boards", "watch"), "coder")).allMatch(BoardFile::grants);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldNotAskWhereNothingWouldStart() throws IOException {
    assertThat(find(Map.of(), "writer")).allMatch(BoardFile::grants);
  }

  @Test
  void shouldDispatchTheNamedBoardsOnly() throws IOException {
    assertThat(find(Map.of("dispatch.boards", "web"), "coder"))
        .extracting(file -> file.key().toString())
        .containsExactly("alpha/web");
    assertThatThrownBy(() -> find(Map.of("dispatch.boards", "wed"), "coder"))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("There is no board 'wed'")
        .hasMessageContaining("there are: default, web");
  }

  private List<BoardFile> find(Map<String, String> flags, String served) throws IOException {
    var session =
        new Session(cli.surroundings(new PrintWriter(new StringWriter()), new PrintWriter(err)));
    var config = new ConfigLoader(home, Map.of(), new HashMap<>(flags)).load();
    return new DispatchedBoards(session, "alpha", config.dispatch()).find(served::equals);
  }
}
