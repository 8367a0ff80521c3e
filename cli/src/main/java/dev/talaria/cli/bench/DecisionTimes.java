package dev.talaria.cli.bench;

import dev.talaria.board.Board;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.cli.CliFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Fails tasks on a board that is dispatched, and watches it for the failures and for their decisions. The board tells
 * seconds only, so the rows are stamped when they are seen: it is asked every millisecond. Not thread-safe.
 */
final class DecisionTimes {
  private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final String LAST = "SELECT coalesce(max(id), 0) AS n FROM task_events";
  private static final String NEWER = """
      SELECT id, run_id, kind, json_extract(payload, '$.by') AS decided_by
        FROM task_events
       WHERE id > ?
         AND kind IN ('crashed', 'decided')
       ORDER BY id
      """;

  private final Board board;
  private final TaskCreation creation = new TaskCreation(Set.of(), null);
  private final Map<Long, Long> failed = new HashMap<>();
  private final Map<Long, Double> millis = new HashMap<>();
  private int byTopology;
  private long last;

  DecisionTimes(Board board) {
    this.board = board;
    this.last = board.read(tx -> tx.number(LAST));
  }

  private record Seen(long id, long run, String kind, String by) {}

  /** Lets so many tasks fail once, evenly spread, and returns when all are decided. */
  List<Double> millis(int count, int rate) throws InterruptedException {
    long begin = System.nanoTime();
    int created = 0;
    long progressed = begin;
    while (millis.size() < count) {
      long now = System.nanoTime();
      if (created < count && now >= begin + (long) (created * 1e9 / rate)) {
        board.change(tx -> {
          creation.create(
              tx,
              NewTask.titled("bench")
                  .withAssignee(BenchHost.FAIL)
                  .withMaxRetries(1L)
                  .withCreatedBy("bench"));
        });
        created++;
      }
      if (look() > 0) {
        progressed = System.nanoTime();
      } else if (System.nanoTime() - progressed > STALLED_NANOS) {
        throw CliFailure.failed("No failure was decided for %d s; %d of %d are."
            .formatted(TimeUnit.NANOSECONDS.toSeconds(STALLED_NANOS), millis.size(), count));
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
    return List.copyOf(millis.values());
  }

  /** How many of the decisions were the topology's. */
  int byTopology() {
    return byTopology;
  }

  private int look() {
    List<Seen> rows = board.read(tx -> tx.list(
        NEWER,
        row -> new Seen(
            row.number("id"),
            row.number("run_id"),
            row.requireText("kind"),
            String.valueOf(row.text("decided_by"))),
        last));
    long now = System.nanoTime();
    for (Seen row : rows) {
      last = row.id();
      if (row.kind().equals(EventKind.DECIDED)) {
        Long since = failed.remove(row.run());
        if (since != null) {
          millis.put(row.run(), (now - since) / 1e6);
          byTopology += row.by().equals("topology") ? 1 : 0;
        }
      } else {
        failed.put(row.run(), now);
      }
    }
    return rows.size();
  }
}
