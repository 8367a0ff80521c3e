package dev.talaria.cli.mcp.port;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Completion;
import dev.talaria.cli.mcp.tool.ToolBoard;
import dev.talaria.cli.mcp.tool.ToolRefused;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The board of a worker that runs on another host than its board, through the worker API of its launcher. The token says
 * whose worker it is, so that the run need not be said; what only the board's file has is left out.
 */
final class RemoteBoard implements ToolBoard {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  // the API keeps a caller for 10 s at most
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int OK = 200;
  private static final int KEPT = 202;
  private static final int CONFLICT = 409;
  private static final int GONE = 410;
  private static final String ELSEWHERE =
      "the board is on another host, where this worker sees its own task only";

  private final String url;
  private final String token;
  private final String task;
  private @Nullable HttpClient client;

  /** @param task the worker's own */
  RemoteBoard(String url, String token, String task) {
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    this.token = token;
    this.task = task;
  }

  @Override
  public ObjectNode show(String taskId) {
    if (!taskId.equals(task)) {
      throw new ToolRefused(
          "task '%s' cannot be shown: %s, '%s'. The results of its parents stand in worker_context."
              .formatted(taskId, ELSEWHERE, task));
    }
    JsonNode found = send("GET", "task", null);
    ObjectNode row = found.path("task") instanceof ObjectNode it ? it : BoardJson.object();
    ObjectNode shown = BoardJson.object();
    for (String field : ToolShapes.TASK_FIELDS) {
      shown.set(field, row.get(field));
    }
    ObjectNode answer = BoardJson.object();
    answer.set("task", shown);
    answer.set("parents", row.path("parents").isArray() ? row.get("parents") : none());
    for (String absent : List.of("children", "comments", "events", "runs")) {
      answer.set(absent, none());
    }
    return answer
        .put("worker_context", found.path("worker_context").asText(""))
        .put(
            "note",
            "The board is on another host: this is the task as it was when the run began. Comments and earlier attempts stand in worker_context; the lists of them here are empty.");
  }

  private static JsonNode none() {
    return BoardJson.array(List.of());
  }

  @Override
  public ObjectNode list(TaskFilter filter, int limit) {
    throw new ToolRefused("tasks cannot be listed: %s.".formatted(ELSEWHERE));
  }

  @Override
  public ObjectNode complete(String taskId, Completion completion) {
    ObjectNode body = BoardJson.object();
    put(body, "summary", completion.summary());
    put(body, "result", completion.result());
    if (completion.metadata() != null) {
      body.set("metadata", completion.metadata());
    }
    put(body, "created_cards", completion.createdCards());
    return call("complete", body, ended(taskId, completion.runId()));
  }

  @Override
  public ObjectNode block(String taskId, String reason, @Nullable Long run) {
    return call("block", BoardJson.object().put("reason", reason), ended(taskId, run));
  }

  private static ObjectNode ended(String taskId, @Nullable Long run) {
    return BoardJson.object().put("task_id", taskId).put("run_id", run);
  }

  @Override
  public ObjectNode heartbeat(
      String taskId,
      @Nullable String note,
      @Nullable Long run,
      @Nullable String lock,
      long seconds) {
    ObjectNode body = BoardJson.object();
    put(body, "note", note);
    send("POST", "heartbeat", body);
    // it is kept and never answered; the launcher extends the claims of its live runs by itself
    return BoardJson.object().put("ok", true).put("task_id", taskId).put("kept", true);
  }

  @Override
  public ObjectNode comment(String taskId, String author, String text) {
    return call(
        "comment",
        BoardJson.object().put("task_id", taskId).put("body", text),
        BoardJson.object().put("task_id", taskId));
  }

  @Override
  public ObjectNode create(NewTask wanted) {
    ObjectNode body = BoardJson.object().put("title", wanted.title());
    put(body, "assignee", wanted.assignee());
    put(body, "body", wanted.body());
    put(body, "tenant", wanted.tenant());
    put(body, "workspace_kind", wanted.workspaceKind());
    put(body, "workspace_path", wanted.workspacePath());
    put(body, "idempotency_key", wanted.idempotencyKey());
    put(body, "initial_status", wanted.initialStatus());
    put(body, "session_id", wanted.sessionId());
    put(body, "parents", wanted.parents());
    put(body, "skills", wanted.skills() == null ? List.of() : wanted.skills());
    body.put("priority", wanted.priority()).put("triage", wanted.triage());
    if (wanted.maxRuntimeSeconds() != null) {
      body.put("max_runtime_seconds", wanted.maxRuntimeSeconds());
    }
    if (!wanted.requires().isEmpty()) {
      ObjectNode requires = body.putObject("requires");
      wanted.requires().forEach(requires::put);
    }
    return call("create", body, BoardJson.object());
  }

  @Override
  public ObjectNode unblock(String taskId) {
    throw new ToolRefused("task '%s' cannot be unblocked: %s.".formatted(taskId, ELSEWHERE));
  }

  @Override
  public ObjectNode link(String parentId, String childId) {
    ObjectNode ids = BoardJson.object().put("parent_id", parentId).put("child_id", childId);
    return call("link", ids, ids);
  }

  /** @param known what the answer holds even when the board has not answered yet */
  private ObjectNode call(String verb, ObjectNode body, ObjectNode known) {
    JsonNode answered = send("POST", verb, body);
    ObjectNode answer = BoardJson.object().put("ok", true);
    answer.setAll(known);
    answered.properties().forEach(field -> {
      if (!field.getKey().equals("command_id")) {
        answer.set(field.getKey(), field.getValue());
      }
    });
    if (answer.path("kept").asBoolean()) {
      answer.put(
          "note",
          "It is written down on this host, and the board will be told; it has not answered yet. Do not call again for the same thing.");
    }
    return answer;
  }

  private JsonNode send(String method, String path, @Nullable ObjectNode body) {
    HttpResponse<String> response;
    try {
      response = client().send(request(method, path, body), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new ToolRefused(
          "the launcher of this worker does not answer at %s: %s. It may be restarting; call again in a minute."
              .formatted(url, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ToolRefused("interrupted before the launcher answered; call again.");
    }
    JsonNode answer = parsed(response.body());
    return switch (response.statusCode()) {
      case OK, KEPT -> answer;
      case CONFLICT -> throw new ToolRefused(error(answer));
      case GONE ->
        throw new ToolRefused(error(answer) + " Stop working; nothing you say about it counts.");
      default ->
        throw new ToolRefused(
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
      throw new ToolRefused(
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

  private static void put(ObjectNode body, String name, @Nullable String value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  private static void put(ObjectNode body, String name, List<String> values) {
    if (!values.isEmpty()) {
      body.set(name, BoardJson.array(values));
    }
  }
}
