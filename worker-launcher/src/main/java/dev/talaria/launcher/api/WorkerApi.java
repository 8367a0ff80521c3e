package dev.talaria.launcher.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.talaria.launcher.rundir.BoardAnswer;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker API: HTTP on loopback, a bearer token per run.
 *
 * <pre>
 *   GET  /task                                          what the task is
 *   POST /heartbeat                                     202, kept
 *   POST /comment /complete /block /create /link        200 done, 409 refused, 202 kept: the board answers later
 * </pre>
 *
 * A call is durable before it is sent. The same {@code Idempotency-Key}, or without one the same body, is the same call in one
 * run; without a key a refused call may be made again. Answers are JSON with {@code ok} and {@code command_id}, or with {@code error}.
 */
public final class WorkerApi implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerApi.class);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final int LARGEST_BODY = 8 * 1024 * 1024;

  /** A larger one would never reach its board, and the run's end would wait for it for ever. */
  private static final int LARGEST_CALL = TopicCatalogue.MAX_MESSAGE_BYTES - 20_000;

  private static final String BEARER = "Bearer ";
  private static final String NO_DELAY = "sun.net.httpserver.nodelay";

  /**
   * How a worker reaches its run.
   *
   * @param url without a slash at the end
   * @param token its secret
   */
  public record Access(URI url, String token) {
    @Override
    public String toString() {
      return "Access[url=" + url + "]"; // the token is a secret
    }
  }

  private record Response(int status, JsonNode body) {}

  private final ReportDesk desk;
  private final Duration patience;
  private final Loopback loopback;
  private final Path secret;
  private final Map<RunKey, Supplier<JsonNode>> tasks = new ConcurrentHashMap<>();
  private volatile @Nullable RunTokens tokens;

  /**
   * @param desk where calls go
   * @param runsRoot the run directories; the port and the tokens' secret are kept beside them
   * @param patience how long a call waits for its board, 10 s in production
   */
  public WorkerApi(ReportDesk desk, Path runsRoot, Duration patience) {
    this.desk = desk;
    this.patience = patience;
    this.secret = runsRoot.resolve(".token-secret");
    this.loopback =
        new Loopback(runsRoot.resolve(".api-port"), Duration.ofSeconds(5), this::handle);
  }

  /** Listens. */
  public void start() throws IOException {
    if (System.getProperty(NO_DELAY) == null) {
      System.setProperty(NO_DELAY, "true"); // else each answer waits 40 ms for an acknowledgement
    }
    tokens = RunTokens.under(secret);
    loopback.start();
    log.info("Worker API listens on 127.0.0.1:{}", loopback.port());
  }

  /**
   * Opens the API for a run: at its grant, or at its adoption, when it has the same token as before.
   *
   * @param task what {@code GET /task} answers
   */
  public Access open(RunDirectory directory, Supplier<JsonNode> task) throws IOException {
    desk.open(directory);
    tasks.put(directory.run(), task);
    return new Access(
        URI.create("http://127.0.0.1:" + loopback.port()), tokens().of(directory.run()));
  }

  /** Ends the access of a run: its token is unknown from now on. */
  public void release(RunKey run) {
    tokens().remove(run);
    tasks.remove(run);
  }

  private RunTokens tokens() {
    return Objects.requireNonNull(tokens, "start() was not called");
  }

  @Override
  public void close() {
    loopback.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    Response response;
    try (exchange) {
      try {
        response = respond(exchange);
      } catch (CallRefused e) {
        response = error(e.status(), e.getMessage());
      } catch (IOException e) {
        log.warn("Cannot keep a worker's call: {}", e.toString());
        response = error(503, "This host cannot write it down now; call again: " + e.getMessage());
      } catch (RuntimeException e) {
        log.error("A worker's call failed", e);
        response = error(500, "The launcher failed; its log says why.");
      }
      byte[] bytes = JSON.writeValueAsBytes(response.body());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(response.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Response respond(HttpExchange exchange) throws CallRefused, IOException {
    RunKey run = authenticated(exchange);
    String path = exchange.getRequestURI().getPath();
    String name = path.startsWith("/") ? path.substring(1) : path;
    boolean isTask = name.equals("task");
    Optional<Verb> verb = Verb.of(name);
    if (!isTask && verb.isEmpty()) {
      throw new CallRefused(
          404,
          "There is no '%s' here; there are GET /task and POST /heartbeat /comment /complete /block /create /link."
              .formatted(path));
    }
    String method = isTask ? "GET" : "POST";
    if (!exchange.getRequestMethod().equals(method)) {
      exchange.getResponseHeaders().set("Allow", method);
      throw new CallRefused(405, "'%s' is called with %s.".formatted(path, method));
    }
    return verb.isEmpty() ? task(run) : call(verb.get(), run, exchange);
  }

  private RunKey authenticated(HttpExchange exchange) throws CallRefused {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
      throw new CallRefused(401, "Send the header 'Authorization: Bearer $TALARIA_WORKER_TOKEN'.");
    }
    return tokens()
        .run(header.substring(BEARER.length()).strip())
        .orElseThrow(
            () -> new CallRefused(401, "This token belongs to no run here, or its run has ended."));
  }

  private Response task(RunKey run) {
    Supplier<JsonNode> task = tasks.get(run);
    return task == null
        ? error(404, "The task of this run is not known any more.")
        : new Response(200, task.get());
  }

  private Response call(Verb verb, RunKey run, HttpExchange exchange)
      throws CallRefused, IOException {
    byte[] bytes = body(exchange);
    String contentType = exchange.getRequestHeaders().getFirst("Content-Type");
    ObjectNode body = CallRules.check(verb, run, CallBody.parse(verb, contentType, bytes));
    String given = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    String key = key(verb, given, body);
    if (JSON.writeValueAsBytes(body).length > LARGEST_CALL) {
      throw new CallRefused(
          413,
          "The call is larger than the %d bytes that a board can be sent. Write it to a file and name the file."
              .formatted(LARGEST_CALL));
    }
    RunVoice voice = desk.voice(run);
    if (given != null && key != null) {
      refuseAnotherBody(voice, verb, key, given, body);
    }
    RunVoice.Uttered uttered = voice
        .say(verb.wireName(), key, given != null, body)
        .orElseThrow(() -> new CallRefused(
            410, "Run '%s' has ended; nothing more is said about it.".formatted(run)));
    BoardAnswer answer = verb.waits() ? ReportDesk.await(uttered, patience) : null;
    return answered(uttered.said().commandId(), answer);
  }

  private static void refuseAnotherBody(
      RunVoice voice, Verb verb, String key, String given, ObjectNode body) throws CallRefused {
    boolean another =
        voice.find(verb.wireName(), key).map(it -> !it.body().equals(body)).orElse(false);
    if (another) {
      throw new CallRefused(
          409,
          "Idempotency-Key '%s' was used for another '%s' in this run."
              .formatted(given, verb.wireName()));
    }
  }

  private static @Nullable String key(Verb verb, @Nullable String given, ObjectNode body)
      throws IOException {
    if (given != null && !given.isBlank()) {
      return "key:" + given.strip();
    }
    return verb.sameBodySameCall()
        ? "body:" + RunTokens.digest(JSON.writeValueAsString(body))
        : null;
  }

  private static byte[] body(HttpExchange exchange) throws CallRefused, IOException {
    try (InputStream in = exchange.getRequestBody()) {
      byte[] bytes = in.readNBytes(LARGEST_BODY + 1);
      if (bytes.length > LARGEST_BODY) {
        throw new CallRefused(413, "The body is larger than %d bytes.".formatted(LARGEST_BODY));
      }
      return bytes;
    }
  }

  private static Response answered(String commandId, @Nullable BoardAnswer answer) {
    ObjectNode body = JSON.createObjectNode();
    if (answer == null) {
      return new Response(202, body.put("ok", true).put("kept", true).put("command_id", commandId));
    }
    if (answer.done()) {
      body.put("ok", true).put("command_id", commandId);
      if (answer.data() != null) {
        body.setAll(answer.data());
      }
      return new Response(200, body);
    }
    String reason = answer.reason() == null ? "The board refused it." : answer.reason();
    return new Response(409, body.put("error", reason).put("command_id", commandId));
  }

  private static Response error(int status, @Nullable String message) {
    return new Response(
        status, JSON.createObjectNode().put("error", message == null ? "It failed." : message));
  }
}
