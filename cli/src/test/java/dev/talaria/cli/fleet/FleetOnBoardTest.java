package dev.talaria.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.event.StatusAfter;
import dev.talaria.board.task.StrandedWork;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.message.FleetTable.Attempts;
import dev.talaria.protocol.message.FleetTable.Behind;
import dev.talaria.protocol.message.FleetTable.Completed;
import dev.talaria.protocol.message.FleetTable.OfBoard;
import dev.talaria.protocol.message.FleetTable.Statuses;
import dev.talaria.protocol.message.FleetTable.Stranded;
import dev.talaria.protocol.message.FleetTable.Times;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.streams.fleet.BoardBase;
import dev.talaria.streams.fleet.FleetCount;
import dev.talaria.streams.fleet.FleetTask;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tables of the topology's count against a recount of the board itself, by SQL and over its rows, while random
 * operations go on, records come again, the count is restarted from what it kept, entries are dropped, and the board's
 * history goes out again under a new lineage. Replay a failure with {@code -Dtalaria.seed=}.
 */
class FleetOnBoardTest {
  private static final int STEPS = Integer.getInteger("talaria.steps", 400);
  private static final int SEEDS = Integer.getInteger("talaria.seeds", 8);
  private static final String BELOW = """
      WITH RECURSIVE below(id, depth) AS (
        SELECT t.id, 0 FROM tasks t WHERE t.status = 'blocked' AND (? IS NULL OR t.id = ?)
        UNION
        SELECT l.child_id, b.depth + 1
          FROM below b
          JOIN task_links l ON l.parent_id = b.id
          JOIN tasks c ON c.id = l.child_id
         WHERE c.status IN ('todo', 'blocked', 'scheduled', 'triage')
      )
      SELECT t.id, t.assignee, min(b.depth) AS depth
        FROM below b
        JOIN tasks t ON t.id = b.id
       WHERE t.status = 'todo'
       GROUP BY t.id, t.assignee
      """;

  @TempDir
  Path directory;

  private final Wire wire = new Wire();
  private final Map<String, FleetTask> kept = new HashMap<>();
  private final Map<String, OfBoard> topic = new HashMap<>();
  private final List<Transition> sent = new ArrayList<>();
  private final Map<String, Map<String, Long>> stays = new TreeMap<>();
  private final Map<String, String> statusOf = new HashMap<>();
  private final Map<String, Long> sinceOf = new HashMap<>();
  private BoardBase base;
  private FleetCount count;
  private FleetWalk walk;
  private Random random;
  private long lineage = 1;
  private Duration closedKept;

