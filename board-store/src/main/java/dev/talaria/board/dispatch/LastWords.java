package dev.talaria.board.dispatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.event.StatusAfter;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import dev.talaria.board.transition.CompleteResult;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a worker left behind that exited with 0 and had neither completed nor blocked its task: a completion that the board
 * refused, or the end of its output. A person may accept it as the completion for as long as the task is blocked for that
 * silence and for nothing else.
 */
public final class LastWords {
  /** How much of the output becomes a summary. */
  static final int SUMMARY_LINES = 20;

  private static final List<String> STOPS = List.of(EventKind.BLOCKED, EventKind.GAVE_UP);

  private LastWords() {}

  /** Where the words come from. */
  public enum Source {
    /** A completion that the board refused while the worker lived. */
    DRAFT("draft"),
    /** The end of what it wrote. */
    OUTPUT("output");

    private final String word;

    Source(String word) {
      this.word = word;
    }

    /** As events spell it. */
    public String word() {
      return word;
    }
  }

  /** What there is to accept, or why there is nothing. */
  public sealed interface Answer {}

  /**
   * Words that may be accepted.
   *
   * @param completion what would be handed over
   * @param refused why the board refused the draft; null for output
   */
  public record Kept(
      long runId,
      String taskId,
      Source source,
      Completion completion,
      @Nullable String refused) implements Answer {}

  /**
   * Nothing may be accepted.
   *
   * @param reason a sentence or two, with what to do instead
   */
  public record None(String reason) implements Answer {}

  /** Those of one run. */
  public static Answer of(Tx tx, long runId) {
    Run run = Tasks.run(tx, runId).orElse(null);
    if (run == null) {
      return new None(
          "Run %d is not on this board. 'talaria runs ID' lists a task's runs.".formatted(runId));
    }
    Task task = Tasks.find(tx, run.taskId()).orElse(null);
    if (task == null) {
      return new None(Tasks.unknown(run.taskId()));
    }
    EventRow silence = silenceOf(tx, runId).orElse(null);
    return silence == null ? new None(notSilent(run)) : of(tx, task, run, silence);
  }

  /** Those of a task's last run. */
  public static Answer ofTask(Tx tx, String taskId) {
    List<Run> runs = Tasks.runs(tx, taskId);
    if (!runs.isEmpty()) {
      return of(tx, runs.get(runs.size() - 1).id());
    }
    return new None(
        Tasks.exists(tx, taskId)
            ? "Task '%s' has not run yet; there are no last words.".formatted(taskId)
            : Tasks.unknown(taskId));
  }

  /** The words that a blocked task waits to have accepted, if it is blocked for its last worker's silence. */
  public static Optional<Kept> awaited(Tx tx, Task task) {
    if (!task.status().equals("blocked")) {
      return Optional.empty();
    }
    return ofTask(tx, task.id()) instanceof Kept kept ? Optional.of(kept) : Optional.empty();
  }

  /** Completes the task with the words. The event says who accepted them, and of which run they are. */
  public static CompleteResult accept(Tx tx, Completions completions, Kept kept, String by) {
    ObjectNode accepted = BoardJson.object();
    accepted
        .putObject("accepted")
        .put("run", kept.runId())
        .put("by", by)
        .put("from", kept.source().word());
    return completions.complete(tx, kept.taskId(), kept.completion(), accepted);
  }

  private static Answer of(Tx tx, Task task, Run run, EventRow silence) {
    String obstacle = obstacle(tx, task, run, silence);
    if (obstacle != null) {
      return new None(obstacle);
    }
    ObjectNode payload = silence.payloadObject();
    if (payload != null && payload.path("draft") instanceof ObjectNode draft) {
      Completion completion = new Completion(
          text(draft, "result"),
          text(draft, "summary"),
          draft.path("metadata") instanceof ObjectNode metadata ? metadata : null,
          List.of(),
          null);
      if (!HermesText.isBlank(completion.summary()) || !HermesText.isBlank(completion.result())) {
        return new Kept(run.id(), task.id(), Source.DRAFT, completion, text(draft, "reason"));
      }
    }
    String output = payload == null ? "" : lastLines(payload.path("log_tail").asText(""));
    return output.isEmpty()
        ? new None(
            "Run %d of task '%s' left nothing: no completion was refused, and it wrote nothing. Complete the task yourself: talaria complete %s --summary TEXT."
                .formatted(run.id(), task.id(), task.id()))
        : new Kept(
            run.id(), task.id(), Source.OUTPUT, Completion.empty().withSummary(output), null);
  }

  private static Optional<EventRow> silenceOf(Tx tx, long runId) {
    return EventLog.ofRun(tx, runId).stream()
        .filter(event -> event.kind().equals(EventKind.PROTOCOL_VIOLATION))
        .findFirst();
  }

  private static String notSilent(Run run) {
    String accepted =
        "Only the last words of a worker that exited with 0 without completing or blocking its task can be accepted";
    return run.isOpen()
        ? "Run %d of task '%s' has not ended. %s.".formatted(run.id(), run.taskId(), accepted)
        : "Run %d of task '%s' ended as '%s'. %s; 'talaria complete %s' completes it in your own words."
            .formatted(run.id(), run.taskId(), run.outcome(), accepted, run.taskId());
  }

  /** Why the words of a silent run cannot be accepted any more, or not yet; null when they can. */
  private static @Nullable String obstacle(Tx tx, Task task, Run run, EventRow silence) {
    String what =
        "Cannot accept the last words of run %d of task '%s'".formatted(run.id(), task.id());
    Holds.Hold hold = Holds.get(tx, task.id()).orElse(null);
    if (hold != null && hold.awaitsDecision() && hold.runId() == run.id()) {
      return "%s: what becomes of it is being decided. Try again in a moment.".formatted(what);
    }
    for (EventRow event : EventLog.ofTask(tx, task.id())) {
      if (event.id() <= silence.id()
          || StatusAfter.of(event.kind(), event.payloadObject()).isEmpty()) {
        continue;
      }
      if (STOPS.contains(event.kind()) && Long.valueOf(run.id()).equals(event.runId())) {
        continue;
      }
      return what + ": " + since(task, event);
    }
    return task.status().equals("blocked")
        ? null
        : "%s: the task is '%s', not blocked for them.".formatted(what, task.status());
  }

  private static String since(Task task, EventRow event) {
    String now = "; it is '%s' now.".formatted(task.status());
    return switch (event.kind()) {
      case EventKind.COMPLETED -> {
        ObjectNode payload = event.payloadObject();
        String by = payload == null ? "" : payload.path("accepted").path("by").asText("");
        yield by.isEmpty()
            ? "it was completed since" + now
            : "they were accepted already, by %s".formatted(by) + now;
      }
      case EventKind.CLAIMED ->
        "it has been run again since (run %d)".formatted(event.runId()) + now;
      case EventKind.UNBLOCKED -> "it was unblocked since" + now;
      default -> "it moved on since (%s)".formatted(event.kind()) + now;
    };
  }

  private static String lastLines(String tail) {
    String[] lines = HermesText.strip(tail).split("\n", -1);
    int from = Math.max(0, lines.length - SUMMARY_LINES);
    return HermesText.strip(String.join("\n", List.of(lines).subList(from, lines.length)));
  }

  private static @Nullable String text(ObjectNode object, String name) {
    return object.path(name).isTextual() ? object.path(name).textValue() : null;
  }
}
