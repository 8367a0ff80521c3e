package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoardsVerbTest {
  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void rig() {
    cli = new CliRig(home);
  }

  private String out(String... args) {
    CliRig.Result result = cli.run(args);
    assertThat(result.exit()).as(result.err()).isZero();
    return result.out();
  }

  @Test
  void shouldListBoardsWithWhatIsKnownOfEach() {
    out("boards", "create", "beta", "--name", "Zweite ✓", "--switch");
    out("create", "on beta");
    out("--board", "default", "create", "on default", "--triage");
    JsonNode boards = cli.run("boards", "list", "--json").json();
    assertThat(boards).hasSize(2);
    JsonNode beta = boards.get(1);
    assertThat(beta.fieldNames())
        .toIterable()
        .containsExactly(
            "slug",
            "name",
            "description",
            "icon",
            "color",
            "default_workdir",
            "created_at",
            "archived",
            "db_path",
            "is_current",
            "counts",
            "total");
    assertThat(beta.path("name").asText()).isEqualTo("Zweite ✓");
    assertThat(beta.path("is_current").asBoolean()).isTrue();
    assertThat(boards.get(0).path("is_current").asBoolean()).isFalse();
    assertThat(beta.path("counts").toString()).isEqualTo("{\"ready\":1}");
    assertThat(beta.path("total").asInt()).isEqualTo(1);
    assertThat(beta.path("db_path").asText())
        .isEqualTo(home.resolve("kanban/boards/beta/kanban.db").toString());
    assertThat(out("boards")).isEqualTo(out("boards", "ls")).contains("*  beta");
  }

  @Test
  void shouldHideArchivedBoardsUnlessAllAreAskedFor() throws IOException {
    out("boards", "create", "beta");
    Path metadata = home.resolve("kanban/boards/beta/board.json");
    Files.writeString(metadata, "{\"archived\": true}");
    assertThat(cli.run("boards", "list", "--json").json()).hasSize(1);
    assertThat(cli.run("boards", "list", "--all", "--json").json()).hasSize(2);
  }

  @Test
  void shouldGoOnListingWhenOneFileIsBroken() throws IOException {
    out("boards", "create", "beta");
    Files.writeString(
        home.resolve("kanban/boards/beta/kanban.db"), "no database, long enough to see");
    CliRig.Result result = cli.run("boards", "list", "--json");
    assertThat(result.exit()).isZero();
    assertThat(result.json()).hasSize(2);
    assertThat(result.err()).contains("file is not a database");
  }

  @Test
  void shouldSwitchShowRenameAndSetTheDirectory() {
    out("boards", "create", "beta");
    assertThat(out("boards", "show")).startsWith("default\n");
    out("boards", "switch", " Beta ");
    assertThat(out("boards", "show")).startsWith("beta\n");
    out("boards", "rename", "beta", "Two");
    out("boards", "set-default-workdir", "beta", "src/two");
    JsonNode shown = cli.run("boards", "show", "--json").json();
    assertThat(shown.path("name").asText()).isEqualTo("Two");
    assertThat(shown.path("default_workdir").asText())
        .isEqualTo(home.resolve("work/src/two").toString());
    assertThat(cli.run("create", "x", "--workspace", "worktree", "--json")
            .json()
            .path("workspace_path")
            .asText())
        .isEqualTo(home.resolve("work/src/two").toString());
    out("boards", "set-default-workdir", "beta");
    assertThat(
            cli.run("boards", "show", "--json").json().path("default_workdir").isNull())
        .isTrue();
  }

  @Test
  void shouldSayWhenTheEnvironmentOverridesASwitch() {
    out("boards", "create", "beta");
    cli.with("HERMES_KANBAN_BOARD", "beta");
    assertThat(cli.run("boards", "switch", "default").err()).contains("goes on choosing 'beta'");
  }

  @Test
  void shouldArchiveAndDelete() {
    out("boards", "create", "beta");
    assertThat(out("boards", "rm", "beta")).startsWith("Archived board 'beta' to '");
    out("boards", "create", "beta");
    assertThat(out("boards", "rm", "beta", "--delete")).isEqualTo("Deleted board 'beta'.\n");
    out("boards", "create", "beta");
    assertThat(out("boards", "delete", "beta")).isEqualTo("Deleted board 'beta'.\n");
    assertThat(home.resolve("kanban/boards/_archived"))
        .isDirectoryContaining(path -> path.getFileName().toString().startsWith("beta-"));
    CliRig.Result refused = cli.run("boards", "rm", "default");
    assertThat(refused.exit()).isEqualTo(Exit.FAILED);
  }

  @Test
  void shouldKeepABoardThatIsInUse() {
    out("boards", "create", "beta");
    var options = new BoardOptions(InstantSource.system(), TaskIds.random(new Random(1)));
    try (Board board = Board.open(home.resolve("kanban/boards/beta/kanban.db"), options)) {
      CliRig.Result refused = cli.run("boards", "delete", "beta");
      assertThat(refused.exit()).isEqualTo(Exit.FAILED);
      assertThat(refused.err()).contains("in use").contains("talaria up");
      assertThat(board.path()).exists();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/b", "_archived", "", " ", "-x", "a b", "ä", "x\0y", ".."})
  void shouldRefuseWhatIsNoSlugWithTwo(String slug) {
    for (List<String> verb : List.of(
        List.of("create", "--", slug),
        List.of("rm", "--", slug),
        List.of("delete", "--", slug),
        List.of("switch", "--", slug),
        List.of("show", "--", slug),
        List.of("rename", "--", slug, "name"),
        List.of("set-default-workdir", "--", slug))) {
      CliRig.Result result = cli.run(typed(verb));
      assertThat(result.exit()).as(verb + result.err()).isEqualTo(Exit.USAGE);
      assertThat(result.err()).isNotBlank().doesNotContain("Unexpected");
    }
    if (!slug.equals("a/b")) { // a board of another host
      assertThat(cli.run("--board", slug, "list").exit()).isEqualTo(Exit.USAGE);
    }
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void shouldFailWithOneForABoardThatIsNotThereAndMakeNone() {
    for (List<String> verb : List.of(
        List.of("rm", "gone"),
        List.of("delete", "gone"),
        List.of("switch", "gone"),
        List.of("show", "gone"),
        List.of("rename", "gone", "name"),
        List.of("set-default-workdir", "gone"))) {
      CliRig.Result result = cli.run(typed(verb));
      assertThat(result.exit()).as(verb + result.err()).isEqualTo(Exit.FAILED);
      assertThat(result.err()).contains("Board 'gone' does not exist");
    }
    for (String verb : List.of("list", "init")) {
      assertThat(cli.run("--board", "gone", verb).exit()).isEqualTo(Exit.FAILED);
    }
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void shouldRefuseUnknownVerbsOfTheGroup() {
    CliRig.Result result = cli.run("boards", "lst");
    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).contains("'lst' is not a verb of 'talaria boards'. Did you mean");
    assertThat(cli.run("boards", "--help").out()).contains("set-default-workdir", "rename");
  }

  private static String[] typed(List<String> verb) {
    return java.util.stream.Stream.concat(java.util.stream.Stream.of("boards"), verb.stream())
        .toArray(String[]::new);
  }
}
