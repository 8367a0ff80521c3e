package dev.talaria.board.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A process that plays hermes on a board's file, one request at a time; see the resource {@code hermes.py}. */
public final class Hermes implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  /** hermes refused, as it does with a ValueError or RuntimeError. */
  public static final class Refused extends RuntimeException {
    Refused(String message) {
      super(message);
    }
  }

  private Hermes(Process process) {
    this.process = process;
    this.requests = process.outputWriter();
    this.answers = process.inputReader();
  }

  /** Where the script is. */
  public static Path script() {
    try {
      return Path.of(
          Objects.requireNonNull(Hermes.class.getResource("/hermes.py")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public static Hermes on(Path board) {
    try {
      var builder =
          new ProcessBuilder("python3", "-B", script().toString(), "serve", board.toString());
      builder.environment().put("PYTHONIOENCODING", "utf-8");
      return new Hermes(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Asks hermes to do something at a time.
   *
   * @param arguments names and values in turn
   */
  public JsonNode at(Long now, String operation, Object... arguments) {
    ObjectNode request = JSON.createObjectNode().put("op", operation).put("now", now);
    ObjectNode named = request.putObject("args");
    for (int i = 0; i < arguments.length; i += 2) {
      named.set((String) arguments[i], JSON.valueToTree(arguments[i + 1]));
    }
    try {
      requests.write(JSON.writeValueAsString(request));
      requests.newLine();
      requests.flush();
      String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException("hermes.py ended; its errors are on stderr.");
      }
      JsonNode answer = JSON.readTree(line);
      if (answer.has("refused")) {
        throw new Refused(answer.get("refused").asText());
      }
      if (answer.has("failed")) {
        throw new AssertionError("hermes fails: " + answer.get("failed").asText());
      }
      return answer.get("ok");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #at}, at the time of its own clock. */
  public JsonNode call(String operation, Object... arguments) {
    return at(null, operation, arguments);
  }

  @Override
  public void close() {
    try {
      requests.close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
