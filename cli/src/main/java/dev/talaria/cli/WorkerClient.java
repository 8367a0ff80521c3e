package dev.talaria.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Calls the worker API of the launcher that started this process. One thread. */
public final class WorkerClient {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  // the API keeps a caller for 10 s at most
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int OK = 200;
  private static final int KEPT = 202;
  private static final int CONFLICT = 409;
  private static final int GONE = 410;

  private final String url;
  private final String token;
  private @Nullable HttpClient client;

  public WorkerClient(String url, String token) {
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    this.token = token;
  }

  /** The call did not do what was asked; the message says why and what to do. */
  public static final class Refused extends RuntimeException {
    private Refused(String message) {
      super(message);
    }
  }

  /**
   * One call.
   *
   * @return what the launcher answered; with {@code kept} the board has not answered yet, and will be told
   * @throws Refused when the board or the launcher refused it, or the launcher cannot be reached
   */
  public JsonNode send(String method, String path, @Nullable ObjectNode body) {
    HttpResponse<String> response;
    try {
      response = client().send(request(method, path, body), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new Refused(
          "the launcher of this worker does not answer at %s: %s. It may be restarting; call again in a minute."
              .formatted(url, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused("interrupted before the launcher answered; call again.");
    }
    JsonNode answer = parsed(response.body());
    return switch (response.statusCode()) {
      case OK, KEPT -> answer;
      case CONFLICT -> throw new Refused(error(answer));
      case GONE ->
        throw new Refused(error(answer) + " Stop working; nothing you say about it counts.");
      default ->
        throw new Refused(
            "the launcher answered %d: %s".formatted(response.statusCode(), error(answer)));
    };
  }

  private HttpRequest request(String method, String path, @Nullable ObjectNode body) {
    var publisher = body == null
        ? HttpRequest.BodyPublishers.noBody()
        : HttpRequest.BodyPublishers.ofString(body.toString());
    try {
      return HttpRequest.newBuilder(URI.create(url + "/" + path))
          .timeout(PATIENCE)
          .header("Authorization", "Bearer " + token)
          .header("Content-Type", "application/json; charset=utf-8")
          .method(method, publisher)
          .build();
    } catch (IllegalArgumentException e) {
      throw new Refused(
          "TALARIA_WORKER_URL or TALARIA_WORKER_TOKEN is malformed; leave both as the launcher set them.");
    }
  }

  private HttpClient client() {
    if (client == null) {
      client = HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(PATIENCE)
          .build();
    }
    return client;
  }

  private static JsonNode parsed(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return BoardJson.object();
    }
  }

  private static String error(JsonNode answer) {
    return answer.path("error").asText("no reason was given.");
  }
}
