package dev.talaria.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.audit.BoardAudit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Random lines of every verb on one board: never an unexpected failure, never a broken rule. Replay with {@code
 * -Dtalaria.seed=}; {@code -Dtalaria.lines=} types more.
 */
class CliFuzzTest {
  private static final int LINES = Integer.getInteger("talaria.lines", 1_500);
  private static final int BETWEEN_AUDITS = 100;
  private static final int LONGEST_MESSAGE = 4_000;

  @TempDir
  Path directory;

  @Test
  void shouldNeitherStumbleNorBreakTheBoard() throws IOException {
    long seed = Long.getLong("talaria.seed", ThreadLocalRandom.current().nextLong());
    var random = new Random(seed);
    Path home = Files.createDirectory(directory.resolve("home"));
    Path outside = Files.writeString(directory.resolve("precious"), "mine");
    var cli = new CliRig(home);
    var grammar = new VerbGrammar(home);
    List<CommandSpec> verbs =
        Reference.local().stream().filter(verb -> verb.subcommands().isEmpty()).toList();
    cli.run("init");
    try (Board board = Board.openReadOnly(
        home.resolve("kanban.db"),
        new BoardOptions(InstantSource.system(), TaskIds.random(new Random())))) {
      for (int i = 0; i < LINES; i++) {
        CommandSpec verb = i < 10 || random.nextInt(6) == 0
            ? verbs.get(1) // create
            : verbs.get(random.nextInt(verbs.size()));
        String[] line = grammar.random(verb, random, newestTasks(board)).toArray(new String[0]);
        check("line %d of seed %d: %s".formatted(i, seed, shown(line)), cli.run(line));
        if (i % BETWEEN_AUDITS == 0 || i == LINES - 1) {
          assertThat(board.read(BoardAudit::violations))
              .as("after line %d of seed %d", i, seed)
              .isEmpty();
        }
      }
      assertThat(board.integrityCheck()).isEmpty();
    }
    assertThat(outside).hasContent("mine");
    try (var files = Files.list(directory)) {
      assertThat(files).as("nothing is made outside the home").hasSize(2);
    }
  }

  private static List<String> newestTasks(Board board) {
    return board.read(tx ->
        tx.list("SELECT id FROM tasks ORDER BY rowid DESC LIMIT 12", row -> row.requireText("id")));
  }

  private static void check(String typed, CliRig.Result result) {
    assertThat(result.exit()).as(typed).isBetween(0, 2);
    assertThat(result.err())
        .as(typed)
        .doesNotContain("Unexpected failure", "\tat ", "Exception", "SQLITE", "\u001b", "\u0007");
    assertThat(result.err().lines()).as(typed).allMatch(told -> told.length() < LONGEST_MESSAGE);
    if (result.exit() != 0) {
      assertThat(result.err() + result.out()).as(typed).isNotBlank(); // --json says it there
    }
  }

  private static String shown(String... line) {
    StringBuilder typed = new StringBuilder();
    for (String word : line) {
      typed.append('\'').append(word, 0, Math.min(60, word.length())).append("' ");
    }
    return typed.toString();
  }
}
