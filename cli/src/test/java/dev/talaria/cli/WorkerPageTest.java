package dev.talaria.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page for worker authors: its workers run as they are printed. */
class WorkerPageTest {
  private static final Path PAGE = Path.of("..", "docs", "workers.md");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir
  Path temp;

  private final List<String> calls = new CopyOnWriteArrayList<>();
  private HttpServer launcher;
  private String title = "";

  @BeforeEach
  void aLauncher() throws IOException {
    assumeTrue(Files.isReadable(PAGE), "needs the source tree");
    launcher = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    launcher.createContext("/", this::answer);
    launcher.start();
  }

  @AfterEach
  void stop() {
    launcher.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      calls.add("%s %s".formatted(path, body));
      boolean known =
          "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
      JsonNode answer = path.equals("/task")
          ? JSON.createObjectNode().set("task", JSON.createObjectNode().put("title", title))
          : JSON.createObjectNode().put("ok", true);
      byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(known ? 200 : 401, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static List<String> blocks(String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(PAGE))
        .results()
        .forEach(match -> blocks.add(match.group(1)));
    return blocks;
  }

  /** Runs it as the worker of a task with this title, and says its exit code. */
  private int run(String interpreter, String script, String taskTitle) throws Exception {
    title = taskTitle;
    Path file = Files.writeString(temp.resolve("worker"), script);
    Path context = Files.writeString(
        temp.resolve("context"), "# Kanban task t_1: %s\n\nmore\n".formatted(title));
    var builder = new ProcessBuilder(interpreter, file.toString())
        .redirectErrorStream(true)
        .redirectOutput(temp.resolve("log").toFile());
    builder
        .environment()
        .put("TALARIA_WORKER_URL", "http://127.0.0.1:" + launcher.getAddress().getPort());
    builder.environment().put("TALARIA_WORKER_TOKEN", "secret");
    builder.environment().put("TALARIA_CONTEXT_FILE", context.toString());
    Process worker = builder.start();
    assertThat(worker.waitFor(30, TimeUnit.SECONDS)).as("the worker ends").isTrue();
    return worker.exitValue();
  }

  private void assumeInstalled(String program) {
    assumeTrue(
        List.of(System.getenv("PATH").split(":")).stream()
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program))),
        "needs " + program);
  }

  private void shouldCountWordsOrBlock(String interpreter, String script) throws Exception {
    Path text = Files.writeString(temp.resolve("a text"), "one two\nthree\n");

    assertThat(run(interpreter, script, text.toString())).as(log()).isZero();
    assertThat(calls).last().asString().startsWith("/complete ").contains("It has 3 words");
    assertThat(calls).anyMatch(call -> call.startsWith("/heartbeat "));
    assertThat(run(interpreter, script, temp.resolve("none").toString()))
        .as(log())
        .isZero();
    assertThat(calls).last().asString().startsWith("/block ").contains("unblock");
  }

  private String log() throws IOException {
    return Files.readString(temp.resolve("log"));
  }

  @Test
  void shouldShowAShellWorkerThatWorks() throws Exception {
    assumeInstalled("sh");
    assumeInstalled("curl");
    String script = blocks("sh").stream()
        .filter(block -> block.startsWith("#!/bin/sh"))
        .findFirst()
        .orElseThrow();

    shouldCountWordsOrBlock("sh", script);
  }

  @Test
  void shouldShowAPythonWorkerThatWorks() throws Exception {
    assumeInstalled("python3");

    shouldCountWordsOrBlock("python3", blocks("python").get(0));
  }

  @Test
  void shouldShowJsonThatIsJson() throws IOException {
    assertThat(blocks("json")).hasSizeGreaterThan(2);
    for (String block : blocks("json")) {
      assertThat(JSON.readTree(block).isObject()).as(block).isTrue();
    }
  }
}
