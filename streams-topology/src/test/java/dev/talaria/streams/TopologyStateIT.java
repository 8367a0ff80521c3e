package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Budget;
import dev.talaria.protocol.policy.Burn;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.RetryPolicy.RateLimit;
import dev.talaria.protocol.policy.RetryPolicy.SilentExit;
import dev.talaria.protocol.policy.TaskHistory;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.protocol.policy.Verdict.Action;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the topology knows outlives its directory, and its own next version. */
@WithKafka
@Timeout(120)
class TopologyStateIT {
  private static final Path FORMER = Path.of("src/test/resources/former");

  @TempDir
  Path home;

  /** {@code -Dtalaria.seed=<n>} replays one. */
  @Test
  void shouldSayTheSameWithAndWithoutTheLossOfItsDirectory(TestBroker broker) throws Exception {
    long seed = Long.getLong("talaria.seed", new Random().nextLong());
    var random = new Random(seed);
    try (var kafka = new BoardsOnKafka(broker)) {
      Life life = richLife(random, kafka.wire);
      List<Transition> records = life.records();
      Map<Long, Verdict> expected = life.expected();
      int sent = 0;
      for (int part = 1; part <= 3; part++) {
        int until = records.size() * part / 3;
        try (var service = start(broker, kafka)) {
          for (Transition record : records.subList(sent, until)) {
            kafka.send(record);
          }
          long last = records.get(until - 1).event();
          kafka.awaitDecisions(
              (int) expected.keySet().stream().filter(e -> e <= last).count());
          assertThat(service.failure()).isEmpty();
          assertThat(service.close(Duration.ofSeconds(10), false)).isTrue();
        }
        deleteTree(home.resolve("streams"));
        sent = until;
      }

      Map<Long, Verdict> said = new LinkedHashMap<>();
      for (Decision decision : kafka.decisions()) {
        assertThat(said.put(decision.event(), decision.verdict()))
            .as("-Dtalaria.seed=%d: a second answer to %d", seed, decision.event())
            .isNull();
      }
      assertThat(said).as("-Dtalaria.seed=%d", seed).isEqualTo(expected);
    }
  }

  /** Values as the version before budgets and incidents wrote them into its changelogs. */
  @Test
  void shouldCountOnFromTheStateOfAFormerVersion(TestBroker broker) throws Exception {
    var policy = new Policies()
        .limit(3)
        .rateLimit(new RateLimit(60, 3, 100_000))
        .build()
        .withBudget(new Budget(new Budget.Bounds(2L, null, null), null, null, null));
    try (var kafka = new BoardsOnKafka(broker)) {
      kafka.putChangelog(DecisionTopology.TASK_HISTORY, BoardEvents.BOARD, former("task-history"));
      kafka.putChangelog(
          DecisionTopology.RECENT_FAILURES, BoardEvents.BOARD, former("recent-failures"));
      try (var service = start(broker, kafka)) {
        var board = new BoardEvents(kafka.wire, BoardEvents.BOARD);
        for (int i = 0; i < 42; i++) {
          board.plain("t_other", "heartbeat");
        }
        kafka.send(board.failed("t_open", policy).end());
        kafka.send(board.failed("t_waits", policy).as(FailureClass.PROVIDER).end());
        kafka.send(board.failed("t_closed", policy).end());
        kafka.send(board.failed("t_closed", policy).end());
        kafka
            .send(board
                .failed("t_c", policy)
                .lane("coder")
                .fingerprint("crashed: no such module")
                .end())
            .get();

        List<Verdict> verdicts =
            kafka.awaitDecisions(5).stream().map(Decision::verdict).toList();

        assertThat(verdicts)
            .extracting(Verdict::action)
            .containsExactly(
                Action.GIVE_UP, Action.BLOCK, Action.RETRY, Action.BLOCK, Action.GIVE_UP);
        assertThat(verdicts.get(0).count()).as("two before, one now").isEqualTo(3);
        assertThat(verdicts.get(0).history().escalations()).isEqualTo(1);
        assertThat(verdicts.get(1).reason()).contains("rate-limited 4 times");
        assertThat(verdicts.get(3).reason()).contains("2 of 2 failed runs");
        assertThat(verdicts.get(4).reason()).contains("3 tasks of this board failed the same way");
        assertThat(verdicts.get(2).history())
            .isEqualTo(new TaskHistory(1, 1, 0, 0, 0, 0, false, 1, 45, new Burn(1, 0, 0)));
        assertThat(service.failure()).isEmpty();
      }
    }
  }

  private static Map<String, String> former(String store) throws IOException {
    var values = new LinkedHashMap<String, String>();
    for (String line : Files.readAllLines(FORMER.resolve(store + ".tsv"))) {
      String[] columns = line.split("\t", 2);
      values.put(columns[0], columns[1]);
    }
    return values;
  }

  /** What happens on a board, and what is to be said of it. */
  private record Life(List<Transition> records, Map<Long, Verdict> expected) {
    boolean isRich() {
      List<Action> actions = expected.values().stream().map(Verdict::action).toList();
      return actions.containsAll(List.of(Action.GIVE_UP, Action.BLOCK))
          && expected.values().stream().anyMatch(it -> it.budget() != null);
    }
  }

  /** A life that has all of it; in one of twelve nothing is given up. */
  private Life richLife(Random random, Wire wire) throws IOException {
    for (int i = 0; i < 50; i++) {
      List<Transition> records = life(random, wire, 400);
      var life = new Life(records, inOneGo(records));
      if (life.isRich()) {
        return life;
      }
    }
    throw new AssertionError("Nothing is given up, nothing blocked or no budget exceeded.");
  }

  private static List<Transition> life(Random random, Wire wire, int count) {
    RetryPolicy policy = new Policies()
        .limit(6)
        .silentExit(SilentExit.RETRY)
        .rateLimit(new RateLimit(60, 4, 100_000))
        .build()
        .withBudget(new Budget(
            new Budget.Bounds(9L, null, null),
            new Budget.LaneBounds(60L, null, null, 7_200),
            null,
            null));
    var board = new BoardEvents(wire, BoardEvents.BOARD);
    var records = new ArrayList<Transition>();
    for (int i = 0; i < count; i++) {
      String task = "t_" + random.nextInt(12);
      board.later(random.nextInt(120));
      if (random.nextInt(12) == 0) {
        records.add(board.plain(task, random.nextBoolean() ? "unblocked" : "completed"));
        continue;
      }
      var failure = board
          .failed(task, policy)
          .as(FailureClass.values()[random.nextInt(FailureClass.values().length)])
          .lane(random.nextBoolean() ? "coder" : "painter")
          .seconds(random.nextInt(100));
      records.add(
          (random.nextInt(6) == 0 ? failure.fingerprint("print " + random.nextInt(3)) : failure)
              .end());
    }
    return records;
  }

  private Map<Long, Verdict> inOneGo(List<Transition> records) throws IOException {
    Map<Long, Verdict> expected = new LinkedHashMap<>();
    try (var bench = new TopologyBench(Files.createTempDirectory(home, "bench"))) {
      records.forEach(bench::send);
      bench.decisions().forEach(it -> expected.put(it.event(), it.verdict()));
    }
    return expected;
  }

  private TopologyService start(TestBroker broker, BoardsOnKafka kafka) {
    var service = new TopologyService(
        TopologySettings.of(broker.bootstrapServers(), kafka.topics, "alpha", home)
            .withThreadFailures(0, Duration.ofMinutes(5)),
        new Wire(),
        DecisionListener.NONE,
        InstantSource.system());
    service.start();
    return service;
  }

  private static void deleteTree(Path root) throws IOException {
    try (var paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
