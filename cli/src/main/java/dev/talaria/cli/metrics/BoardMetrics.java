package dev.talaria.cli.metrics;

import dev.talaria.board.dispatch.EndedRun;
import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.dispatcher.apply.BoardLook;
import dev.talaria.dispatcher.relay.Happening;
import dev.talaria.dispatcher.relay.Happening.Escalated;
import dev.talaria.dispatcher.relay.Happening.GaveUp;
import dev.talaria.dispatcher.relay.Happening.RunEnded;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.service.metrics.CurrentRun;
import dev.talaria.service.metrics.GaugeFamily;
import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.Meters;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Counts what boards tell of their runs, and shows how they stand. Thread-safe. */
final class BoardMetrics {
  private static final int MOST_NAMES = 100;
  private static final String PROTOCOL_VIOLATION = "protocol_violation";
  private static final String DEFAULT_MODEL = "default";

  private final Meters meters;
  private final CurrentRun run;
  private final BoardLanes lanes = new BoardLanes();
  private final Names hosts = new Names(MOST_NAMES);
  private final Names models = new Names(MOST_NAMES);
  private final Names kinds = new Names(MOST_NAMES);
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final GaugeFamily waiting;
  private final GaugeFamily holds;
  private final GaugeFamily holdsOldest;
  private final GaugeFamily readyOldest;
  private final GaugeFamily backlog;
  private final GaugeFamily backlogAge;
  private final GaugeFamily inboxLag;

  BoardMetrics(Meters meters, CurrentRun run) {
    this.meters = meters;
    this.run = run;
    this.waiting = new GaugeFamily(meters, BoardMeter.WAITING);
    this.holds = new GaugeFamily(meters, BoardMeter.HOLDS);
    this.holdsOldest = new GaugeFamily(meters, BoardMeter.HOLDS_OLDEST);
    this.readyOldest = new GaugeFamily(meters, BoardMeter.READY_OLDEST);
    this.backlog = new GaugeFamily(meters, RelayMeter.BACKLOG);
    this.backlogAge = new GaugeFamily(meters, RelayMeter.BACKLOG_AGE);
    this.inboxLag = new GaugeFamily(meters, BoardMeter.INBOX_LAG);
  }

  /**
   * Makes the counters of a board: one that appears with its first count shows no increase at Prometheus, which alerts ask
   * for.
   */
  void serves(BoardKey board) {
    String name = board.toString();
    for (MeterDoc doc : List.of(
        RelayMeter.EVENTS,
        RelayMeter.FAILURES,
        RelayMeter.LINEAGES,
        RelayMeter.TOPICS_REPLACED,
        BoardMeter.GRANTS)) {
      meters.counter(doc, name);
    }
    for (String result : List.of("won", "lost")) {
      meters.counter(BoardMeter.CLAIMS, name, result);
    }
    for (String by : List.of("topology", "dispatcher")) {
      meters.timer(BoardMeter.DECISION_LATENCY, name, by);
      for (Verdict.Action action : Verdict.Action.values()) {
        meters.counter(BoardMeter.DECISIONS, name, by, action.name().toLowerCase(Locale.ROOT));
      }
    }
    meters.timer(RelayMeter.LAG, name);
    for (String reason : List.of("decision", "backoff", "guard", "stopping")) {
      holds.set(name, List.of(reason), 0);
      holdsOldest.set(name, List.of(reason), 0);
    }
  }

  /** The lane as a label. */
  String lane(BoardKey board, String lane) {
    String label = lanes.label(board, lane);
    if (known.add(board + " " + label)) {
      String name = board.toString();
      meters.timer(BoardMeter.DISPATCH_LATENCY, name, label);
      readyOldest.set(name, List.of(label), 0);
      meters.counter(BoardMeter.GAVE_UP, name, label);
      meters.counter(BoardMeter.PROTOCOL_VIOLATIONS, name, label);
      for (FailureClass failure : FailureClass.values()) {
        meters.counter(BoardMeter.FAILURES, name, label, failure.name().toLowerCase(Locale.ROOT));
      }
    }
    return label;
  }

  void happened(BoardKey board, Happening happening) {
    if (happening instanceof RunEnded ended) {
      ended(ended.key(), ended.run());
    } else if (happening instanceof Escalated it) {
      meters
          .counter(
              BoardMeter.ESCALATIONS,
              board.toString(),
              it.from().isEmpty() ? DEFAULT_MODEL : models.label(it.from()),
              models.label(it.to()))
          .increment();
    } else if (happening instanceof GaveUp it) {
      meters
          .counter(BoardMeter.GAVE_UP, board.toString(), lane(board, it.lane()))
          .increment();
    }
  }

  private void ended(RunKey key, EndedRun end) {
    BoardKey board = key.board();
    String lane = lane(board, end.lane());
    String outcome = kinds.label(end.outcome());
    meters
        .counter(
            BoardMeter.RUNS,
            board.toString(),
            lane,
            hosts.label(orEmpty(end.host())),
            models.label(orEmpty(end.model())),
            outcome)
        .increment();
    Timer timer = meters.timer(BoardMeter.RUN_DURATION, board.toString(), lane, outcome);
    run.during(key.toString(), () -> timer.record(Duration.ofSeconds(end.seconds())));
    if (end.failure() != null) {
      meters
          .counter(BoardMeter.FAILURES, board.toString(), lane, kinds.label(end.failure()))
          .increment();
    }
    if (end.outcome().equals(PROTOCOL_VIOLATION)) {
      meters.counter(BoardMeter.PROTOCOL_VIOLATIONS, board.toString(), lane).increment();
    }
  }

  private static String orEmpty(@Nullable String name) {
    return name == null ? "" : name;
  }

  /** Takes in a count of a whole board; what it leaves out waits no more. */
  void waiting(BoardKey board, Map<WaitingCounts.Key, Long> counts) {
    Map<List<String>, Long> now = new HashMap<>();
    counts.forEach((key, n) ->
        now.merge(List.of(lane(board, key.lane()), key.reason().wire()), n, Long::sum));
    waiting.set(board.toString(), now);
  }

  void looked(BoardKey board, BoardLook look) {
    Map<List<String>, Long> tasks = new HashMap<>();
    Map<List<String>, Long> ages = new HashMap<>();
    look.held().forEach((reason, held) -> {
      tasks.put(List.of(reason), held.tasks());
      ages.put(List.of(reason), held.oldestSeconds());
    });
    holds.set(board.toString(), tasks);
    holdsOldest.set(board.toString(), ages);
    Map<List<String>, Long> ready = new HashMap<>();
    look.readySeconds()
        .forEach((lane, age) -> ready.merge(List.of(lane(board, lane)), age, Math::max));
    readyOldest.set(board.toString(), ready);
    backlog.set(board.toString(), List.of(), look.unpublished());
    backlogAge.set(board.toString(), List.of(), look.unpublishedSeconds());
  }

  void inboxLag(BoardKey board, String topic, long records) {
    inboxLag.set(board.toString(), List.of(topic), records);
  }
}
