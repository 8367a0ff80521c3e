package dev.talaria.cli.mcp.port;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.context.WorkerContext;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Completion;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.WorkerClient;
import dev.talaria.cli.mcp.tool.ToolBoard;
import dev.talaria.cli.mcp.tool.ToolRefused;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The board of a worker that runs on another host than its board, through the worker API of its launcher. The token says
 * whose worker it is, so that the run need not be said; what it reads is the slice of the board that came with its grant.
 */
final class RemoteBoard implements ToolBoard {
  private static final String ELSEWHERE =
      "the board is on another host, where this worker sees its own task only";

  private final RemoteRun run;
  private final BoardOptions options;
  private final WorkerContext context;

  /** @param context what is shown of tasks that the worker's own context is not about */
  RemoteBoard(RemoteRun run, BoardOptions options, WorkerContext context) {
    this.run = run;
    this.options = options;
    this.context = context;
  }

  @Override
  public ObjectNode show(String taskId) {
    JsonNode granted = send("GET", "task", null);
    ObjectNode shown =
        granted.path("slice").isObject() ? ofSlice(granted, taskId) : ofRow(granted, taskId);
    if (taskId.equals(run.task())) {
      shown.put("worker_context", granted.path("worker_context").asText(""));
    }
    return shown.put(
        "note",
        "The board is on another host: this is what was known of it when the run began. What was said since then, by you too, is not in it.");
  }

  private ObjectNode ofSlice(JsonNode granted, String taskId) {
    return run.onSlice(
        granted,
        options,
        board -> board.read(tx -> Tasks.show(tx, taskId)
            .map(detail -> ToolShapes.show(detail).put("worker_context", context.of(tx, taskId)))
            .orElseThrow(() -> notShown(taskId))));
  }

  private ToolRefused notShown(String taskId) {
    return new ToolRefused(
        "task '%s' cannot be shown: the board is on another host, where this worker sees its own task '%s', its parents and its children only."
            .formatted(taskId, run.task()));
  }

  /** From a launcher or a dispatcher that knows no slices. */
  private ObjectNode ofRow(JsonNode granted, String taskId) {
    if (!taskId.equals(run.task())) {
      throw notShown(taskId);
    }
    ObjectNode row = granted.path("task") instanceof ObjectNode it ? it : BoardJson.object();
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
    return answer;
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
  public ObjectNode block(String taskId, String reason, @Nullable Long runId) {
    return call("block", BoardJson.object().put("reason", reason), ended(taskId, runId));
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
    try {
      return run.client().send(method, path, body);
    } catch (WorkerClient.Refused e) {
      throw new ToolRefused(String.valueOf(e.getMessage()));
    }
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
