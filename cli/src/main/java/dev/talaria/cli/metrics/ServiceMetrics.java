package dev.talaria.cli.metrics;

import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.dispatcher.DispatcherListener;
import dev.talaria.dispatcher.apply.BoardLook;
import dev.talaria.dispatcher.relay.Happening;
import dev.talaria.launcher.LauncherListener;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.service.metrics.CurrentRun;
import dev.talaria.service.metrics.Meters;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what the services tell. Thread-safe. */
public final class ServiceMetrics implements DispatcherListener, LauncherListener {
  private static final Logger log = LoggerFactory.getLogger(ServiceMetrics.class);

  private static final int MOST_NAMES = 100;

  private final Meters meters;
  private final CurrentRun run;
  private final BoardMetrics boards;
  private final Names hosts = new Names(MOST_NAMES);

  /** @param run is told whose measurement is taken */
  public ServiceMetrics(Meters meters, CurrentRun run) {
    this.meters = meters;
    this.run = run;
    this.boards = new BoardMetrics(meters, run);
  }

  /** This process dispatches the board: what may be counted of it is there from the start, at zero. */
  public void serves(BoardKey board) {
    boards.serves(board);
  }

  /** As {@link #serves(BoardKey)}, for a lane that this process's launcher serves. */
  public void serves(Lane lane) {
    meters.counter(LauncherMeter.GRANTS, lane.name());
    meters.counter(LauncherMeter.GIVEN_BACK, lane.name());
    meters.timer(LauncherMeter.START, lane.name());
    meters.counter(LauncherMeter.REPORTS_REPEATED);
  }

  @Override
  public void relayed(BoardKey board, int events, long lagSeconds) {
    meters.counter(RelayMeter.EVENTS, board.toString()).increment(events);
    meters.timer(RelayMeter.LAG, board.toString()).record(Duration.ofSeconds(lagSeconds));
  }

  @Override
  public void relayFailed(BoardKey board) {
    meters.counter(RelayMeter.FAILURES, board.toString()).increment();
  }

  @Override
  public void deadLettered(BoardKey board) {
    meters.counter(DispatcherMeter.MALFORMED, "transitions").increment();
  }

  @Override
  public void lineageStarted(BoardKey board) {
    meters.counter(RelayMeter.LINEAGES, board.toString()).increment();
  }

  @Override
  public void topicReplaced(BoardKey board) {
    meters.counter(RelayMeter.TOPICS_REPLACED, board.toString()).increment();
  }

  @Override
  public void stale(RunKey run, String what) {
    log.info("A report '{}' of run {} changes nothing: the run is no longer current.", what, run);
    meters.counter(BoardMeter.STALE_REPORTS, run.board().toString(), what).increment();
  }

  @Override
  public void runEnded(BoardKey board, String outcome) {
    meters.counter(BoardMeter.RUNS_ENDED, board.toString(), outcome).increment();
  }

  @Override
  public void granted(BoardKey board, int runs) {
    meters.counter(BoardMeter.GRANTS, board.toString()).increment(runs);
  }

  @Override
  public void waiting(BoardKey board, Map<WaitingCounts.Key, Long> counts) {
    boards.waiting(board, counts);
  }

  @Override
  public void decided(BoardKey board, String by, Verdict.Action action) {
    meters
        .counter(BoardMeter.DECISIONS, board.toString(), by, action.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  @Override
  public void happened(BoardKey board, Happening happening) {
    boards.happened(board, happening);
  }

  @Override
  public void looked(BoardKey board, BoardLook look) {
    boards.looked(board, look);
  }

  @Override
  public void dispatched(RunKey started, String lane, Duration latency) {
    BoardKey board = started.board();
    Timer timer =
        meters.timer(BoardMeter.DISPATCH_LATENCY, board.toString(), boards.lane(board, lane));
    run.during(started.toString(), () -> timer.record(latency));
  }

  @Override
  public void decisionTook(BoardKey board, String by, Duration latency) {
    meters.timer(BoardMeter.DECISION_LATENCY, board.toString(), by).record(latency);
  }

  @Override
  public void offered(BoardKey board, Lane lane, int offers) {
    meters
        .counter(BoardMeter.OFFERS, board.toString(), boards.lane(board, lane.name()))
        .increment(offers);
  }

  @Override
  public void claimAnswered(BoardKey board, int runs) {
    meters
        .counter(BoardMeter.CLAIMS, board.toString(), runs > 0 ? "won" : "lost")
        .increment();
  }

  @Override
  public void inboxLag(BoardKey board, String topic, long records) {
    boards.inboxLag(board, topic, records);
  }

  @Override
  public void launcherLost(LauncherKey launcher) {
    meters.counter(DispatcherMeter.LAUNCHERS_LOST, hosts.label(launcher.host())).increment();
  }

  @Override
  public void adopted(int workers) {
    meters.counter(LauncherMeter.ADOPTED).increment(workers);
  }

  @Override
  public void malformed(String topic) {
    meters.counter(DispatcherMeter.MALFORMED, topic).increment();
  }

  @Override
  public void unknownKind(String kind) {
    // a kind comes from outside: as a label it is cut, so that a broken sender cannot fill the
    // registry
    meters
        .counter(DispatcherMeter.UNKNOWN_KINDS, kind.matches("[a-z_]{1,40}") ? kind : "other")
        .increment();
  }

  @Override
  public void readFromEarliest(String topic) {
    meters.counter(DispatcherMeter.FROM_EARLIEST, topic).increment();
  }

  @Override
  public void granted(Lane lane) {
    meters.counter(LauncherMeter.GRANTS, lane.name()).increment();
  }

  @Override
  public void givenBack(Lane lane) {
    meters.counter(LauncherMeter.GIVEN_BACK, lane.name()).increment();
  }

  @Override
  public void started(Lane lane, double seconds) {
    meters.timer(LauncherMeter.START, lane.name()).record(Duration.ofNanos((long) (seconds * 1e9)));
  }

  @Override
  public void ended(Lane lane, String outcome) {
    meters.counter(LauncherMeter.RUNS_ENDED, lane.name(), outcome).increment();
  }

  @Override
  public void reportRepeated() {
    meters.counter(LauncherMeter.REPORTS_REPEATED).increment();
  }
}
