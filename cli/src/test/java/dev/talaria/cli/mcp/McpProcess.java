package dev.talaria.cli.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** {@code talaria mcp} as a process of its own, spoken to line by line. Every line that it writes must be a message. */
final class McpProcess implements AutoCloseable {
  static final String GREETING =
      "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}";

  private static final long PATIENCE_SECONDS = 30;

  private final Process process;
  private final OutputStream in;
  private final Path log;
  private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
  private int lastId;

  private McpProcess(Process process, Path log) {
    this.process = process;
    this.in = process.getOutputStream();
    this.log = log;
    var reader = new Thread(this::read, "mcp-answers");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts it with just these variables of Talaria's and hermes's. */
  static McpProcess start(Path directory, Map<String, String> environment) {
    try {
      Path log = Files.createTempFile(directory, "mcp-", ".log");
      var builder = new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-Xshare:auto",
              "-Xmx256m",
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              System.getProperty("java.class.path"),
              "dev.talaria.cli.Main",
              "mcp")
          .directory(directory.toFile())
          .redirectError(log.toFile());
      builder
          .environment()
          .keySet()
          .removeIf(name -> name.startsWith("HERMES_") || name.startsWith("TALARIA_"));
      builder.environment().putAll(environment);
      return new McpProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (var out = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        JsonNode message = ToolRig.parse(line);
        messages.add(message.isObject() ? message : BoardJson.object().put("not_a_message", line));
      }
    } catch (IOException e) {
      // it was killed
    } catch (UncheckedIOException e) {
      messages.add(BoardJson.object().put("not_a_message", e.getMessage()));
    }
  }

  void initialize() {
    JsonNode answer = request("initialize", GREETING);
    if (!answer.has("result")) {
      throw new AssertionError(answer.toString());
    }
    send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
  }

  /** Sends a line, whatever it is. */
  void send(String line) {
    try {
      in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("It does not read any more. " + log(), e);
    }
  }

  /** Sends a request and says its id. */
  int ask(String method, String params) {
    int id = ++lastId;
    send("{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}"
        .formatted(id, method, params));
    return id;
  }

  JsonNode request(String method, String params) {
    int id = ask(method, params);
    JsonNode answer = next();
    if (answer.path("id").asInt() != id) {
      throw new AssertionError("Expected the answer to %d, got %s".formatted(id, answer));
    }
    return answer;
  }

  /** Calls a tool and says its result. */
  JsonNode call(String tool, String arguments) {
    JsonNode answer =
        request("tools/call", "{\"name\":\"%s\",\"arguments\":%s}".formatted(tool, arguments));
    if (!answer.has("result")) {
      throw new AssertionError("%.300s was answered %s".formatted(arguments, answer));
    }
    return answer.get("result");
  }

  /** What a tool answered, within its result. */
  static ObjectNode body(JsonNode result) {
    return (ObjectNode) ToolRig.parse(result.at("/content/0/text").asText());
  }

  /** The next message. */
  JsonNode next() {
    try {
      JsonNode message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("It does not answer. " + log());
      }
      return message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  boolean hasNothingMore() {
    return messages.isEmpty();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Closes its stdin, as a client does that ends. */
  void hangUp() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void terminate() {
    process.toHandle().destroy();
  }

  /** Its exit code, when it ends by itself. */
  int end() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("It does not end. " + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  String log() {
    try {
      return "Its log: " + Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  List<String> logLines() throws IOException {
    return Files.readAllLines(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
