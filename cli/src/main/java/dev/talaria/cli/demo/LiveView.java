package dev.talaria.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Task;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.Terminal;
import dev.talaria.cli.text.Colours;
import dev.talaria.cli.text.Printable;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells the story while it happens: one line for each transition that means something to a reader. */
final class LiveView {
  private static final int NAME = 13;
  private static final int WHAT = 12;
  private static final double NANOS = 1e9;

  private final PrintWriter out;
  private final Terminal terminal;
  private final long began;
  private final Map<String, Integer> attempts = new HashMap<>();
  private final Map<String, String> models = new HashMap<>();
  private final Set<Long> stopped = new HashSet<>();

  /** @param began {@link System#nanoTime()} that times are counted from */
  LiveView(PrintWriter out, Terminal terminal, long began) {
    this.out = out;
    this.terminal = terminal;
    this.began = began;
  }

  /** Shows an event, or passes over it. */
  void show(Task task, EventRow event) {
    ObjectNode payload = event.payloadObject();
    ObjectNode facts = payload == null ? BoardJson.object() : payload;
    String name = Cast.name(task.title(), String.valueOf(task.assignee()));
    switch (event.kind()) {
      case EventKind.CREATED -> {
        if (!Cast.AUTHOR.equals(task.createdBy())) {
          line(name, "created", "created", "by " + task.createdBy());
        }
      }
      case EventKind.CLAIMED -> attempts.merge(task.id(), 1, Integer::sum);
      case EventKind.SPAWNED -> line(name, "running", "started", started(task.id()));
      case EventKind.MODEL_ESCALATED ->
        models.put(task.id(), facts.path("to").asText(Attempt.DEFAULT_MODEL));
      case EventKind.COMPLETED ->
        line(name, event.kind(), "done", facts.path("summary").asText(""));
      case EventKind.CRASHED, EventKind.TIMED_OUT, EventKind.RATE_LIMITED ->
        line(name, event.kind(), event.kind().replace('_', ' '), ended(facts));
      case EventKind.PROTOCOL_VIOLATION -> line(name, event.kind(), "silent exit", ended(facts));
      case EventKind.DECIDED -> decided(name, event, facts);
      case EventKind.BLOCKED -> {
        if (event.runId() == null
            || !stopped.contains(event.runId())) { // else its decision said so
          line(name, event.kind(), "blocked", facts.path("reason").asText());
        }
      }
      case EventKind.COMMENTED ->
        line(name, event.kind(), "comment", "by " + facts.path("author").asText());
      case EventKind.UNBLOCKED -> line(name, "ready", "unblocked", "");
      case EventKind.PROMOTED -> line(name, "ready", "ready", "its parents are done");
      default -> {
        // heartbeats and the like: true, and not part of the story
      }
    }
  }

  private String started(String task) {
    int attempt = attempts.getOrDefault(task, 1);
    String model = models.get(task);
    return attempt == 1 && model == null
        ? ""
        : "attempt " + attempt + (model == null ? "" : ", model " + model);
  }

  private static String ended(ObjectNode facts) {
    String error = facts.path("error").asText("").replaceFirst("^pid \\d+ ", "");
    String head = error
        .split("[:;]", 2)[0]
        .replaceFirst(" without kanban_.*", "")
        .replaceFirst("^exited with code ", "exit ")
        .replaceFirst("^was rate limited .exit code (\\d+).*", "exit $1");
    return lastLine(facts.path("log_tail").asText(""))
        .map(said -> head + ": \"" + said + '"')
        .orElse(head);
  }

  static Optional<String> lastLine(String text) {
    String stripped = text.strip();
    String last = stripped.substring(stripped.lastIndexOf('\n') + 1).strip();
    return last.isEmpty() ? Optional.empty() : Optional.of(last);
  }

  private void decided(String name, EventRow event, ObjectNode facts) {
    String action = facts.path("action").asText("decided").toLowerCase(Locale.ROOT);
    String reason = facts.path("reason").asText("");
    switch (action) {
      case "escalate" ->
        line(
            name,
            "review",
            "escalate",
            "to model '%s', after failure %d of %d"
                .formatted(
                    facts.path("to_model").asText(),
                    facts.path("count").asInt(),
                    facts.path("limit").asInt()));
      case "block", "give_up" -> {
        if (event.runId() != null) {
          stopped.add(event.runId());
        }
        boolean givenUp = action.equals("give_up");
        line(name, givenUp ? "gave_up" : "blocked", givenUp ? "give up" : "blocked", reason);
      }
      default -> line(name, "ready", action.replace('_', ' '), reason);
    }
  }

  private void line(String name, String kind, String what, @Nullable String detail) {
    String head = "%6.1f s  %-" + NAME + "s  ";
    String shown = Colours.status(terminal, kind).replace(kind, what); // the kind's colour
    String said = detail == null ? "" : detail.lines().findFirst().orElse("");
    int used = 10 + NAME + 2 + WHAT + 2;
    out.printf(Locale.ROOT, head, (System.nanoTime() - began) / NANOS, name);
    out.print(shown);
    if (!said.isEmpty()) {
      out.print(" ".repeat(Math.max(0, WHAT - what.length()) + 2));
      out.print(Printable.cut(Printable.line(said), Math.max(20, terminal.width() - used)));
    }
    out.println();
    out.flush();
  }
}
