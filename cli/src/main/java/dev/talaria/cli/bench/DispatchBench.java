package dev.talaria.cli.bench;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Sends no-op tasks through everything that {@code up} runs. In this order: half of the bare spawns, warm-up, throughput,
 * the other half of the bare spawns, latency. The halves lie around the throughput because on a shared machine the limit
 * moves while one measures.
 */
final class DispatchBench {
  private static final String PROGRAM = "/bin/true";
  private static final int BATCH = 50;
  private static final int MOST_WARM_UP = 4_000;
  private static final int MOST_SPAWNS = 2_000;
  private static final int SPAWN_WARM_UP = 200;
  private static final int LEAST_SAMPLES = 200;
  private static final int SAMPLE_SECONDS = 10;
  private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final String UNFINISHED =
      "SELECT 1 AS n FROM tasks WHERE status IN ('todo', 'ready', 'running') LIMIT 1";
  private static final String DONE = "SELECT count(*) AS n FROM tasks WHERE status = 'done'";

  private final Session session;
  private final BenchHome home;
  private final Progress progress;
  private final int tasks;
  private final int slots;
  private final int rate;
  private final TaskCreation creation = new TaskCreation(Set.of(), null);
  private long created;

  DispatchBench(
      Session session, BenchHome home, Progress progress, int tasks, int slots, int rate) {
    this.session = session;
    this.home = home;
    this.progress = progress;
    this.tasks = tasks;
    this.slots = slots;
    this.rate = rate;
  }

  DispatchFigures run() throws IOException, InterruptedException {
    BoardOptions options = session.boardOptions();
    progress.say("starting everything in " + home.root());
    try (Board board = Board.openOrCreate(home.boards().location("default").database(), options);
        StartStamps stamps = StartStamps.on(BenchHost.starts(home));
        BenchHost host = BenchHost.start(home, session.surroundings(), options, slots)) {
      return measured(board, stamps);
    }
  }

  private DispatchFigures measured(Board board, StartStamps stamps)
      throws IOException, InterruptedException {
    var limit = new SpawnLimit(PROGRAM, slots);
    int spawns = Math.max(slots, Math.min(tasks, MOST_SPAWNS) / 2);
    progress.say("spawning %s %d times".formatted(PROGRAM, 2 * spawns));
    limit.seconds(Math.min(spawns, SPAWN_WARM_UP));
    double spawnSeconds = limit.seconds(spawns);

    int warmUp = Math.max(slots, Math.min(2 * tasks, MOST_WARM_UP));
    progress.say("warming up with %d tasks".formatted(warmUp));
    seconds(board, warmUp);
    progress.say("running %d tasks".formatted(tasks));
    double taskSeconds = seconds(board, tasks);

    spawnSeconds += limit.seconds(spawns);
    int samples = Math.max(LEAST_SAMPLES, rate * SAMPLE_SECONDS);
    progress.say("starting %d tasks at %d/s".formatted(samples, rate));
    latency(board, stamps, Math.max(20, rate)); // the first of them meet idle threads and cold code
    Percentiles latencies = latency(board, stamps, samples);
    return new DispatchFigures(
        tasks,
        slots,
        rate,
        tasks / taskSeconds,
        2 * spawns / spawnSeconds,
        latencies,
        samples,
        host());
  }

  /** From the start of the first create to the last task's end. */
  private double seconds(Board board, int count) throws InterruptedException {
    long start = System.nanoTime();
    for (int from = 0; from < count; from += BATCH) {
      int size = Math.min(BATCH, count - from);
      board.change(tx -> {
        for (int i = 0; i < size; i++) {
          creation.create(tx, task(BenchHost.NOOP));
        }
      });
      created += size;
    }
    awaitAllDone(board);
    return (System.nanoTime() - start) / 1e9;
  }

  /** Milliseconds from the return of the commit that made a task ready to its worker's first act. */
  private Percentiles latency(Board board, StartStamps stamps, int samples)
      throws InterruptedException {
    Map<String, Long> committed = new LinkedHashMap<>();
    long begin = System.nanoTime();
    for (int i = 0; i < samples; i++) {
      sleepUntil(begin + (long) (i * 1e9 / rate));
      String id = board.write(tx -> creation.create(tx, task(BenchHost.STAMP)).taskId());
      committed.put(id, System.nanoTime());
    }
    created += samples;
    awaitAllDone(board);
    List<Double> millis = new ArrayList<>();
    committed.forEach((id, nanos) -> {
      Long started = stamps.of(id);
      if (started == null) {
        throw CliFailure.failed(
            "The worker of task '%s' did not say that it started.".formatted(id));
      }
      millis.add((started - nanos) / 1e6);
    });
    return new Percentiles(millis.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static NewTask task(String lane) {
    return NewTask.titled("bench").withAssignee(lane).withCreatedBy("bench");
  }

  private void awaitAllDone(Board board) throws InterruptedException {
    long done = -1;
    long progressed = System.nanoTime();
    while (board.read(tx -> tx.exists(UNFINISHED))) {
      long now = System.nanoTime();
      if (now - progressed > TimeUnit.SECONDS.toNanos(1)) {
        long more = board.read(tx -> tx.number(DONE));
        if (more != done) {
          done = more;
          progressed = now;
        } else if (now - progressed > STALLED_NANOS) {
          throw CliFailure.failed("No task has ended for %d s; %d of %d are done."
              .formatted(TimeUnit.NANOSECONDS.toSeconds(STALLED_NANOS), done, created));
        }
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    long ended = board.read(tx -> tx.number(DONE));
    if (ended != created) {
      throw CliFailure.failed(
          "%d of %d tasks did not end as done.".formatted(created - ended, created));
    }
  }

  private static void sleepUntil(long nanos) throws InterruptedException {
    long left = nanos - System.nanoTime();
    if (left > 0) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }

  private String host() throws IOException {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "%d processors, load %.1f, Java %s, files on %s",
        system.getAvailableProcessors(),
        system.getSystemLoadAverage(),
        Runtime.version().feature(),
        home.fileSystem());
  }
}