  static LongStream seeds() {
    Long one = Long.getLong("talaria.seed");
    return one != null ? LongStream.of(one) : new Random().longs(SEEDS, 0, 1_000_000);
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldCountWhatIsOnTheBoard(long seed) {
    boolean drops = seed % 2 == 0;
    boolean atOnce = seed % 3 == 0;
    closedKept = drops ? Duration.ofMinutes(20) : Duration.ofDays(9);
    count = new FleetCount(closedKept);
    random = new Random(seed);
    try (var on = new FleetWalk(directory, seed, !drops)) {
      walk = on;
      for (int step = 1; step <= STEPS; step++) {
        on.act();
        note();
        if (atOnce || random.nextInt(5) == 0) {
          relay(atOnce ? 1_000 : 1 + random.nextInt(12), false);
          again();
          drop();
          check("seed=%d step=%d".formatted(seed, step), atOnce && lineage == 1);
        }
        if (random.nextInt(60) == 0) {
          restart();
        }
        if (step == STEPS / 2 && random.nextBoolean()) {
          newLineage();
        }
      }
    }
  }

  private long now() {
    return walk.clock.millis();
  }

  private void take(Transition transition) {
    String key = transition.taskKey().toString();
    FleetCount.Step step = count.take(kept.get(key), transition, now());
    if (step.task() != null) {
      kept.put(key, throughStore(step.task(), FleetTask.class));
    }
    if (step.base() != null) {
      base = throughStore(step.base(), BoardBase.class);
    }
  }

  private void relay(int limit, boolean backfill) {
    List<Transition> batch = walk.batch(lineage, limit, backfill);
    while (!batch.isEmpty()) {
      batch.forEach(this::take);
      sent.addAll(batch);
      batch = walk.batch(lineage, limit, backfill);
    }
  }

  /** Records that were read before, of this lineage or a former one. */
  private void again() {
    for (int i = 0; i < 3 && !sent.isEmpty(); i++) {
      take(sent.get(random.nextInt(sent.size())));
    }
  }

  private void drop() {
    kept.entrySet().removeIf(entry -> {
      if (!count.isPast(FleetWalk.KEY, entry.getValue(), now())) {
        return false;
      }
      BoardBase after = count.drop(FleetWalk.KEY, entry.getValue(), now());
      base = after == null ? base : throughStore(after, BoardBase.class);
      return true;
    });
  }

  /** Another instance makes its sums from what was kept. */
  private void restart() {
    count = new FleetCount(closedKept);
    if (base != null) {
      count.load(FleetWalk.KEY, base);
    }
    kept.forEach(
        (key, task) -> count.load(FleetWalk.KEY, key.substring(key.indexOf('#') + 1), task));
    topic.clear();
  }

  private void newLineage() {
    lineage++;
    walk.startOver();
    relay(25, true);
  }

  private <T> T throughStore(T value, Class<T> type) {
    try {
      return wire.mapper().readValue(wire.mapper().writeValueAsBytes(value), type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Keeps book of the seconds in each status, from the rows as they stand after each operation. */
  private void note() {
    long at = walk.clock.instant().getEpochSecond();
    walk.board.read(tx -> {
      tx.each("SELECT id, status FROM tasks", row -> {
        String id = row.requireText("id");
        String status = row.requireText("status");
        String before = statusOf.put(id, status);
        if (!status.equals(before)) {
          long since = sinceOf.getOrDefault(id, at);
          sinceOf.put(id, at);
          if (before != null && at > since && !isClosed(before)) {
            stays.computeIfAbsent(id, key -> new TreeMap<>()).merge(before, at - since, Long::sum);
          }
        }
        return true;
      });
      return null;
    });
  }

  private static boolean isClosed(String status) {
    return Set.of("done", "archived").contains(status);
  }

  private void check(String context, boolean withTimes) {
    count.changes(now()).forEach(table -> topic.put(table.table(), table));
    walk.board.read(tx -> {
      checkStatuses(tx, context);
      checkAttempts(tx, context);
      checkCompleted(tx, context);
      checkStranded(tx, context);
      if (withTimes) {
        checkTimes(tx, context);
      }
      return null;
    });
  }

  private <T extends OfBoard> T table(Class<T> type, String name) {
    return type.cast(topic.get(name));
  }

  private static String lane(String assignee) {
    if (assignee == null) {
      return "none";
    }
    return Lane.isLane(assignee) ? assignee : "other";
  }

  private void checkStatuses(Tx tx, String context) {
    Map<String, Long> expected = new TreeMap<>();
    tx.each(
        "SELECT assignee, status, count(*) AS n FROM tasks WHERE status NOT IN ('done', 'archived') GROUP BY 1, 2",
        row -> {
          expected.merge(
              lane(row.text("assignee")) + " " + row.requireText("status"),
              row.number("n"),
              Long::sum);
          return true;
        });
    Map<String, Long> counted = new TreeMap<>();
    Map<String, Long> gaveUp = new TreeMap<>();
    table(Statuses.class, "statuses").rows().forEach(row -> {
      counted.put(row.lane() + " " + row.status(), row.tasks());
      if (row.gaveUp() != null && row.gaveUp() > 0) {
        gaveUp.put(row.lane(), row.gaveUp());
      }
    });
    assertThat(counted).as(context).isEqualTo(expected);
    assertThat(gaveUp).as(context).isEqualTo(givenUp(tx));
  }

  private static Map<String, Long> givenUp(Tx tx) {
    Map<String, Boolean> given = new HashMap<>();
    for (EventRow row : EventLog.eventsAfter(tx, 0, Integer.MAX_VALUE)) {
      if (row.kind().equals("gave_up")) {
        given.put(row.taskId(), true);
      } else if (StatusAfter.of(row.kind(), row.payloadObject())
          .filter(status -> !status.equals("blocked"))
          .isPresent()) {
        given.put(row.taskId(), false);
      }
    }
    Map<String, Long> lanes = new TreeMap<>();
    tx.each("SELECT id, assignee FROM tasks WHERE status = 'blocked'", row -> {
      if (given.getOrDefault(row.requireText("id"), false)) {
        lanes.merge(lane(row.text("assignee")), 1L, Long::sum);
      }
      return true;
    });
    return lanes;
  }

  private void checkAttempts(Tx tx, String context) {
    Map<String, Map<Long, Long>> expected = new TreeMap<>();
    tx.each("""
        SELECT t.assignee,
               (SELECT count(*) FROM task_events e WHERE e.task_id = t.id AND e.kind = 'claimed') AS n
          FROM tasks t
         WHERE t.status NOT IN ('done', 'archived')
        """, row -> {
      expected
          .computeIfAbsent(lane(row.text("assignee")), key -> new TreeMap<>())
          .merge(Math.min(10, row.number("n")), 1L, Long::sum);
      return true;
    });
    Map<String, Map<Long, Long>> counted = new TreeMap<>();
    table(Attempts.class, "attempts").rows().forEach(row -> {
      for (int i = 0; i < row.tasks().size(); i++) {
        if (row.tasks().get(i) > 0) {
          counted
              .computeIfAbsent(row.lane(), key -> new TreeMap<>())
              .put((long) i, row.tasks().get(i));
        }
      }
    });
    assertThat(counted).as(context).isEqualTo(expected);
  }

  private void checkCompleted(Tx tx, String context) {
    Map<String, Long> expected = new TreeMap<>();
    tx.each("""
        SELECT t.assignee,
               (SELECT max(e.created_at)
                  FROM task_events e
                 WHERE e.task_id = t.id
                   AND e.kind = 'completed'
                   AND NOT EXISTS (SELECT 1
                                     FROM task_events r
                                    WHERE r.task_id = t.id
                                      AND r.kind = 'status'
                                      AND r.id > e.id)) AS at
          FROM tasks t
         WHERE t.status IN ('done', 'archived')
        """, row -> {
      Long at = row.numberOrNull("at");
      if (at != null) {
        var day = Instant.ofEpochSecond(at).atZone(ZoneOffset.UTC).toLocalDate();
        expected.merge(lane(row.text("assignee")) + " " + day, 1L, Long::sum);
      }
      return true;
    });
    Map<String, Long> counted = new TreeMap<>();
    table(Completed.class, "completed")
        .rows()
        .forEach(row -> counted.put(row.lane() + " " + row.day(), row.tasks()));
    assertThat(counted).as(context).isEqualTo(expected);
  }

  private void checkTimes(Tx tx, String context) {
    Map<String, Long> expected = new TreeMap<>();
    tx.each("SELECT id, assignee FROM tasks", row -> {
      stays
          .getOrDefault(row.requireText("id"), Map.of())
          .forEach((status, seconds) ->
              expected.merge(lane(row.text("assignee")) + " " + status, seconds, Long::sum));
      return true;
    });
    Map<String, Long> counted = new TreeMap<>();
    table(Times.class, "times").rows().stream()
        .filter(row -> row.seconds() > 0)
        .forEach(row -> counted.put(row.lane() + " " + row.status(), row.seconds()));
    assertThat(counted).as(context).isEqualTo(expected);
  }

  private record Found(long tasks, long depth, Map<String, Long> lanes) {}

  private static Found below(Tx tx, String task) {
    long[] sums = new long[2];
    Map<String, Long> lanes = new TreeMap<>();
    tx.each(
        BELOW,
        row -> {
          sums[0]++;
          sums[1] = Math.max(sums[1], row.number("depth"));
          lanes.merge(lane(row.text("assignee")), 1L, Long::sum);
          return true;
        },
        task,
        task);
    return new Found(sums[0], sums[1], lanes);
  }

  private void checkStranded(Tx tx, String context) {
    Stranded table = table(Stranded.class, "stranded");
    Found all = below(tx, null);
    assertThat(table.tasks()).as(context).isEqualTo(all.tasks());
    assertThat(table.depth()).as(context).isEqualTo(all.depth());
    Map<String, Long> lanes = new TreeMap<>();
    table.rows().forEach(row -> lanes.put(row.lane(), row.tasks()));
    assertThat(lanes).as(context).isEqualTo(all.lanes());
    Map<String, Found> expected = new TreeMap<>();
    tx.each("SELECT id FROM tasks WHERE status = 'blocked'", row -> {
      Found one = below(tx, row.requireText("id"));
      if (one.tasks() > 0) {
        expected.put(row.requireText("id"), new Found(one.tasks(), one.depth(), Map.of()));
      }
      return true;
    });
    assertThat(table.worst()).as(context).hasSize(Math.min(20, expected.size()));
    for (Behind behind : table.worst()) {
      assertThat(new Found(behind.waiting(), behind.depth(), Map.of()))
          .as("%s of %s", behind, context)
          .isEqualTo(expected.remove(behind.task()));
    }
    StrandedWork.Found onBoard = StrandedWork.ofBoard(tx);
    assertThat(onBoard.all().waiting()).as(context).hasSize((int) all.tasks());
    assertThat(onBoard.all().depth()).as(context).isEqualTo((int) all.depth());
    assertThat(onBoard.worst().stream()
            .limit(20)
            .map(it ->
                it.task() + " " + it.below().waiting().size() + " " + it.below().depth()))
        .as("what the verbs say of the board, %s", context)
        .containsExactlyElementsOf(table.worst().stream()
            .map(it -> it.task() + " " + it.waiting() + " " + it.depth())
            .toList());
    long least = table.worst().stream().mapToLong(Behind::waiting).min().orElse(0);
    assertThat(expected.values()).as(context).allMatch(left -> left.tasks() <= least);
  }
}
