package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finishing tasks (contract 3.5, complete; 7.2 and 7.3 for what a worker says that it created). */
public final class Completions {
  private static final int EVENT_SUMMARY = 400;
  private static final int PREVIEW = 200;

  static final String COMPLETABLE = """
      SELECT current_run_id,
             EXISTS (SELECT 1 FROM talaria_holds h WHERE h.task_id = tasks.id) AS held
        FROM tasks
       WHERE id = ?
         AND status IN ('running', 'ready', 'blocked')
         AND (? IS NULL OR current_run_id = ?)
      """;
  private static final String COMPLETE = """
      UPDATE tasks
         SET status = 'done', result = ?, completed_at = ?, claim_lock = NULL, claim_expires = NULL,
             worker_pid = NULL, current_run_id = NULL, consecutive_failures = 0,
             last_failure_error = NULL
       WHERE id = ?
         AND status IN ('running', 'ready', 'blocked')
         AND (? IS NULL OR current_run_id = ?)
      """;

  private final Recompute recompute;

  private record Completable(@Nullable Long openRun, boolean held) {
    static Completable of(Row row) {
      return new Completable(row.numberOrNull("current_run_id"), row.number("held") != 0);
    }
  }

  public Completions(Recompute recompute) {
    this.recompute = recompute;
  }

  /** Completes the task and lets its children go. The run fence comes before the check of created cards. */
  public CompleteResult complete(Tx tx, String taskId, Completion given) {
    return complete(tx, taskId, given, BoardJson.object());
  }

  /**
   * As {@link #complete(Tx, String, Completion)}.
   *
   * @param extra further payload of {@code completed}
   */
  public CompleteResult complete(Tx tx, String taskId, Completion given, ObjectNode extra) {
    Completion completion = given.withoutBlankSummary();
    Long fence = completion.runId();
    Completable found =
        tx.first(COMPLETABLE, Completable::of, taskId, fence, fence).orElse(null);
    if (found == null) {
      return new CompleteResult.NotCompletable();
    }
    CreatedCards cards = CreatedCards.check(tx, taskId, completion.createdCards());
    if (!cards.phantoms().isEmpty()) {
      refuse(tx, taskId, completion, cards);
      return new CompleteResult.PhantomCards(cards.phantoms(), cards.verified());
    }
    tx.update(COMPLETE, completion.result(), tx.now(), taskId, fence, fence);
    if (found.held()) {
      Holds.forget(tx, taskId);
    }
    Long run = closeRun(tx, taskId, found.openRun(), completion);
    Events.append(
        tx,
        taskId,
        run,
        EventKind.COMPLETED,
        payload(completion, cards.verified()).setAll(extra));
    noteUnknownReferences(tx, taskId, run, completion, cards.verified());
    recompute.recomputeChildrenOf(tx, List.of(taskId));
    return new CompleteResult.Completed(run);
  }

  private static @Nullable Long closeRun(
      Tx tx, String taskId, @Nullable Long open, Completion completion) {
    String summary = completion.summaryOrResult();
    if (open != null) {
      Runs.end(tx, open, new RunClose("done", "completed", summary, null, completion.metadata()));
      return open;
    }
    if (!completion.hasContent()) {
      return null;
    }
    return Runs.synthesise(
        tx, taskId, new RunClose("completed", "completed", summary, null, completion.metadata()));
  }

  private static ObjectNode payload(Completion completion, List<String> verified) {
    String result = completion.result();
    ObjectNode payload = BoardJson.object()
        .put("result_len", result == null ? 0 : HermesText.length(result))
        .put("summary", HermesText.firstLine(completion.summaryOrResult(), EVENT_SUMMARY));
    if (!verified.isEmpty()) {
      payload.set("verified_cards", BoardJson.array(verified));
    }
    ArrayNode artifacts = artifacts(completion.metadata());
    if (!artifacts.isEmpty()) {
      payload.set("artifacts", artifacts);
    }
    return payload;
  }

  private static ArrayNode artifacts(@Nullable ObjectNode metadata) {
    ArrayNode kept = BoardJson.array(List.of());
    if (metadata != null && metadata.path("artifacts") instanceof ArrayNode artifacts) {
      for (JsonNode artifact : artifacts) {
        if (artifact.isTextual() && !HermesText.isBlank(artifact.asText())) {
          kept.add(HermesText.strip(artifact.asText()));
        }
      }
    }
    return kept;
  }

  private static void refuse(Tx tx, String taskId, Completion completion, CreatedCards cards) {
    ObjectNode payload = BoardJson.object();
    payload.set("phantom_cards", BoardJson.array(cards.phantoms()));
    payload.set("verified_cards", BoardJson.array(cards.verified()));
    payload.put("summary_preview", HermesText.firstLine(completion.whatItSays(), PREVIEW));
    Events.append(tx, taskId, null, EventKind.COMPLETION_BLOCKED_HALLUCINATION, payload);
  }

  private static void noteUnknownReferences(
      Tx tx, String taskId, @Nullable Long run, Completion completion, List<String> verified) {
    String text = orEmpty(completion.summary()) + " " + orEmpty(completion.result());
    List<String> unknown = CreatedCards.unknownReferences(tx, text, verified);
    if (!unknown.isEmpty()) {
      ObjectNode payload = BoardJson.object();
      payload.set("phantom_refs", BoardJson.array(unknown));
      payload.put("source", "completion_summary");
      Events.append(tx, taskId, run, EventKind.SUSPECTED_HALLUCINATED_REFERENCES, payload);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
