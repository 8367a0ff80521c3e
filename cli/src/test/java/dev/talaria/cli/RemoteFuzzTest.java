package dev.talaria.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.audit.BoardAudit;
import dev.talaria.cli.remote.RemoteRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Random lines of every verb, asked by another host: each gets an answer, none hurts the board or its owner, and none
 * touches what is not the board's. Replay with {@code -Dtalaria.seed=}.
 */
class RemoteFuzzTest {
  private static final int LINES = Integer.getInteger("talaria.lines", 500);

  @TempDir
  Path directory;

  @Test
  void shouldAnswerWhateverIsAskedAndKeepTheBoardSound() throws IOException {
    long seed = Long.getLong("talaria.seed", ThreadLocalRandom.current().nextLong());
    var random = new Random(seed);
    Path home = Files.createDirectory(directory.resolve("home"));
    Path outside = Files.writeString(directory.resolve("precious"), "mine");
    var grammar = new VerbGrammar(home);
    List<CommandSpec> verbs =
        Reference.local().stream().filter(verb -> verb.subcommands().isEmpty()).toList();
    try (var remote = new RemoteRig(home)) {
      for (int i = 0; i < LINES; i++) {
        CommandSpec verb = i < 10 ? verbs.get(1) : verbs.get(random.nextInt(verbs.size()));
        List<String> ids = remote.read(tx -> tx.list(
            "SELECT id FROM tasks ORDER BY rowid DESC LIMIT 12", row -> row.requireText("id")));
        String[] line = grammar.random(verb, random, ids).toArray(new String[0]);
        CliRig.Result result = remote.run(line);
        assertThat(result.exit()).as("line %d of seed %d", i, seed).isBetween(0, 2);
        assertThat(result.err())
            .as(
                "line %d of seed %d: %s",
                i, seed, String.join(" ", line).lines().findFirst())
            .doesNotContain("Unexpected failure", "Exception", "SQLITE");
      }
      assertThat(remote.<List<String>>read(BoardAudit::violations))
          .as("seed %d", seed)
          .isEmpty();
    }
    assertThat(outside).hasContent("mine");
    try (var files = Files.list(directory)) {
      assertThat(files).as("nothing is made outside the home").hasSize(2);
    }
  }
}
