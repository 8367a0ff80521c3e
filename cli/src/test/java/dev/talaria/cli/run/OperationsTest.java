package dev.talaria.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.cli.ServiceVerbs;
import dev.talaria.service.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in deploy/ and in the page for operators fits the program. */
class OperationsTest {
  private static final Path DEPLOY = Path.of("..", "deploy");

  @BeforeEach
  void needsTheSourceTree() {
    assumeTrue(Files.isReadable(ConfigReference.PAGE), "needs the source tree");
  }

  @Test
  void shouldListEveryKeyInThePageForOperators() throws IOException {
    String page = Files.readString(ConfigReference.PAGE);

    assertThat(page)
        .as("run the main method of ConfigReference in cli/ to bring it up to date")
        .isEqualTo(ConfigReference.updated(page));
  }

  @Test
  void shouldLoadTheExampleOfAHost(@TempDir Path home) throws IOException {
    Files.copy(DEPLOY.resolve("examples/talaria.yaml"), home.resolve("talaria.yaml"));

    var config = new ConfigLoader(home, Map.of(), Map.of()).load();

    assertThat(new Lanes(home, Map.of()).of(config.launcher())).hasSize(2);
    assertThat(config.kafka().embedded()).isFalse();
    assertThat(List.of(
            config.http().port(), config.http().launcherPort(), config.http().streamsPort()))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dispatcher", "streams", "launcher"})
  void shouldHaveAUnitForEachService(String verb) throws IOException {
    List<String> unit =
        Files.readAllLines(DEPLOY.resolve("systemd/talaria-%s.service".formatted(verb)));

    assertThat(ServiceVerbs.named(verb)).isPresent();
    assertThat(unit)
        .contains("ExecStart=/opt/talaria/talaria " + verb, "Restart=on-failure")
        .doesNotContain("MemoryDenyWriteExecute=yes");
    assertThat(unit.contains("KillMode=process"))
        .as("workers outlive a launcher")
        .isEqualTo(verb.equals("launcher"));
  }
}
