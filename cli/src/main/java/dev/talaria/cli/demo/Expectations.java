package dev.talaria.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Run;
import dev.talaria.board.text.BoardJson;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.PolicyEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** How the board must have ended, and what Kafka must hold of it. Pure. */
final class Expectations {
  private static final String DONE = "done";
  private static final String COMPLETED = "completed";
  private static final String CRASHED = "crashed";
  private static final String STATUS = "its status";
  private static final String OUTCOMES = "its attempts";
  private static final String SUMMARY = "its summary";

  private final BoardEnd end;
  private final BusReader.Heard heard;
  private final Checks checks;

  Expectations(BoardEnd end, BusReader.Heard heard, Checks checks) {
    this.end = end;
    this.heard = heard;
    this.checks = checks;
  }

  void check(Cast cast) {
    if (cast.workerApi()) {
      planner();
    }
    fan();
    climber();
    hopeless();
    quiet();
    slow();
    limited();
    transitions();
    decisions();
  }

  private void planner() {
    checks
        .expect("planner: made five measurements and a report through the worker API")
        .that(STATUS, DONE, end.status(Cast.PLANNER))
        .that(
            "tasks made by it",
            (long) Cast.RIVERS.size() + 1,
            end.tasks().values().stream()
                .filter(detail -> Cast.PLANNER.equals(detail.task().createdBy()))
                .count())
        .end();
  }

  private void fan() {
    Checks.Expectation gauges = checks.expect("gauges: five measurements, each at first try");
    for (String river : Cast.RIVERS) {
      gauges.that(Cast.gauge(river), List.of(COMPLETED), end.outcomes(Cast.gauge(river)));
    }
    gauges.end();
    checks
        .expect("writer: waited for the five, was handed their summaries, added them up")
        .that(STATUS, DONE, end.status(Cast.WRITER))
        .that(OUTCOMES, List.of(COMPLETED), end.outcomes(Cast.WRITER))
        .that("its sum", Cast.TOTAL_FLOW, metadata(Cast.WRITER).path("total").asInt())
        .end();
  }

  private void climber() {
    checks
        .expect("climber: crashed, model escalated twice, done with the strong one")
        .that(STATUS, DONE, end.status(Cast.CLIMBER))
        .that(OUTCOMES, List.of(CRASHED, CRASHED, COMPLETED), end.outcomes(Cast.CLIMBER))
        .that(
            "its models",
            List.of(Attempt.DEFAULT_MODEL, "fast", "strong"),
            end.models(Cast.CLIMBER))
        .that(
            "the model that its worker saw",
            "strong",
            metadata(Cast.CLIMBER).path("model").asText())
        .end();
  }

  private void hopeless() {
    checks
        .expect("hopeless: gave up after three crashes, stays blocked when the board recomputes")
        .that(STATUS, "blocked", end.status(Cast.HOPELESS))
        .that(
            OUTCOMES,
            Collections.nCopies(Cast.HOPELESS_RETRIES, CRASHED),
            end.outcomes(Cast.HOPELESS))
        .that("times given up", 1, end.events(Cast.HOPELESS, EventKind.GAVE_UP).size())
        .end();
  }

  private void quiet() {
    String reason = end.events(Cast.QUIET, EventKind.BLOCKED).stream()
        .findFirst()
        .map(event -> payload(event).path("reason").asText())
        .orElse(null);
    checks
        .expect("quiet: blocked with the reason and its last words")
        .holds("the reason", "exited with 0", reason)
        .holds("the reason", "I do not know how to go on.", reason)
        .end();
    checks
        .expect("quiet: unblocked with a comment, found it, and finished")
        .that(STATUS, DONE, end.status(Cast.QUIET))
        .that("times unblocked", 1, end.events(Cast.QUIET, EventKind.UNBLOCKED).size())
        .that(OUTCOMES, List.of(CRASHED, COMPLETED), end.outcomes(Cast.QUIET))
        .that(
            "the code that it found",
            Cast.CODE,
            metadata(Cast.QUIET).path("code").asInt())
        .end();
  }

  private void slow() {
    checks
        .expect("slow: stopped at its limit of 2 s, took the short way at the second attempt")
        .that(STATUS, DONE, end.status(Cast.SLOW))
        .that(OUTCOMES, List.of("timed_out", COMPLETED), end.outcomes(Cast.SLOW))
        .holds(SUMMARY, "short way", summary(Cast.SLOW))
        .end();
  }

  private void limited() {
    checks
        .expect("limited: waited for its provider, which did not count as a failure")
        .that(STATUS, DONE, end.status(Cast.LIMITED))
        .that(OUTCOMES, List.of("rate_limited", COMPLETED), end.outcomes(Cast.LIMITED))
        .that(
            "failures counted",
            List.of(0),
            end.events(Cast.LIMITED, EventKind.DECIDED).stream()
                .map(event -> payload(event).path("count").asInt(-1))
                .toList())
        .end();
  }

  private void transitions() {
    List<Long> all = heard.transitions().stream().map(Transition::event).toList();
    Set<Long> once = new TreeSet<>(all);
    Set<Long> missing = new TreeSet<>(end.eventIds());
    missing.removeAll(once);
    checks
        .expect("kafka: every event of the board stands on 'transitions', once")
        .that("events missing", Set.of(), missing)
        .that("events that came twice", 0, all.size() - once.size())
        .end();
  }

  private void decisions() {
    List<Long> awaited = new ArrayList<>();
    heard.transitions().stream()
        .filter(Expectations::awaitsDecision)
        .forEach(transition -> awaited.add(transition.event()));
    checks
        .expect("kafka: the topology decided about every run that failed, once")
        .that(
            "events decided about",
            awaited.stream().sorted().toList(),
            heard.decisions().stream().map(Decision::event).sorted().toList())
        .that(
            "who decided",
            Set.of("topology"),
            end.tasks().keySet().stream()
                .flatMap(name -> end.events(name, EventKind.DECIDED).stream())
                .map(event -> payload(event).path("by").asText())
                .collect(java.util.stream.Collectors.toSet()))
        .end();
  }

  static boolean awaitsDecision(Transition transition) {
    ObjectNode payload = transition.payload();
    return payload != null && payload.path(PolicyEvent.DECISION_PENDING).asBoolean(false);
  }

  private String summary(String name) {
    return end.lastRun(name).map(Run::summary).orElse("");
  }

  private ObjectNode metadata(String name) {
    return end.lastRun(name).map(Run::metadata).orElseGet(BoardJson::object);
  }

  private static ObjectNode payload(EventRow event) {
    ObjectNode payload = event.payloadObject();
    return payload == null ? BoardJson.object() : payload;
  }
}
