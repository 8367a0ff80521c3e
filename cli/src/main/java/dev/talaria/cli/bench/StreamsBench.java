package dev.talaria.cli.bench;

import dev.talaria.board.Board;
import dev.talaria.cli.Session;
import dev.talaria.cli.run.HostRuntime;
import java.io.IOException;

/**
 * Judges failures: a backlog of transitions by the topology and by one that does nothing, then single ones through everything that {@code
 * up} runs. The backlogs alternate, because on a shared machine the limit moves while one measures.
 */
final class StreamsBench {
  private static final int MOST_WARM_UP = 120_000;
  private static final int MOST_SECONDS = 10;
  private static final int EVENTS_A_SECOND = 1_000;
  private static final int FAILURES_PER_TASK = 4;

  private final Session session;
  private final Progress progress;
  private final int events;
  private final int rate;

  StreamsBench(Session session, Progress progress, int events, int rate) {
    this.session = session;
    this.progress = progress;
    this.events = events;
    this.rate = rate;
  }

  StreamsFigures run(BenchHome backlog, BenchHome live) throws IOException, InterruptedException {
    double[] seconds = backlogs(backlog);
    // a short measurement is short in this part too
    int samples = rate * Math.max(1, Math.min(MOST_SECONDS, events / EVENTS_A_SECOND));
    progress.say("letting %d tasks fail at %d/s".formatted(samples, rate));
    var options = session.boardOptions();
    try (Board board = Board.openOrCreate(live.boards().location("default").database(), options);
        BenchHost host = BenchHost.start(live, session.surroundings(), options, 8)) {
      new DecisionTimes(board).millis(samples, rate); // cold code
      var times = new DecisionTimes(board);
      Percentiles decided = Percentiles.of(times.millis(samples, rate));
      return new StreamsFigures(
          events,
          events / seconds[0],
          events / seconds[1],
          rate,
          decided,
          samples,
          times.byTopology(),
          live.host());
    }
  }

  /** Seconds of the topology, then of the pass-through. */
  private double[] backlogs(BenchHome home) throws IOException, InterruptedException {
    progress.say("starting a broker in " + home.root());
    double topology = 0;
    double pass = 0;
    try (HostRuntime runtime =
            BenchHost.brokerOnly(home, session.surroundings(), session.boardOptions());
        var throughput = new TopologyThroughput(
            runtime.config().kafka(),
            runtime.topics(),
            home.root().resolve("state"),
            session.surroundings().clock())) {
      var failures = new ManyFailures(events / ManyFailures.OF_A_RUN / FAILURES_PER_TASK);
      int warmUp = Math.min(events, MOST_WARM_UP);
      progress.say("warming up with %d transitions".formatted(warmUp));
      throughput.fill(failures.next(warmUp));
      throughput.passSeconds();
      throughput.topologySeconds();
      for (int half : new int[] {events / 2, events - events / 2}) {
        progress.say("judging %d transitions, and carrying them".formatted(half));
        throughput.fill(failures.next(half));
        pass += throughput.passSeconds();
        topology += throughput.topologySeconds();
      }
    }
    return new double[] {topology, pass};
  }
}
