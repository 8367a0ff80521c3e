package dev.talaria.cli.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Comment;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskDetail;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import java.util.function.Function;

/** The JSON objects of contract 8. Programs read them: names and order stay. */
public final class Shapes {
  private Shapes() {}

  public static ObjectNode task(Task task) {
    ObjectNode node = BoardJson.object()
        .put("id", task.id())
        .put("title", task.title())
        .put("body", task.body())
        .put("assignee", task.assignee())
        .put("status", task.status())
        .put("priority", task.priority())
        .put("tenant", task.tenant())
        .put("workspace_kind", task.workspaceKind())
        .put("workspace_path", task.workspacePath())
        .put("branch_name", task.branchName())
        .put("created_by", task.createdBy())
        .put("created_at", task.createdAt())
        .put("started_at", task.startedAt())
        .put("completed_at", task.completedAt())
        .put("result", task.result());
    List<String> skills = task.skills();
    node.set("skills", BoardJson.array(skills == null ? List.of() : skills));
    return node.put("max_retries", task.maxRetries())
        .put("session_id", task.sessionId())
        .put("workflow_template_id", task.workflowTemplateId())
        .put("current_step_key", task.currentStepKey());
  }

  public static ObjectNode run(Run run) {
    ObjectNode node = BoardJson.object()
        .put("id", run.id())
        .put("profile", run.profile())
        .put("step_key", run.stepKey())
        .put("status", run.status())
        .put("outcome", run.outcome())
        .put("summary", run.summary())
        .put("error", run.error());
    node.set("metadata", run.metadata());
    return node.put("worker_pid", run.workerPid())
        .put("started_at", run.startedAt())
        .put("ended_at", run.endedAt());
  }

  /** A task with what belongs to it; the runs are given, as they may have been filtered. */
  public static ObjectNode show(TaskDetail detail, List<Run> runs) {
    ObjectNode node = BoardJson.object();
    node.set("task", task(detail.task()));
    node.put("latest_summary", detail.latestSummary());
    node.set("parents", BoardJson.array(detail.parents()));
    node.set("children", BoardJson.array(detail.children()));
    node.set("comments", array(detail.comments(), Shapes::comment));
    node.set("events", array(detail.events(), Shapes::eventOfTask));
    node.set("runs", array(runs, Shapes::run));
    if (!detail.requires().isEmpty()) { // hermes has no such key
      ObjectNode requires = node.putObject("requires");
      detail.requires().forEach(requires::put);
    }
    return node;
  }

  /** An event in a stream: with its id, which is the place to go on from, and its task. */
  public static ObjectNode event(EventRow event) {
    ObjectNode node = BoardJson.object().put("id", event.id()).put("task_id", event.taskId());
    node.setAll(eventOfTask(event));
    return node;
  }

  public static <T> ArrayNode array(List<T> items, Function<T, ObjectNode> shape) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    items.forEach(item -> array.add(shape.apply(item)));
    return array;
  }

  public static ObjectNode comment(Comment comment) {
    return BoardJson.object()
        .put("author", comment.author())
        .put("body", comment.body())
        .put("created_at", comment.createdAt());
  }

  /** An event among its task's. */
  public static ObjectNode eventOfTask(EventRow event) {
    ObjectNode node = BoardJson.object().put("kind", event.kind());
    node.set("payload", event.payloadObject());
    return node.put("created_at", event.createdAt()).put("run_id", event.runId());
  }
}
