package dev.talaria.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A Prometheus of this host's, with a copy of deploy/prometheus in which seconds stand for minutes: it scrapes and judges
 * every second, and what has to hold for five minutes holds for five seconds. Windows stay as they are.
 */
final class Prometheus implements AutoCloseable {
  private final Path directory;
  private final Process process;
  private final URI api;
  private final HttpClient http = HttpClient.newHttpClient();

  private Prometheus(Path directory, Process process, int port) {
    this.directory = directory;
    this.process = process;
    this.api = URI.create("http://127.0.0.1:%d/".formatted(port));
  }

  /**
   * Starts it, and returns once it answers.
   *
   * @param directory an empty one
   * @param targets addresses of services by the node that they are on
   * @param token what the services want to be shown
   */
  static Prometheus start(Path program, Path directory, Map<String, String> targets, String token)
      throws IOException {
    Files.createDirectories(directory.resolve("rules"));
    Files.createDirectories(directory.resolve("targets"));
    for (String rules : List.of("recording.yml", "alerts.yml")) {
      Files.writeString(
          directory.resolve("rules").resolve(rules),
          Files.readString(Deploy.PROMETHEUS.resolve("rules").resolve(rules))
              .replaceAll("(?m)^( +for: \\d+)m$", "$1s"));
    }
    Path credentials = Files.writeString(directory.resolve("token"), token);
    Files.writeString(
        directory.resolve("prometheus.yml"),
        Files.readString(Deploy.PROMETHEUS.resolve("prometheus.yml"))
            .replace("/etc/prometheus/talaria.token", credentials.toString())
            .replaceAll("_interval: 15s", "_interval: 1s"));
    StringBuilder list = new StringBuilder();
    targets.forEach((node, address) ->
        list.append("- targets: ['%s']\n  labels: {node: %s}\n".formatted(address, node)));
    Files.writeString(directory.resolve("targets/talaria.yml"), list);
    int port = freePort();
    Process process = new ProcessBuilder(
            program.toString(),
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            "--web.listen-address=127.0.0.1:" + port,
            "--log.level=warn")
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile())
        .start();
    var prometheus = new Prometheus(directory, process, port);
    await("Prometheus answers")
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> prometheus.get("-/ready").statusCode() == 200);
    return prometheus;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private HttpResponse<String> get(String path) {
    try {
      return http.send(
          HttpRequest.newBuilder(api.resolve(path))
              .timeout(Duration.ofSeconds(20))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException("Prometheus said: " + log(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The data of an answer, which must be one of success. */
  private JsonNode data(String path, String about) {
    HttpResponse<String> response = get("api/v1/" + path);
    try {
      JsonNode answer = JsonMapper.builder().build().readTree(response.body());
      assertThat(answer.path("status").asText()).as("%s: %s", about, answer).isEqualTo("success");
      return answer.path("data");
    } catch (IOException e) {
      throw new UncheckedIOException(response.body(), e);
    }
  }

  List<JsonNode> targets() {
    return Deploy.elements(data("targets?state=active", "targets").path("activeTargets"))
        .toList();
  }

  /** Rules of all groups, with how their last evaluation went. */
  List<JsonNode> rules() {
    return Deploy.elements(data("rules", "rules").path("groups"))
        .flatMap(group -> Deploy.elements(group.path("rules")))
        .toList();
  }

  /** Alerts that are pending or firing. */
  List<JsonNode> alerts() {
    return Deploy.elements(data("alerts", "alerts").path("alerts")).toList();
  }

  /** The series that an expression gives now. */
  List<JsonNode> query(String expression) {
    String encoded = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    return Deploy.elements(data("query?query=" + encoded, expression).path("result"))
        .toList();
  }

  /** The values of one label over all series that a selector fits. */
  List<String> labelValues(String selector, String label) {
    String encoded = URLEncoder.encode(selector, StandardCharsets.UTF_8);
    return Deploy.elements(data(
            "label/%s/values?match[]=%s".formatted(label, encoded).replace("[]", "%5B%5D"),
            selector))
        .map(JsonNode::asText)
        .toList();
  }

  String log() {
    try {
      return Files.readString(directory.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
