package dev.talaria.launcher.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.protocol.id.RunKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads from the events of a shadow board what its worker said (contract 3.5 and 3.7). */
final class ShadowReader {
  private static final int MOST = 500;
  private static final String EARLIER_COMMENTED = """
      SELECT count(*) AS n
        FROM task_events
       WHERE kind = 'commented'
         AND task_id = ?
         AND id > ?
         AND id < ?
      """;
  private static final String NTH_COMMENT =
      "SELECT body FROM task_comments WHERE task_id = ? AND id > ? ORDER BY id LIMIT 1 OFFSET ?";
  private static final String IS_NEW =
      "SELECT 1 AS n FROM task_events WHERE task_id = ? AND kind = 'created' AND id > ?";

  private final RunKey run;
  private final EventLog.MaxIds base;

  /** @param base the highest ids that the board had when it was made */
  ShadowReader(RunKey run, EventLog.MaxIds base) {
    this.run = run;
    this.base = base;
  }

  /** What comes after an event, in order; at most some hundreds at a time. */
  List<Told> after(Tx tx, long event) {
    List<Told> told = new ArrayList<>();
    for (EventRow row : EventLog.eventsAfter(tx, event, MOST)) {
      told.add(told(tx, row));
    }
    return told;
  }

  private Told told(Tx tx, EventRow event) {
    boolean own = event.taskId().equals(run.taskId());
    return switch (event.kind()) {
      case EventKind.COMMENTED -> comment(tx, event);
      case EventKind.CREATED -> created(tx, event);
      case EventKind.LINKED -> linked(event);
      case EventKind.HEARTBEAT -> own ? heartbeat(event) : lost(event);
      case EventKind.COMPLETED -> own && isOurs(event) ? completed(tx, event) : lost(event);
      case EventKind.BLOCKED -> blocked(tx, event, own);
      // what follows from other changes, there as here; a claim is extended by our own beats
      case "promoted",
          "claim_extended",
          "claim_rejected",
          "completion_blocked_hallucination",
          "suspected_hallucinated_references",
          "tip_scratch_workspace" -> new Told.Nothing(event.id());
      default -> lost(event);
    };
  }

  private boolean isOurs(EventRow event) {
    Long of = event.runId();
    return of != null && of == run.runId();
  }

  private static Told lost(EventRow event) {
    return new Told.Lost(event.id(), "'%s' of task %s".formatted(event.kind(), event.taskId()));
  }

  private Told comment(Tx tx, EventRow event) {
    long before = tx.number(EARLIER_COMMENTED, event.taskId(), base.events(), event.id());
    return tx.<Told>first(
            NTH_COMMENT,
            row -> said(
                event,
                "comment",
                BoardJson.object()
                    .put("task_id", event.taskId())
                    .put("body", row.requireText("body")),
                Set.of(event.taskId())),
            event.taskId(),
            base.comments(),
            before)
        .orElseGet(() -> lost(event));
  }

  private static Told heartbeat(EventRow event) {
    ObjectNode body = BoardJson.object();
    put(body, "note", text(event, "note"));
    return said(event, "heartbeat", body, Set.of());
  }

  private static Told linked(EventRow event) {
    String parent = text(event, "parent");
    String child = text(event, "child");
    return parent == null || child == null
        ? lost(event)
        : said(
            event,
            "link",
            BoardJson.object().put("parent_id", parent).put("child_id", child),
            Set.of(parent, child));
  }

  private Told completed(Tx tx, EventRow event) {
    Task task = Tasks.find(tx, run.taskId()).orElse(null);
    Run ended = Tasks.run(tx, run.runId()).orElse(null);
    if (task == null || ended == null) {
      return lost(event);
    }
    ObjectNode body = BoardJson.object();
    put(body, "summary", ended.summary());
    put(body, "result", task.result());
    if (ended.metadata() != null) {
      body.set("metadata", ended.metadata());
    }
    Set<String> cards = texts(event, "verified_cards");
    if (!cards.isEmpty()) {
      body.set("created_cards", BoardJson.array(cards));
    }
    return said(event, "complete", body, cards);
  }

  private Told blocked(Tx tx, EventRow event, boolean own) {
    if (own && isOurs(event)) {
      String reason = text(event, "reason");
      return said(
          event, "block", BoardJson.object().put("reason", reason == null ? "" : reason), Set.of());
    }
    // a task that was made blocked says so with an event of its own
    boolean fromTheStart = "initial_status".equals(text(event, "reason"))
        && tx.exists(IS_NEW, event.taskId(), base.events());
    return fromTheStart ? new Told.Nothing(event.id()) : lost(event);
  }

  private static Told created(Tx tx, EventRow event) {
    Task task = Tasks.find(tx, event.taskId()).orElse(null);
    if (task == null || text(event, "from_decompose_of") != null) {
      return lost(event);
    }
    Set<String> parents = texts(event, "parents");
    String status = text(event, "status");
    ObjectNode body = BoardJson.object().put("id", task.id()).put("title", task.title());
    put(body, "assignee", task.assignee());
    put(body, "body", task.body());
    put(body, "tenant", task.tenant());
    put(body, "workspace_kind", task.workspaceKind());
    put(body, "workspace_path", task.workspacePath());
    put(body, "branch_name", task.branchName());
    put(body, "idempotency_key", task.idempotencyKey());
    put(body, "session_id", task.sessionId());
    body.put("initial_status", "blocked".equals(status) ? "blocked" : "running");
    body.put("triage", "triage".equals(status)).put("priority", task.priority());
    if (!parents.isEmpty()) {
      body.set("parents", BoardJson.array(parents));
    }
    if (task.skills() != null) {
      body.set("skills", BoardJson.array(task.skills()));
    }
    if (task.maxRuntimeSeconds() != null) {
      body.put("max_runtime_seconds", task.maxRuntimeSeconds());
    }
    if (task.maxRetries() != null) {
      body.put("max_retries", task.maxRetries());
    }
    return said(event, "create", body, parents);
  }

  private static Told said(EventRow event, String verb, ObjectNode body, Set<String> names) {
    return new Told.Said(event.id(), verb, body, names);
  }

  private static @Nullable String text(EventRow event, String name) {
    ObjectNode payload = event.payloadObject();
    JsonNode value = payload == null ? null : payload.get(name);
    return value == null || value.isNull() ? null : value.asText();
  }

  private static Set<String> texts(EventRow event, String name) {
    Set<String> texts = new LinkedHashSet<>();
    ObjectNode payload = event.payloadObject();
    if (payload != null) {
      payload.path(name).elements().forEachRemaining(element -> texts.add(element.asText()));
    }
    return texts;
  }

  private static void put(ObjectNode body, String name, @Nullable String value) {
    if (value != null) {
      body.put(name, value);
    }
  }
}
