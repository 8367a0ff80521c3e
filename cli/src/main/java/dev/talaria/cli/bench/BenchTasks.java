package dev.talaria.cli.bench;

import dev.talaria.board.Board;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.cli.CliFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Puts tasks of no use on a board that is dispatched, and waits for their ends. Not thread-safe. */
final class BenchTasks {
  private static final int BATCH = 50;
  private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final String UNFINISHED =
      "SELECT 1 AS n FROM tasks WHERE status IN ('todo', 'ready', 'running') LIMIT 1";
  private static final String DONE = "SELECT count(*) AS n FROM tasks WHERE status = 'done'";

  private final Board board;
  private final TaskCreation creation = new TaskCreation(Set.of(), null);
  private final long before;
  private long created;

  /** Tasks of a board; those that are done already do not matter. */
  BenchTasks(Board board) {
    this.board = board;
    this.before = board.read(tx -> tx.number(DONE));
  }

  /** Seconds from the start of the first create to the last task's end. */
  double seconds(int count) throws InterruptedException {
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
    awaitAllDone();
    return (System.nanoTime() - start) / 1e9;
  }

  /** Milliseconds from the return of the commit that made a task ready to its worker's first act. */
  List<Double> millisToStart(StartStamps stamps, int samples, int rate)
      throws InterruptedException {
    Map<String, Long> committed = new LinkedHashMap<>();
    long begin = System.nanoTime();
    for (int i = 0; i < samples; i++) {
      long wait = begin + (long) (i * 1e9 / rate) - System.nanoTime();
      if (wait > 0) {
        TimeUnit.NANOSECONDS.sleep(wait);
      }
      String id = board.write(tx -> creation.create(tx, task(BenchHost.STAMP)).taskId());
      committed.put(id, System.nanoTime());
    }
    created += samples;
    awaitAllDone();
    List<Double> millis = new ArrayList<>();
    committed.forEach((id, nanos) -> {
      Long started = stamps.of(id);
      if (started == null) {
        throw CliFailure.failed(
            "The worker of task '%s' did not say that it started.".formatted(id));
      }
      millis.add((started - nanos) / 1e6);
    });
    return millis;
  }

  private static NewTask task(String lane) {
    return NewTask.titled("bench").withAssignee(lane).withCreatedBy("bench");
  }

  private void awaitAllDone() throws InterruptedException {
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
              .formatted(TimeUnit.NANOSECONDS.toSeconds(STALLED_NANOS), done - before, created));
        }
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    long ended = board.read(tx -> tx.number(DONE)) - before;
    if (ended != created) {
      throw CliFailure.failed(
          "%d of %d tasks did not end as done.".formatted(created - ended, created));
    }
  }
}
