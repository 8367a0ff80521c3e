package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.Budget;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.TaskHistory;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two instances share the boards while failures come without a pause; they are killed, stopped and started at random moments.
 * {@code -Dtalaria.seed=<n>} takes the same moments again.
 */
@WithKafka
@Timeout(150)
class RebalanceIT {
  private static final int FAILURES = 2_400;
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Bounds that some boards' lanes run into on the way, so that what is counted over tasks shows too. */
  private static final RetryPolicy POLICY = new Policies()
      .limit(100_000)
      .build()
      .withBudget(new Budget(
          new Budget.Bounds(110L, null, null),
          new Budget.LaneBounds(null, 10_000L, null, 86_400),
          null,
          null));

  @TempDir
  Path home;

  @Test
  void shouldLoseAndDoubleNoDecisionWhileInstancesComeAndGo(
      TestBroker broker, JavaProcesses processes) throws Exception {
    long seed = Long.getLong("talaria.seed", new Random().nextLong());
    var random = new Random(seed);
    System.out.printf("-Dtalaria.seed=%d%n", seed);
    var writer = Executors.newSingleThreadExecutor();
    try (var kafka = new BoardsOnKafka(broker)) {
      List<Transition> records = failures(kafka, random);
      JavaProcess one = launch(processes, broker, "one");
      one.awaitLine(TopologyProcess.READY, SOON);
      var writing = writer.submit(() -> writeSlowly(kafka, records, new Random(seed)));

      int reached = decided(kafka, 100 + random.nextInt(200), seed);
      JavaProcess two = launch(processes, broker, "two");
      two.awaitLine(TopologyProcess.READY, SOON);
      reached = decided(kafka, reached + random.nextInt(300), seed);
      one.kill();
      if (random.nextBoolean()) {
        reached = decided(kafka, reached + 1 + random.nextInt(100), seed);
      }
      one = launch(processes, broker, "one");
      reached = decided(kafka, reached + 1 + random.nextInt(400), seed);
      int stopped = two.terminate(Duration.ofSeconds(20));
      reached = decided(kafka, reached + 1 + random.nextInt(300), seed);
      two = launch(processes, broker, "two");
      reached = decided(kafka, reached + 1 + random.nextInt(200), seed);
      two.kill();

      assertThat(writing.get(60, TimeUnit.SECONDS)).isTrue();
      kafka.awaitDecisions(FAILURES);
      one.terminate(Duration.ofSeconds(20));
      assertThat(stopped).as("exit code after SIGTERM").isEqualTo(143);
      System.out.printf("killed and stopped until decision %d of %d%n", reached, FAILURES);
      assertSameAsInOneGo(seed, kafka, records);
    } finally {
      writer.shutdownNow();
    }
  }

  private int decided(BoardsOnKafka kafka, int count, long seed) {
    assertThat(count).as("-Dtalaria.seed=%d: still under load", seed).isLessThan(FAILURES);
    return kafka.awaitDecisions(count).size();
  }

  private JavaProcess launch(JavaProcesses processes, TestBroker broker, String name) {
    return processes
        .of(TopologyProcess.class)
        .args(broker.bootstrapServers(), broker.prefix(), home.resolve(name).toString(), name)
        .jvmArgs("-Xmx128m")
        .start(name);
  }

  /** Failures of 24 tasks on 6 boards, in random order. */
  private static List<Transition> failures(BoardsOnKafka kafka, Random random) {
    var boards = IntStream.range(0, 6)
        .mapToObj(i -> new BoardEvents(kafka.wire, new BoardKey("host-" + i, "default")))
        .toList();
    var records = new ArrayList<Transition>();
    for (int i = 0; i < FAILURES; i++) {
      BoardEvents board = boards.get(random.nextInt(boards.size()));
      records.add(board
          .failed("t_" + random.nextInt(4), POLICY)
          .lane("coder")
          .seconds(random.nextInt(60))
          .end());
    }
    return records;
  }

  /** About 180 a second; some come again, or come again late. */
  private static boolean writeSlowly(BoardsOnKafka kafka, List<Transition> records, Random random)
      throws InterruptedException {
    var pace = new CountDownLatch(1);
    for (int i = 0; i < records.size(); i++) {
      kafka.send(records.get(i));
      if (random.nextInt(10) == 0) {
        kafka.send(records.get(Math.max(0, i - random.nextInt(50))));
      }
      if (pace.await(5, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return true;
  }

  /** What one topology says that nothing ever happened to. */
  private void assertSameAsInOneGo(long seed, BoardsOnKafka kafka, List<Transition> records) {
    Map<String, Verdict> expected = new LinkedHashMap<>();
    Map<String, TaskHistory> histories = new LinkedHashMap<>();
    try (var bench = new TopologyBench(home.resolve("bench"))) {
      records.forEach(bench::send);
      for (Decision decision : bench.decisions()) {
        expected.put(id(decision), decision.verdict());
        histories.put(decision.run().task().toString(), decision.verdict().history());
      }
    }
    List<Decision> decisions = kafka.decisions();
    assertThat(decisions)
        .as("-Dtalaria.seed=%d: each once", seed)
        .extracting(RebalanceIT::id)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(expected.keySet());
    assertThat(decisions)
        .as("-Dtalaria.seed=%d", seed)
        .allSatisfy(it -> assertThat(it.verdict()).isEqualTo(expected.get(id(it))));
    assertThat(expected.values()).extracting(Verdict::budget).anyMatch(it -> it != null);
    decisions.stream()
        .collect(Collectors.groupingBy(it -> it.run().board()))
        .forEach((board, of) -> assertThat(of)
            .as("-Dtalaria.seed=%d: order of %s", seed, board)
            .extracting(Decision::event)
            .isSorted());
    Map<String, TaskHistory> kept = new LinkedHashMap<>();
    kafka
        .changelog(DecisionTopology.TASK_HISTORY, TaskState.class)
        .forEach((task, state) -> kept.put(task, state.history()));
    assertThat(kept).as("-Dtalaria.seed=%d", seed).containsExactlyInAnyOrderEntriesOf(histories);
  }

  private static String id(Decision decision) {
    return decision.run().board() + "/" + decision.event();
  }
}
