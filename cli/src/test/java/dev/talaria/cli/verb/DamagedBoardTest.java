package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedBoardTest {
  @TempDir
  Path home;

  @Test
  void shouldKeepADamagedBoardAndFailWhateverTheVerb() throws IOException {
    var cli = new CliRig(home);
    for (int i = 0; i < 20; i++) {
      cli.create("t" + i);
    }
    try (var raw = new RandomAccessFile(home.resolve("kanban.db").toFile(), "rw")) {
      raw.setLength(raw.length() / 2 / 4096 * 4096);
    }
    for (String verb : new String[] {"list", "init", "gc", "watch"}) {
      CliRig.Result result = cli.run(verb);
      assertThat(result.exit()).as(verb).isEqualTo(Exit.FAILED);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .as(verb)
          .contains("is damaged", "It is kept as it is in '" + home.resolve("kanban.db.corrupt."))
          .doesNotContain("doctor");
    }
    assertThat(home).isDirectoryContaining("glob:**.bak");
  }
}
