package dev.talaria.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' and Alertmanager's own tools judge what stands in deploy/. Skipped where they are not installed. */
@Timeout(60)
class PromtoolTest {
  @BeforeEach
  void needsTheSourceTree() {
    Deploy.needsTheSourceTree();
  }

  @Test
  void shouldAcceptTheRules() throws Exception {
    Path promtool = Deploy.needs("promtool", "prometheus");

    run(promtool, "check", "rules", rule("recording.yml"), rule("alerts.yml"));
  }

  @Test
  void shouldPassTheCasesOfTheAlerts() throws Exception {
    Path promtool = Deploy.needs("promtool", "prometheus");

    run(
        promtool,
        "test",
        "rules",
        Deploy.PROMETHEUS.resolve("tests/alerts_test.yml").toString());
  }

  @Test
  void shouldAcceptTheConfiguration(@TempDir Path directory) throws Exception {
    Path promtool = Deploy.needs("promtool", "prometheus");
    // the tool wants the file with the token to be there
    Path token = Files.writeString(directory.resolve("token"), "a-token");
    Files.writeString(
        directory.resolve("prometheus.yml"),
        Files.readString(Deploy.PROMETHEUS.resolve("prometheus.yml"))
            .replace("/etc/prometheus/talaria.token", token.toString()));
    for (String part : List.of("rules", "targets")) {
      Files.createDirectory(directory.resolve(part));
      try (Stream<Path> files = Files.list(Deploy.PROMETHEUS.resolve(part))) {
        for (Path file : files.toList()) {
          Files.copy(file, directory.resolve(part).resolve(file.getFileName()));
        }
      }
    }

    String said =
        run(promtool, "check", "config", directory.resolve("prometheus.yml").toString());

    assertThat(said).contains("rule files found", "is valid prometheus config file syntax");
  }

  @Test
  void shouldAcceptTheConfigurationOfAlertmanager() throws Exception {
    Path amtool = Deploy.needs("amtool", "prometheus-alertmanager");

    run(amtool, "check-config", Deploy.PROMETHEUS.resolve("alertmanager.yml").toString());
  }

  private static String rule(String file) {
    return Deploy.PROMETHEUS.resolve("rules").resolve(file).toString();
  }

  private static String run(Path program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
