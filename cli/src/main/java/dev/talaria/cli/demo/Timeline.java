package dev.talaria.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.Terminal;
import dev.talaria.cli.text.Colours;
import dev.talaria.cli.text.Printable;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.Verdict;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** All that happened to one task, as Kafka has it: each transition, and after the end of a run what was decided. */
final class Timeline {
  private static final int TIME = 8;
  private static final int RUN = 4;
  private static final int EVENT = 15;
  private static final int INDENT = TIME + 2 + RUN + 2 + EVENT + 2;
  private static final int WIDEST = 100;
  private static final int NARROWEST = 60;

  private final Terminal terminal;
  private final ZoneId zone;
  private final List<String> lines = new ArrayList<>();

  private Timeline(Terminal terminal, ZoneId zone) {
    this.terminal = terminal;
    this.zone = zone;
  }

  /** The lines, headings first. */
  static List<String> of(String task, BusReader.Heard heard, Terminal terminal, ZoneId zone) {
    var timeline = new Timeline(terminal, zone);
    timeline.lines.add("%-8s  %4s  %-15s  %s".formatted("TIME", "RUN", "EVENT", "WHAT HAPPENED"));
    for (Transition transition : heard.transitions()) {
      if (transition.task().equals(task)) {
        timeline.tell(transition);
        heard.decisions().stream()
            .filter(decision -> decision.event() == transition.event()
                && decision.lineage() == transition.lineage()
                && decision.run().taskId().equals(task))
            .forEach(timeline::tell);
      }
    }
    return timeline.lines;
  }

  private void tell(Transition transition) {
    ObjectNode payload = transition.payload();
    ObjectNode facts = payload == null ? BoardJson.object() : payload;
    String run = transition.run() == null ? "" : String.valueOf(transition.run());
    add(transition.at(), run, transition.kind(), words(transition.kind(), facts));
    facts.path("log_tail").asText("").strip().lines().forEach(said -> wrapped("| ", said));
  }

  private static String words(String kind, ObjectNode facts) {
    return switch (kind) {
      case EventKind.CREATED ->
        "for '%s', %s"
            .formatted(facts.path("assignee").asText(), facts.path("status").asText());
      case EventKind.CLAIMED -> "by " + facts.path("lock").asText();
      case EventKind.SPAWNED -> "worker started, pid " + facts.path("pid").asText();
      case EventKind.DECIDED ->
        "%s applied: %s"
            .formatted(
                possessive(facts.path("by").asText()), word(facts.path("action").asText()));
      case EventKind.MODEL_ESCALATED ->
        "from %s to '%s'"
            .formatted(
                facts.path("from").asText("").isEmpty()
                    ? "the profile's default model"
                    : "'" + facts.path("from").asText() + "'",
                facts.path("to").asText());
      case EventKind.GAVE_UP ->
        "blocked after %s failures".formatted(facts.path("failures").asText());
      default ->
        facts.has("error")
            ? facts.path("error").asText() + " (" + facts.path("seconds").asText("0") + " s)"
            : facts.path("reason").asText("");
    };
  }

  private static String possessive(String who) {
    return "the " + who + "'s decision";
  }

  private static String word(String action) {
    return action.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private void tell(Decision decision) {
    Verdict verdict = decision.verdict();
    add(
        Math.floorDiv(decision.at(), 1_000L),
        Long.toString(decision.run().runId()),
        "> decision",
        "%s, by the %s: %s"
            .formatted(word(verdict.action().name()), decision.by(), verdict.reason()));
  }

  private void add(long at, String run, String event, String words) {
    ZonedDateTime time = Instant.ofEpochSecond(at).atZone(zone);
    String head =
        "%02d:%02d:%02d  %4s  ".formatted(time.getHour(), time.getMinute(), time.getSecond(), run);
    String shown = Colours.status(terminal, Printable.line(event))
        + " ".repeat(Math.max(0, EVENT - event.length()) + 2);
    List<String> folded = folded(words, room());
    lines.add((head + shown + folded.get(0)).stripTrailing());
    folded.stream().skip(1).forEach(more -> lines.add(" ".repeat(INDENT) + more));
  }

  private void wrapped(String mark, String text) {
    for (String part : folded(text, room() - mark.length())) {
      lines.add(" ".repeat(INDENT) + mark + part);
    }
  }

  private int room() {
    return Math.max(NARROWEST, Math.min(WIDEST, terminal.width())) - INDENT;
  }

  /** The text in lines of so many columns, broken at blanks where there are any; at least one line. */
  static List<String> folded(String text, int columns) {
    List<String> folded = new ArrayList<>();
    String rest = Printable.line(text).strip();
    while (rest.length() > columns) {
      int at = rest.lastIndexOf(' ', columns);
      int end = at <= 0 ? columns : at;
      folded.add(rest.substring(0, end));
      rest = rest.substring(end).strip();
    }
    folded.add(rest);
    return folded;
  }
}
