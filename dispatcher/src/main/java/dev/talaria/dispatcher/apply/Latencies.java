package dev.talaria.dispatcher.apply;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.ReadySince;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.transition.Runs;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures how long ready tasks wait for their worker, and failed runs for their decision. Used by the board's owner thread
 * alone.
 */
public final class Latencies {
  private static final int MOST_OPEN = 10_000;
  private static final long SECOND = 1_000;

  private final BoardKey board;
  private final InstantSource clock;
  private final ApplyListener listener;
  private final CommitTimes commits = new CommitTimes();
  private final Map<Long, Long> closedAt = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
      return size() > MOST_OPEN;
    }
  };

  public Latencies(BoardKey board, InstantSource clock, ApplyListener listener) {
    this.board = board;
    this.clock = clock;
    this.listener = listener;
  }

  /** Whatever is there now was there at that time, in epoch milliseconds. */
  public void looked(Tx tx, long millis) {
    commits.seen(EventLog.newest(tx), millis);
  }

  /** As {@link #looked(Tx, long)}, now. */
  public void looked(Tx tx) {
    looked(tx, clock.millis());
  }

  /**
   * A worker started.
   *
   * @param at when, in epoch milliseconds by a clock that is ours too; {@link Long#MAX_VALUE} where only now is known
   */
  void started(Tx tx, RunKey run, long at) {
    long started = Math.min(at, clock.millis());
    ReadySince.ofRun(tx, run.taskId(), run.runId()).ifPresent(since -> {
      long ready = since.event() == 0 ? since.at() * SECOND : commits.of(since.event(), since.at());
      listener.dispatched(
          run, Runs.lane(tx, run.runId()), Duration.ofMillis(Math.max(0, started - ready)));
    });
  }

  /** A run was closed, and a decision on it is due. */
  void closed(long run) {
    closedAt.put(run, clock.millis());
  }

  /**
   * The decision on a run was applied.
   *
   * @param since when it was closed, in epoch seconds
   */
  void decided(long run, long since, String by) {
    Long closed = closedAt.remove(run);
    long from = closed == null ? since * SECOND : closed;
    listener.decisionTook(board, by, Duration.ofMillis(Math.max(0, clock.millis() - from)));
  }
}
