package dev.talaria.board.triage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.task.Task;
import dev.talaria.board.text.BoardJson;
import java.time.Duration;

/**
 * One question to a model.
 *
 * @param purpose {@code specify} or {@code decompose}
 * @param system what the model is to do, and in which form it is to answer
 * @param user the task
 * @param task the same task as fields
 * @param maxTokens most tokens of the answer
 * @param timeout how long the answer may take
 */
public record TriageRequest(
    String purpose,
    String system,
    String user,
    Task task,
    Roster roster,
    int maxTokens,
    Duration timeout) {
  /** Low, so that the same idea leads to much the same tasks. */
  static final double TEMPERATURE = 0.3;

  /** The question as a command reads it. */
  ObjectNode json() {
    ObjectNode node = BoardJson.object()
        .put("purpose", purpose)
        .put("system", system)
        .put("user", user)
        .put("max_tokens", maxTokens)
        .put("temperature", TEMPERATURE)
        .put("timeout_seconds", timeout.toSeconds());
    node.putObject("task")
        .put("id", task.id())
        .put("title", task.title())
        .put("body", task.body())
        .put("assignee", task.assignee())
        .put("tenant", task.tenant())
        .put("priority", task.priority());
    ArrayNode profiles = node.putArray("roster");
    roster
        .profiles()
        .forEach((name, description) ->
            profiles.addObject().put("name", name).put("description", description));
    return node.put("default_assignee", roster.defaultAssignee());
  }
}
