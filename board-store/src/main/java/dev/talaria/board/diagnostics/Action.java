package dev.talaria.board.diagnostics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;

/**
 * Something that may help.
 *
 * @param kind {@code reclaim}, {@code reassign}, {@code unblock}, {@code cli_hint}, {@code open_docs} or {@code comment}
 * @param label for people
 * @param payload what the action needs; {@code command} for a hint
 * @param suggested whether it is the first thing to try
 */
public record Action(String kind, String label, ObjectNode payload, boolean suggested) {
  static Action reclaim(String taskId) {
    return onTask("reclaim", "Take the claim back", taskId);
  }

  static Action reassign(String taskId) {
    return onTask("reassign", "Give it to another profile", taskId);
  }

  static Action unblock(String taskId) {
    return onTask("unblock", "Unblock it, with its failures forgotten", taskId);
  }

  static Action comment(String taskId, String label) {
    return onTask("comment", label, taskId);
  }

  /** A command to look or act with. */
  static Action hint(String label, String command) {
    return new Action("cli_hint", label, BoardJson.object().put("command", command), false);
  }

  static Action docs(String label, String page) {
    return new Action("open_docs", label, BoardJson.object().put("page", page), false);
  }

  Action first() {
    return new Action(kind, label, payload, true);
  }

  ObjectNode json() {
    ObjectNode node = BoardJson.object().put("kind", kind).put("label", label);
    node.set("payload", payload);
    return node.put("suggested", suggested);
  }

  private static Action onTask(String kind, String label, String taskId) {
    return new Action(kind, label, BoardJson.object().put("task_id", taskId), false);
  }
}
