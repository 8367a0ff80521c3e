package dev.talaria.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages for operators tell people to type can be typed. */
class RunbookCommandsTest {
  private static final Path DOCS = Path.of("..", "docs");

  /** A line of an example, up to its comment; or a piece of text that is set as code. */
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^talaria ([^#\\n]+)|`talaria ([^`]+)`");

  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @ParameterizedTest
  @ValueSource(strings = {"runbook.md", "monitoring.md"})
  void shouldNameCommandsThatThereAre(String page) throws IOException {
    assumeTrue(Files.isDirectory(DOCS), "needs the source tree");
    List<List<String>> commands = commands(Files.readString(DOCS.resolve(page)));

    assertThat(commands).isNotEmpty();
    for (List<String> command : commands) {
      assertThatCode(() -> parse(command))
          .as("talaria %s", String.join(" ", command))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void shouldSeeWhatCannotBeTyped() {
    assertThatCode(() -> parse(List.of("hosts", "--nope"))).hasMessageContaining("--nope");
    assertThatCode(() -> parse(List.of("dlq"))).hasMessageContaining("verbs of dlq");
    assertThatCode(() -> parse(List.of("list", "--status"))).hasMessageContaining("--status");
    assertThat(commands("```sh\ntalaria why t_1   # said\n```\nand `talaria block t_1 'a b'`"))
        .containsExactly(List.of("why", "t_1"), List.of("block", "t_1", "a b"));
  }

  private static void parse(List<String> command) {
    var nowhere = new PrintWriter(Writer.nullWriter());
    var surroundings = new CliRig(Path.of("home")).surroundings(nowhere, nowhere);
    assertThat(VerbGroups.grouped()).containsAnyElementsOf(command);
    if (command.contains("--help")) { // which every verb has
      return;
    }
    String[] words = command.toArray(String[]::new);
    var service = ServiceVerbs.named(words[0]);
    if (service.isPresent()) {
      var line = VerbGroup.line(service.get().load(new Session(surroundings)));
      var parsed = line.parseArgs(Arrays.copyOfRange(words, 1, words.length));
      assertThat(parsed.hasSubcommand())
          .as("one of the verbs of %s is named", words[0])
          .isEqualTo(!line.getSubcommands().isEmpty());
    } else {
      new Talaria(surroundings).wholeCommandLine().parseArgs(words);
    }
  }

  private static List<List<String>> commands(String page) {
    return COMMAND
        .matcher(page)
        .results()
        .map(command -> command.group(1) != null ? command.group(1) : mentioned(command.group(2)))
        .map(RunbookCommandsTest::words)
        .toList();
  }

  /** Text that names a verb alone speaks of it, not of its arguments. */
  private static String mentioned(String command) {
    return command.contains(" ") ? command : command + " --help";
  }

  private static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    WORD.matcher(command)
        .results()
        .forEach(word -> words.add(word.group(1) != null ? word.group(1) : word.group(2)));
    return words;
  }
}
