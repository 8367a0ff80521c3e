package dev.talaria.launcher.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.id.RunKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What each verb takes, with the names of hermes's own tools (contract 9). A worker may complete, block and beat for its own
 * task only. The result has the same fields in the same order, whatever form the call came in, so that repetitions are
 * recognized.
 */
final class CallRules {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> TEXTS_OF_CREATE = new LinkedHashSet<>(List.of(
      "title",
      "assignee",
      "body",
      "tenant",
      "workspace_kind",
      "workspace_path",
      "branch_name",
      "idempotency_key",
      "initial_status",
      "session_id"));
  private static final Set<String> LISTS_OF_CREATE = Set.of("parents", "skills");
  private static final Set<String> NUMBERS_OF_CREATE =
      Set.of("priority", "max_runtime_seconds", "max_retries");

  private CallRules() {}

  static ObjectNode check(Verb verb, RunKey run, ObjectNode body) throws CallRefused {
    return switch (verb) {
      case HEARTBEAT -> heartbeat(run, body);
      case COMMENT -> comment(body);
      case COMPLETE -> complete(run, body);
      case BLOCK -> block(run, body);
      case CREATE -> create(body);
      case LINK -> link(body);
    };
  }

  private static ObjectNode heartbeat(RunKey run, ObjectNode body) throws CallRefused {
    Fields fields = new Fields(Verb.HEARTBEAT, body, Set.of("task_id", "note"));
    ownTask(run, fields);
    ObjectNode out = JSON.createObjectNode();
    put(out, "note", fields.text("note"));
    return out;
  }

  private static ObjectNode comment(ObjectNode body) throws CallRefused {
    // An author is not heard: who speaks is known by the token.
    Fields fields = new Fields(Verb.COMMENT, body, Set.of("task_id", "body", "author"));
    ObjectNode out = JSON.createObjectNode();
    put(out, "task_id", fields.text("task_id"));
    put(out, "body", fields.required("body"));
    return out;
  }

  private static ObjectNode complete(RunKey run, ObjectNode body) throws CallRefused {
    Fields fields = new Fields(
        Verb.COMPLETE,
        body,
        Set.of("task_id", "summary", "result", "metadata", "created_cards", "artifacts"));
    ownTask(run, fields);
    String summary = fields.text("summary");
    String result = fields.text("result");
    if ((summary == null || summary.isBlank()) && (result == null || result.isBlank())) {
      throw CallRefused.malformed("'complete' needs 'summary' or 'result'.");
    }
    ObjectNode out = JSON.createObjectNode();
    put(out, "summary", summary);
    put(out, "result", result);
    ObjectNode metadata = fields.object("metadata");
    List<String> artifacts = fields.texts("artifacts");
    if (artifacts != null && !artifacts.isEmpty()) {
      metadata = metadata == null ? JSON.createObjectNode() : metadata;
      metadata.set("artifacts", merged(metadata, artifacts));
    }
    if (metadata != null && !metadata.isEmpty()) {
      out.set("metadata", metadata);
    }
    put(out, "created_cards", fields.texts("created_cards"));
    return out;
  }

  private static ArrayNode merged(ObjectNode metadata, List<String> artifacts) {
    Set<String> all = new LinkedHashSet<>();
    metadata.path("artifacts").forEach(it -> all.add(it.asText()));
    all.addAll(artifacts);
    ArrayNode out = JSON.createArrayNode();
    all.forEach(out::add);
    return out;
  }

  private static ObjectNode block(RunKey run, ObjectNode body) throws CallRefused {
    Fields fields = new Fields(Verb.BLOCK, body, Set.of("task_id", "reason", "comment"));
    ownTask(run, fields);
    ObjectNode out = JSON.createObjectNode().put("reason", fields.required("reason"));
    put(out, "comment", fields.text("comment"));
    return out;
  }

  private static ObjectNode create(ObjectNode body) throws CallRefused {
    Set<String> known = new LinkedHashSet<>(TEXTS_OF_CREATE);
    known.addAll(LISTS_OF_CREATE);
    known.addAll(NUMBERS_OF_CREATE);
    known.addAll(Set.of("triage", "requires"));
    Fields fields = new Fields(Verb.CREATE, body, known);
    fields.required("title");
    fields.required("assignee");
    ObjectNode out = JSON.createObjectNode();
    for (String name : TEXTS_OF_CREATE) {
      put(out, name, fields.text(name));
    }
    put(out, "parents", fields.texts("parents"));
    put(out, "skills", fields.texts("skills"));
    put(out, "priority", fields.integer("priority"));
    put(out, "max_runtime_seconds", fields.integer("max_runtime_seconds"));
    put(out, "max_retries", fields.integer("max_retries"));
    Boolean triage = fields.bool("triage");
    if (triage != null) {
      out.put("triage", triage);
    }
    ObjectNode requires = fields.object("requires");
    if (requires != null && !requires.isEmpty()) {
      out.set("requires", requires);
    }
    return out;
  }

  private static ObjectNode link(ObjectNode body) throws CallRefused {
    Fields fields = new Fields(Verb.LINK, body, Set.of("parent_id", "child_id"));
    return JSON.createObjectNode()
        .put("parent_id", fields.required("parent_id"))
        .put("child_id", fields.required("child_id"));
  }

  private static void ownTask(RunKey run, Fields fields) throws CallRefused {
    String task = fields.text("task_id");
    if (task != null && !task.equals(run.taskId())) {
      throw new CallRefused(
          403,
          "This run is of task '%s' and may not do this to task '%s'."
              .formatted(run.taskId(), task));
    }
  }

  private static void put(ObjectNode out, String name, @Nullable String value) {
    if (value != null) {
      out.put(name, value);
    }
  }

  private static void put(ObjectNode out, String name, @Nullable Long value) {
    if (value != null) {
      out.put(name, value);
    }
  }

  private static void put(ObjectNode out, String name, @Nullable List<String> values) {
    if (values != null && !values.isEmpty()) {
      ArrayNode array = out.putArray(name);
      values.forEach(array::add);
    }
  }
}
