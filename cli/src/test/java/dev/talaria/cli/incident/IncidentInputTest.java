package dev.talaria.cli.incident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncidentInputTest {
  @TempDir
  Path home;

  /** An empty beginning would fit whichever incident is the only one. */
  @ParameterizedTest
  @ValueSource(strings = {"show", "close"})
  void shouldNotTakeAnEmptyIdForAny(String verb) {
    CliRig.Result result = new CliRig(home).run("incidents", verb, "", "--kafka", "127.0.0.1:1");

    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).startsWith("ID is empty");
  }
}
