package dev.talaria.cli.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.dispatch.TickResult;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.text.Printable;
import java.util.ArrayList;
import java.util.List;

/** A tick's result for programs and for people. */
record TickReport(TickResult result, boolean dry) {

  /** The keys of contract 5.2 and 8; programs read them: names and order stay. */
  ObjectNode json() {
    ObjectNode node =
        BoardJson.object().put("reclaimed", result.reclaimed()).put("promoted", result.promoted());
    ArrayNode spawned = node.putArray("spawned");
    result
        .spawned()
        .forEach(it -> spawned
            .addObject()
            .put("task_id", it.taskId())
            .put("assignee", it.assignee())
            .put("workspace", it.workspace()));
    node.set("skipped_unassigned", BoardJson.array(result.skippedUnassigned()));
    node.set("auto_assigned_default", BoardJson.array(result.autoAssignedDefault()));
    node.set("skipped_nonspawnable", BoardJson.array(result.skippedNonspawnable()));
    ArrayNode capped = node.putArray("skipped_per_profile_capped");
    result
        .skippedPerProfileCapped()
        .forEach(it -> capped
            .addObject()
            .put("task_id", it.taskId())
            .put("assignee", it.assignee())
            .put("current", it.current()));
    node.set("crashed", BoardJson.array(result.crashed()));
    node.set("auto_blocked", BoardJson.array(result.autoBlocked()));
    node.set("timed_out", BoardJson.array(result.timedOut()));
    node.set("stale", BoardJson.array(result.stale()));
    return node;
  }

  /** One line for each thing that happened, or would. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    result
        .spawned()
        .forEach(it -> lines.add("%s %s as %s%s"
            .formatted(
                dry ? "would start" : "started",
                it.taskId(),
                it.assignee(),
                it.workspace() == null || it.workspace().isEmpty()
                    ? ""
                    : " in " + Printable.line(it.workspace()))));
    count(lines, result.promoted(), dry ? "would become ready" : "became ready");
    count(lines, result.reclaimed(), dry ? "claims have run out" : "claims ran out");
    list(lines, "crashed", result.crashed());
    list(lines, "timed out", result.timedOut());
    list(lines, "silent for too long", result.stale());
    list(lines, "blocked, for a person to look at", result.autoBlocked());
    list(lines, "given to the default assignee", result.autoAssignedDefault());
    list(lines, "waiting, nobody is named", result.skippedUnassigned());
    list(lines, "waiting, the assignee is no profile here", result.skippedNonspawnable());
    result
        .skippedPerProfileCapped()
        .forEach(it -> lines.add("waiting, %d of profile %s run already: %s"
            .formatted(it.current(), it.assignee(), it.taskId())));
    result
        .paused()
        .forEach(
            it -> lines.add("waiting, %s: %s".formatted(Printable.line(it.reason()), it.taskId())));
    result
        .respawnGuarded()
        .forEach(it -> lines.add(
            "waiting, kept back by the guard (%s): %s".formatted(it.reason(), it.taskId())));
    return lines;
  }

  private static void count(List<String> lines, int n, String what) {
    if (n > 0) {
      lines.add("%d %s".formatted(n, what));
    }
  }

  private static void list(List<String> lines, String what, List<String> ids) {
    if (!ids.isEmpty()) {
      lines.add("%s: %s".formatted(what, String.join(" ", ids)));
    }
  }
}
