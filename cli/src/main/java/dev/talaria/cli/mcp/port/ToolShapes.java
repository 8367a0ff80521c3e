package dev.talaria.cli.mcp.port;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskDetail;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.text.Shapes;
import java.util.List;

/** The JSON objects of contract 9; they differ from those of the verbs. */
final class ToolShapes {
  private static final int NEWEST_EVENTS = 50;
  private static final int LARGEST_PAGE = 200;

  /** The names of a shown task's fields. */
  static final List<String> TASK_FIELDS = List.of(
      "id",
      "title",
      "body",
      "assignee",
      "status",
      "tenant",
      "priority",
      "workspace_kind",
      "workspace_path",
      "created_by",
      "created_at",
      "started_at",
      "completed_at",
      "result",
      "current_run_id",
      "model_override");

  private ToolShapes() {}

  static ObjectNode show(TaskDetail detail) {
    List<EventRow> events = detail.events();
    ObjectNode node = BoardJson.object();
    node.set("task", task(detail.task()));
    node.set("parents", BoardJson.array(detail.parents()));
    node.set("children", BoardJson.array(detail.children()));
    node.set("comments", Shapes.array(detail.comments(), Shapes::comment));
    node.set(
        "events",
        Shapes.array(
            events.subList(Math.max(0, events.size() - NEWEST_EVENTS), events.size()),
            Shapes::eventOfTask));
    node.set("runs", Shapes.array(detail.runs(), ToolShapes::run));
    return node;
  }

  private static ObjectNode task(Task task) {
    return BoardJson.object()
        .put("id", task.id())
        .put("title", task.title())
        .put("body", task.body())
        .put("assignee", task.assignee())
        .put("status", task.status())
        .put("tenant", task.tenant())
        .put("priority", task.priority())
        .put("workspace_kind", task.workspaceKind())
        .put("workspace_path", task.workspacePath())
        .put("created_by", task.createdBy())
        .put("created_at", task.createdAt())
        .put("started_at", task.startedAt())
        .put("completed_at", task.completedAt())
        .put("result", task.result())
        .put("current_run_id", task.currentRunId())
        .put("model_override", task.modelOverride());
  }

  static ObjectNode listed(Task task, List<String> parents, List<String> children) {
    ObjectNode node = BoardJson.object()
        .put("id", task.id())
        .put("title", task.title())
        .put("assignee", task.assignee())
        .put("status", task.status())
        .put("priority", task.priority())
        .put("tenant", task.tenant())
        .put("workspace_kind", task.workspaceKind())
        .put("workspace_path", task.workspacePath())
        .put("created_by", task.createdBy())
        .put("created_at", task.createdAt())
        .put("started_at", task.startedAt())
        .put("completed_at", task.completedAt())
        .put("current_run_id", task.currentRunId())
        .put("model_override", task.modelOverride());
    node.set("parents", BoardJson.array(parents));
    node.set("children", BoardJson.array(children));
    return node.put("parent_count", parents.size()).put("child_count", children.size());
  }

  /** Says whether there is more, and which limit to ask with then; null when a filter is the only way. */
  static ObjectNode page(ObjectNode node, int limit, boolean truncated) {
    node.put("limit", limit).put("truncated", truncated);
    return truncated && limit < LARGEST_PAGE
        ? node.put("next_limit", Math.min(2 * limit, LARGEST_PAGE))
        : node.putNull("next_limit");
  }

  private static ObjectNode run(Run run) {
    ObjectNode node = BoardJson.object()
        .put("id", run.id())
        .put("profile", run.profile())
        .put("status", run.status())
        .put("outcome", run.outcome())
        .put("summary", run.summary())
        .put("error", run.error());
    node.set("metadata", run.metadata());
    return node.put("started_at", run.startedAt()).put("ended_at", run.endedAt());
  }
}
