package dev.talaria.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TalariaTest {
  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void rig() {
    cli = new CliRig(home);
  }

  @Test
  void shouldShowHelpWithoutAVerb() {
    CliRig.Result result = cli.run();

    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("Usage: talaria", "create", "list, ls", "up ", "demo");
    assertThat(home).as("help touches no board").isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(ServiceVerbs.class)
  void shouldListServiceVerbsWithOneLine(ServiceVerbs verb) {
    assertThat(cli.run("--help").out()).contains(verb.verb(), verb.description());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "init",
        "create",
        "list",
        "ls",
        "show",
        "runs",
        "complete",
        "block",
        "unblock",
        "comment",
        "link",
        "unlink",
        "assign",
        "archive",
        "tail",
        "watch",
        "log",
        "version",
        "completion"
      })
  void shouldHelpWithEachVerb(String verb) {
    CliRig.Result byOption = cli.run(verb, "--help");

    assertThat(byOption.exit()).isZero();
    assertThat(byOption.out()).contains("Usage: talaria ", "Example: ", "-h, --help");
    assertThat(cli.run("help", verb).out()).isEqualTo(byOption.out());
  }

  @ParameterizedTest
  @EnumSource(
      value = ServiceVerbs.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"REPLAY", "FLEET", "INCIDENTS"})
  void shouldSayWhyAServiceVerbTakesNoBoardOfAHost(ServiceVerbs verb) {
    List<String> line = new ArrayList<>(List.of("--board", "alpha/default", verb.verb()));
    switch (verb) {
      case DRAIN -> line.add("alpha");
      case TOPICS -> line.add("check");
      default -> {}
    }

    CliRig.Result result = cli.run(line.toArray(new String[0]));

    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err())
        .contains("'%s' takes no board of a host. ".formatted(verb.verb()))
        .containsAnyOf("leave --board out", "on which it is typed");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void shouldPauseABoardOfAnotherHost() {
    CliRig.Result paused = cli.run(
        "--board", "alpha/side", "pause", "--this-board", "--local", "--kafka", "127.0.0.1:1");

    assertThat(paused.exit()).as(paused.err()).isZero();
    assertThat(paused.out()).contains("alpha/side");
    assertThat(home.resolve("kanban.db")).doesNotExist();
    CliRig.Result resumed =
        cli.run("--board", "alpha/side", "resume", "--this-board", "--kafka", "127.0.0.1:1");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.out()).contains("Took back", "alpha/side");
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "0", "-5s", ""})
  void shouldRefuseATimeoutWithoutSenseInOneSentence(String timeout) {
    CliRig.Result asked = cli.run("--board", "alpha/default", "--timeout", timeout, "list");
    CliRig.Result told = cli.with("TALARIA_TIMEOUT", timeout.isEmpty() ? "x" : timeout)
        .run("--board", "alpha/default", "list");

    assertThat(asked.exit()).isEqualTo(Exit.USAGE);
    assertThat(asked.err())
        .startsWith("--timeout is '" + timeout + "'; expected a time above zero")
        .hasLineCount(1);
    assertThat(told.exit()).isEqualTo(Exit.USAGE);
    assertThat(told.err()).startsWith("TALARIA_TIMEOUT is '").hasLineCount(1);
  }

  @Test
  void shouldRefuseAnUnknownVerbWithASuggestion() {
    CliRig.Result result = cli.run("creat", "x");

    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("'creat' is not a verb.", "'create'", "talaria --help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "A B", "../x", "_archived", "-x"})
  void shouldRefuseAMalformedBoardName(String slug) {
    assertThat(cli.run("--board=" + slug, "list").exit()).isEqualTo(Exit.USAGE);
  }

  @Test
  void shouldFailForAnUnknownBoardAndMakeNone() {
    CliRig.Result result = cli.run("--board", "nope", "create", "x");

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err()).contains("Board 'nope' does not exist");
    assertThat(home.resolve("kanban/boards/nope")).doesNotExist();
  }

  @Test
  void shouldUseTheNamedBoard() throws IOException {
    Path directory = Files.createDirectories(home.resolve("kanban/boards/side"));
    Files.writeString(directory.resolve("board.json"), "{}");

    assertThat(cli.run("--board", "SIDE", "create", "over there").exit()).isZero();

    assertThat(directory.resolve("kanban.db")).isNotEmptyFile();
    assertThat(cli.run("list").out()).doesNotContain("over there");
    assertThat(cli.run("--board", "side", "list").out()).contains("over there");
  }

  @Test
  void shouldSayThatTheBoardGoesBeforeTheVerb() {
    CliRig.Result result = cli.run("list", "--board", "x");

    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).contains("--board goes before the verb");
  }

  @Test
  void shouldRefuseAFileThatIsNoBoardAndLeaveItAlone() throws IOException {
    Path file = Files.writeString(home.resolve("kanban.db"), "once upon a time there was a file");

    CliRig.Result result = cli.run("list");

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err()).contains("Cannot open board", "file is not a database");
    assertThat(result.err().lines()).as("no stack trace").hasSizeLessThanOrEqualTo(2);
    assertThat(file).hasContent("once upon a time there was a file");
  }

  @Test
  void shouldRefuseABoardOfANewerTalaria() {
    cli.run("init");
    cli.onBoard(
        tx -> tx.update(
            "UPDATE talaria_meta SET value = '9999' WHERE key LIKE '%schema%' OR key LIKE '%version%'"));

    CliRig.Result result = cli.run("list");

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err()).contains("is newer than this build");
  }

  @Test
  void shouldTellStackTracesOnlyWhenDebugging() throws IOException {
    Files.writeString(home.resolve("kanban.db"), "not a database, not at all a database");

    assertThat(cli.run("list").err()).doesNotContain("\tat ");
    assertThat(cli.with("TALARIA_DEBUG", "1").run("list").err()).contains("\tat ");
  }

  @Test
  void shouldNotExpandArgumentFiles() throws IOException {
    Files.writeString(home.resolve("secret"), "--help");

    String id = cli.create("@" + home.resolve("secret"));

    assertThat(cli.run("show", id).out()).contains("@" + home.resolve("secret"));
  }

  @Test
  void shouldPrintACompletionScript() {
    assertThat(cli.run("completion").out()).contains("complete -F", "unblock", "--assignee");
    assertThat(cli.run("completion", "zsh").exit()).isZero();
    assertThat(cli.run("completion", "fish").exit()).isEqualTo(Exit.USAGE);
  }

  @Test
  void shouldSayItsVersion() {
    assertThat(cli.run("version").out()).startsWith("talaria ").contains("Java");
  }

  @Test
  void shouldShowEachVerbUnderOneHeading() {
    List<String> verbs = new ArrayList<>(List.of("help"));
    for (LocalVerbs verb : LocalVerbs.values()) {
      verbs.add(verb.verb());
    }
    for (ServiceVerbs verb : ServiceVerbs.values()) {
      verbs.add(verb.verb());
    }

    assertThat(VerbGroups.grouped()).containsExactlyInAnyOrderElementsOf(verbs);
  }
}
