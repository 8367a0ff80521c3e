package dev.talaria.cli.run;

import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.cli.metrics.BoardMeter;
import dev.talaria.cli.metrics.DispatcherMeter;
import dev.talaria.cli.metrics.LauncherMeter;
import dev.talaria.cli.metrics.RelayMeter;
import dev.talaria.dispatcher.DispatcherListener;
import dev.talaria.launcher.LauncherListener;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.service.metrics.Meters;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what the services tell. Thread-safe. */
final class ServiceMetrics implements DispatcherListener, LauncherListener {
  private static final Logger log = LoggerFactory.getLogger(ServiceMetrics.class);

  private final Meters meters;
  private final WaitingGauges waiting;

  ServiceMetrics(Meters meters) {
    this.meters = meters;
    this.waiting = new WaitingGauges(meters);
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
    waiting.set(board, counts);
  }

  @Override
  public void decided(BoardKey board, String by, Verdict.Action action) {
    meters
        .counter(BoardMeter.DECISIONS, board.toString(), by, action.name().toLowerCase(Locale.ROOT))
        .increment();
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
