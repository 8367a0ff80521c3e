package dev.talaria.dispatcher.relay;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.EndedRun;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import java.util.ArrayList;
import java.util.List;

/** What an event tells that is worth counting, whoever wrote it: a dispatcher, hermes or a person. */
public sealed interface Happening {
  /** A run ended. */
  record RunEnded(RunKey key, EndedRun run) implements Happening {}

  /** A task goes on with another model; an empty {@code from} is its lane's own. */
  record Escalated(String from, String to) implements Happening {}

  /** A task was given up; the lane is empty for one of nobody. */
  record GaveUp(String lane) implements Happening {}

  /** What this event tells, read from the snapshot that it was found in. */
  static List<Happening> of(Tx tx, BoardKey board, EventRow event) {
    List<Happening> told = new ArrayList<>();
    if (event.kind().equals(EventKind.MODEL_ESCALATED)) {
      told.add(escalated(event));
    } else if (event.kind().equals(EventKind.GAVE_UP)) {
      told.add(new GaveUp(Tasks.find(tx, event.taskId()).map(Task::assignee).orElse("")));
    }
    Long run = event.runId();
    if (run != null) {
      EndedRun.closedBy(tx, event)
          .map(end -> new RunEnded(board.task(event.taskId()).run(run), end))
          .ifPresent(told::add);
    }
    return told;
  }

  private static Escalated escalated(EventRow event) {
    var payload = event.payloadObject();
    return payload == null
        ? new Escalated("", "")
        : new Escalated(payload.path("from").asText(""), payload.path("to").asText(""));
  }
}
