package dev.talaria.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.TaskDetail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of a task.
 *
 * @param model that it was told to use; {@code default} where it was told none
 * @param outcome how it ended, or that it has not
 */
record Attempt(long run, String model, String outcome) {
  static final String DEFAULT_MODEL = "default";

  /** A task's runs in order, each with the model that was in force when it was claimed. */
  static List<Attempt> of(TaskDetail detail) {
    Map<Long, String> models = new HashMap<>();
    String model = DEFAULT_MODEL;
    for (EventRow event : detail.events()) {
      ObjectNode payload = event.payloadObject();
      if (event.kind().equals(EventKind.MODEL_ESCALATED) && payload != null) {
        model = payload.path("to").asText(DEFAULT_MODEL);
      } else if (event.kind().equals(EventKind.CLAIMED) && event.runId() != null) {
        models.put(event.runId(), model);
      }
    }
    List<Attempt> attempts = new ArrayList<>();
    for (Run run : detail.runs()) {
      String outcome = run.outcome();
      attempts.add(new Attempt(
          run.id(),
          models.getOrDefault(run.id(), DEFAULT_MODEL),
          outcome == null ? run.status() : outcome));
    }
    return attempts;
  }
}
