package dev.talaria.cli.deploy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What stands in deploy/ for Prometheus and Grafana. */
final class Deploy {
  static final Path DIRECTORY = Path.of("..", "deploy").toAbsolutePath().normalize();
  static final Path PROMETHEUS = DIRECTORY.resolve("prometheus");
  static final Path GRAFANA = DIRECTORY.resolve("grafana");
  static final Path DOCS = Path.of("..", "docs").toAbsolutePath().normalize();

  private Deploy() {}

  /** A rule that records a series under a name of its own. */
  record Recording(String name, String expression) {}

  /** A rule that alerts. */
  record Alert(
      String name,
      String expression,
      String holdFor,
      Map<String, String> labels,
      Map<String, String> annotations) {}

  static void needsTheSourceTree() {
    assumeTrue(Files.isDirectory(PROMETHEUS), "needs the source tree, for deploy/");
  }

  /** The program on the PATH; the test that asks is skipped without. */
  static Path needs(String program, String debianPackage) {
    Optional<Path> found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
    assumeTrue(
        found.isPresent(),
        "skipped: there is no '%s' on the PATH (Debian: apt-get install %s)"
            .formatted(program, debianPackage));
    return found.orElseThrow();
  }

  static JsonNode yaml(Path file) {
    try {
      return YAMLMapper.builder().build().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<JsonNode> rules(String file) {
    return elements(yaml(PROMETHEUS.resolve("rules").resolve(file)).path("groups"))
        .flatMap(group -> elements(group.path("rules")));
  }

  static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  static List<Recording> recordings() {
    return rules("recording.yml")
        .map(rule ->
            new Recording(rule.path("record").asText(), rule.path("expr").asText()))
        .toList();
  }

  static List<Alert> alerts() {
    return rules("alerts.yml")
        .map(rule -> new Alert(
            rule.path("alert").asText(),
            rule.path("expr").asText(),
            rule.path("for").asText(),
            texts(rule.path("labels")),
            texts(rule.path("annotations"))))
        .toList();
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new TreeMap<>();
    object
        .properties()
        .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
  }

  static List<Dashboard> dashboards() {
    try (Stream<Path> files = Files.list(GRAFANA.resolve("dashboards"))) {
      List<Dashboard> dashboards = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        dashboards.add(new Dashboard(
            file.getFileName().toString(), JsonMapper.builder().build().readTree(file.toFile())));
      }
      return dashboards;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
