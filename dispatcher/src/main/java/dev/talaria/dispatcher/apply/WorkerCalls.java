package dev.talaria.dispatcher.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.BoardStoreException;
import dev.talaria.board.ConflictException;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.CommandLog;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.CreateResult;
import dev.talaria.board.task.Links;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.CompleteResult;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand.Block;
import dev.talaria.protocol.message.BoardCommand.Comment;
import dev.talaria.protocol.message.BoardCommand.Complete;
import dev.talaria.protocol.message.BoardCommand.Create;
import dev.talaria.protocol.message.BoardCommand.Heartbeat;
import dev.talaria.protocol.message.BoardCommand.Link;
import dev.talaria.protocol.message.Reply.Answer;
import dev.talaria.protocol.message.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What workers ask for through their launcher. Each call is answered once and for all: the same command again gets the same
 * answer. A worker whose run is no longer current changes nothing.
 */
public final class WorkerCalls {
  private static final String NOT_CURRENT =
      "Run %d of task %s is not its current run any more, so it cannot change the board. Stop working on it.";

  private final Wire wire;
  private final Completions completions;
  private final TaskCreation creation;
  private final Links links;
  private final RunReports reports;
  private final ApplyListener listener;

  public WorkerCalls(
      Wire wire,
      Completions completions,
      TaskCreation creation,
      Links links,
      RunReports reports,
      ApplyListener listener) {
    this.wire = wire;
    this.completions = completions;
    this.creation = creation;
    this.links = links;
    this.reports = reports;
    this.listener = listener;
  }

  /** What a call did: data on success, a reason on refusal. */
  private record Done(
      @Nullable ObjectNode data,
      @Nullable String refusal,
      @Nullable ObjectNode draft) {
    static Done with(ObjectNode data) {
      return new Done(data, null, null);
    }

    static Done refused(String reason) {
      return new Done(null, reason, null);
    }
  }

  /** What is kept of a call, and answered again. */
  private record Outcome(String word, @Nullable String detail) {
    static final String DONE = "done";
  }

  /** One call, inside the caller's transaction. */
  private interface Call {
    Done in(Tx tx);
  }

  void heartbeat(Tx tx, Turn turn, Heartbeat call) {
    if (!reports.isCurrent(tx, call.run())
        || !Claims.heartbeatWorker(
            tx, call.run().taskId(), call.note(), call.run().runId())) {
      listener.stale(call.run(), "heartbeat");
    }
    turn.settled(call.asker(), call.commandId());
  }

  void complete(Tx tx, Turn turn, Complete call) {
    RunKey run = call.run();
    answer(tx, turn, call.asker(), call.commandId(), "complete", run, said(call), inner -> {
      List<String> cards = call.createdCards() == null ? List.of() : call.createdCards();
      Completion completion =
          new Completion(call.result(), call.summary(), call.metadata(), cards, run.runId());
      CompleteResult result = completions.complete(inner, run.taskId(), completion);
      if (result instanceof CompleteResult.PhantomCards phantom) {
        String reason =
            ("The task is unchanged: these created_cards are not cards that this worker made: %s."
                    + " Complete again without them.")
                .formatted(String.join(", ", phantom.phantoms()));
        return new Done(null, reason, draft(call));
      }
      if (!result.completed()) {
        return new Done(null, NOT_CURRENT.formatted(run.runId(), run.taskId()), draft(call));
      }
      listener.runEnded(run.board(), "completed");
      return Done.with(ids(run));
    });
  }

  void block(Tx tx, Turn turn, Block call) {
    RunKey run = call.run();
    answer(tx, turn, call.asker(), call.commandId(), "block", run, call.reason(), inner -> {
      if (!Blocks.block(inner, run.taskId(), call.reason(), run.runId())) {
        return Done.refused(NOT_CURRENT.formatted(run.runId(), run.taskId()));
      }
      if (call.comment() != null) {
        Comments.add(inner, run.taskId(), profile(inner, run), call.comment());
      }
      listener.runEnded(run.board(), "blocked");
      return Done.with(ids(run));
    });
  }

  void comment(Tx tx, Turn turn, Comment call) {
    String task = call.task() == null ? call.run().taskId() : call.task();
    answer(tx, turn, call.asker(), call.commandId(), "comment", call.run(), call.body(), inner -> {
      long id = Comments.add(inner, task, call.author(), call.body());
      return Done.with(wire.object().put("task_id", task).put("comment_id", id));
    });
  }

  void link(Tx tx, Turn turn, Link call) {
    answer(tx, turn, call.asker(), call.commandId(), "link", call.run(), null, inner -> {
      links.link(inner, call.parent(), call.child());
      return Done.with(wire.object().put("parent_id", call.parent()).put("child_id", call.child()));
    });
  }

  void create(Tx tx, Turn turn, Create call) {
    answer(
        tx,
        turn,
        call.asker(),
        call.commandId(),
        "create",
        call.run(),
        text(call.task(), "title"),
        inner -> {
          CreateResult created = creation.create(
              inner, newTask(call.task(), profile(inner, call.run())), text(call.task(), "id"));
          return Done.with(
              wire.object().put("task_id", created.taskId()).put("status", created.status()));
        });
  }

  private static @Nullable String said(Complete call) {
    return call.summary() == null ? call.result() : call.summary();
  }

  /** In whose name a run's worker speaks. */
  private static String profile(Tx tx, RunKey run) {
    return Tasks.find(tx, run.taskId()).map(Task::assignee).orElse("worker");
  }

  private void answer(
      Tx tx,
      Turn turn,
      LauncherKey asker,
      String commandId,
      String verb,
      RunKey run,
      @Nullable String said,
      Call call) {
    Optional<CommandLog.Applied> before = CommandLog.find(tx, commandId);
    Outcome outcome = before
        .map(applied -> new Outcome(applied.outcome(), applied.detail()))
        .orElseGet(() -> outcome(tx, verb, run, said, call));
    if (before.isEmpty()) {
      CommandLog.record(tx, commandId, verb, outcome.word(), outcome.detail(), run.runId());
    }
    turn.reply(answer(asker, commandId, outcome));
  }

  private Outcome outcome(Tx tx, String verb, RunKey run, @Nullable String said, Call call) {
    if (!reports.isCurrent(tx, run)) {
      listener.stale(run, verb);
      StaleReports.note(tx, run, verb, said);
      return refused(NOT_CURRENT.formatted(run.runId(), run.taskId()), null);
    }
    try {
      Done done = tx.savepoint(call::in);
      return done.refusal() == null
          ? new Outcome(Outcome.DONE, String.valueOf(done.data()))
          : refused(done.refusal(), done.draft());
    } catch (InvalidRequestException | ConflictException e) {
      return refused(message(e), null);
    }
  }

  private Outcome refused(String reason, @Nullable ObjectNode draft) {
    ObjectNode detail = wire.object().put("reason", reason);
    if (draft != null) {
      detail.setAll(draft);
    }
    return new Outcome("refused", detail.toString());
  }

  private Answer answer(LauncherKey asker, String commandId, Outcome outcome) {
    ObjectNode detail = wire.objectOrNull(outcome.detail());
    return outcome.word().equals(Outcome.DONE)
        ? new Answer(asker, commandId, true, null, detail)
        : new Answer(
            asker,
            commandId,
            false,
            detail == null ? null : detail.path("reason").asText(),
            null);
  }

  private ObjectNode ids(RunKey run) {
    return wire.object().put("task_id", run.taskId()).put("run_id", run.runId());
  }

  private ObjectNode draft(Complete call) {
    ObjectNode draft = wire.object().put("summary", call.summary()).put("result", call.result());
    if (call.metadata() != null) {
      draft.set("metadata", call.metadata());
    }
    return draft;
  }

  private static String message(BoardStoreException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static NewTask newTask(ObjectNode task, String author) {
    return NewTask.titled(text(task, "title") == null ? "" : task.path("title").asText())
        .withBody(text(task, "body"))
        .withAssignee(text(task, "assignee"))
        .withCreatedBy(author)
        .withWorkspace(
            text(task, "workspace_kind") == null
                ? "scratch"
                : task.path("workspace_kind").asText(),
            text(task, "workspace_path"),
            text(task, "branch_name"))
        .withTenant(text(task, "tenant"))
        .withPriority(task.path("priority").asLong(0))
        .withParents(texts(task.path("parents")))
        .withTriage(task.path("triage").asBoolean(false))
        .withIdempotencyKey(text(task, "idempotency_key"))
        .withMaxRuntimeSeconds(number(task, "max_runtime_seconds"))
        .withSkills(task.hasNonNull("skills") ? texts(task.path("skills")) : null)
        .withMaxRetries(number(task, "max_retries"))
        .withInitialStatus(
            text(task, "initial_status") == null
                ? "running"
                : task.path("initial_status").asText())
        .withSessionId(text(task, "session_id"))
        .withRequires(requires(task.path("requires")));
  }

  private static Map<String, String> requires(JsonNode labels) {
    Map<String, String> requires = new TreeMap<>();
    labels
        .fields()
        .forEachRemaining(it -> requires.put(it.getKey(), it.getValue().asText()));
    return requires;
  }

  private static @Nullable String text(ObjectNode object, String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value.asText();
  }

  private static @Nullable Long number(ObjectNode object, String name) {
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.canConvertToLong() && !value.asText().matches("-?\\d{1,18}")) {
      throw new InvalidRequestException(
          "%s is '%s'; expected a whole number.".formatted(name, value.asText()));
    }
    return value.asLong();
  }

  /** A list of texts; one text stands for a list of one, as hermes's tools accept it. */
  private static List<String> texts(JsonNode value) {
    List<String> texts = new ArrayList<>();
    if (value.isTextual()) {
      texts.add(value.asText());
    }
    value.elements().forEachRemaining(element -> texts.add(element.asText()));
    return texts;
  }
}
