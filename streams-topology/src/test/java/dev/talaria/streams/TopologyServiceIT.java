package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.Verdict.Action;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.OwnBroker;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
@Timeout(120)
class TopologyServiceIT {
  private static final RetryPolicy PATIENT = new Policies().limit(100_000).build();
  private static final RetryPolicy LIMIT_3 = new Policies().limit(3).build();

  @TempDir
  Path home;

  @Test
  void shouldDecideEndToEndOnEachBoardsPartition(TestBroker broker) throws Exception {
    try (var kafka = new BoardsOnKafka(broker);
        var service = start(broker, kafka)) {
      for (int i = 0; i < 6; i++) {
        var board = new BoardEvents(kafka.wire, new BoardKey("host-" + i, "default"));
        kafka.send(board.failed("t_1", LIMIT_3).end());
        kafka.send(board.plain("t_1", "claimed"));
        kafka.send(board.failed("t_1", LIMIT_3).end());
        kafka.send(board.failed("t_1", LIMIT_3).end()).get();
      }

      var decisions = kafka.awaitDecisions(18);

      assertThat(decisions).hasSize(18);
      assertThat(decisions)
          .filteredOn(d -> d.verdict().action() == Action.GIVE_UP)
          .hasSize(6);
      assertThat(kafka.partitionOfEachBoard())
          .hasSize(6)
          .allSatisfy((board, partition) ->
              assertThat(partition).isEqualTo(kafka.topics.partitionOf(BoardKey.parse(board))));
      await("ready").atMost(Duration.ofSeconds(30)).until(service::isReady);
      assertThat(service.failure()).isEmpty();
    }
  }

  @Test
  void shouldGoOnAfterAMalformedRecord(TestBroker broker) throws Exception {
    try (var kafka = new BoardsOnKafka(broker);
        var service = start(broker, kafka)) {
      var board = new BoardEvents(kafka.wire, BoardEvents.BOARD);
      int partition = kafka.topics.partitionOf(BoardEvents.BOARD);
      kafka.send(board.failed("t_1", LIMIT_3).end()).get();
      long offset = kafka
          .sendBytes(partition, "not json".getBytes(StandardCharsets.UTF_8))
          .get()
          .offset();
      kafka.send(board.failed("t_1", LIMIT_3).end()).get();

      assertThat(kafka.awaitDecisions(2))
          .extracting(d -> d.verdict().count())
          .containsExactly(1, 2);
      assertThat(kafka.awaitDeadLetters(1)).singleElement().satisfies(letter -> {
        assertThat(letter.topic()).isEqualTo(kafka.topics.transitions());
        assertThat(letter.partition()).isEqualTo(partition);
        assertThat(letter.offset()).isEqualTo(offset);
        assertThat(letter.reason()).contains("Transition");
      });
      await("ready").atMost(Duration.ofSeconds(30)).until(service::isReady);
    }
  }

  @Test
  void shouldDecideWithinFiveSecondsOfAKillAndEachRecordOnce(
      TestBroker broker, JavaProcesses processes) throws Exception {
    int failures = 1_500;
    var writer = Executors.newSingleThreadExecutor();
    try (var kafka = new BoardsOnKafka(broker)) {
      var records = failures(kafka.wire, failures);
      long begun = System.currentTimeMillis();
      JavaProcess first = launch(processes, broker);
      first.awaitLine(TopologyProcess.READY, Duration.ofSeconds(60));
      long starting = System.currentTimeMillis() - begun;
      var writing = writer.submit(() -> writeSlowly(kafka, records));

      kafka.awaitDecisions(200);
      first.kill();
      int committed = kafka.decisions().size();
      long restarted = System.currentTimeMillis();
      JavaProcess second = launch(processes, broker);
      kafka.awaitDecision(
          decision -> decision.at() > restarted, "decision after the kill", Duration.ofSeconds(30));
      long silent = System.currentTimeMillis() - restarted;
      System.out.printf(
          "topology killed after %d of %d decisions; next one %d ms after its restart%n",
          committed, failures, silent);

      writing.get(60, TimeUnit.SECONDS);
      kafka.awaitDecisions(failures);
      assertEachAnsweredOnce(records, kafka.decisions());
      assertThat(committed).as("killed in the middle").isLessThan(failures);
      assertThat(silent)
          .as("ms from restart to decision; the restarted one says %s", second.output())
          // a busy machine starts everything slowly; waiting for the killed one's session takes 10
          // s more
          .isLessThan(Math.max(5_000, 3 * starting));
    } finally {
      writer.shutdownNow();
    }
  }

  @Test
  void shouldRebuildItsStateFromTheChangelog(TestBroker broker) throws Exception {
    try (var kafka = new BoardsOnKafka(broker)) {
      var board = new BoardEvents(kafka.wire, BoardEvents.BOARD);
      try (var service = start(broker, kafka)) {
        kafka.send(board.failed("t_1", LIMIT_3).fingerprint("same").end());
        kafka.send(board.failed("t_1", LIMIT_3).end());
        kafka.send(board.failed("t_2", LIMIT_3).fingerprint("same").end()).get();
        kafka.awaitDecisions(3);
        assertThat(service.close(Duration.ofSeconds(10), false)).isTrue();
      }
      deleteTree(home.resolve("streams"));

      try (var service = start(broker, kafka)) {
        kafka.send(board.failed("t_1", LIMIT_3).end());
        kafka.send(board.failed("t_3", LIMIT_3).fingerprint("same").end()).get();

        var decisions = kafka.awaitDecisions(5);

        assertThat(decisions.get(3).verdict().count()).isEqualTo(3);
        assertThat(decisions.get(3).verdict().action()).isEqualTo(Action.GIVE_UP);
        assertThat(decisions.get(4).verdict().reason()).contains("failed the same way");
        await("ready").atMost(Duration.ofSeconds(30)).until(service::isReady);
      }
    }
  }

  @Test
  void shouldKeepItsStoresOverAStopInOrderAndItsIdOverAKillToo(TestBroker broker) throws Exception {
    try (var kafka = new BoardsOnKafka(broker)) {
      var board = new BoardEvents(kafka.wire, BoardEvents.BOARD);
      try (var service = start(broker, kafka)) {
        kafka.send(board.failed("t_1", LIMIT_3).end()).get();
        kafka.awaitDecisions(1);
        assertThat(service.close(Duration.ofSeconds(10), false)).isTrue();
      }
      Path directory = home.resolve("streams").resolve(broker.prefix() + "topology");
      Path id = directory.resolve("kafka-streams-process-metadata");
      String itsId = Files.readString(id);
      Map<Path, Object> stores = identities(directory);
      assertThat(stores).isNotEmpty();

      try (var service = start(broker, kafka)) {
        kafka.send(board.failed("t_1", LIMIT_3).end()).get();
        kafka.awaitDecisions(2);
        assertThat(identities(directory)).as("the same stores").isEqualTo(stores);
        assertThat(service.close(Duration.ofSeconds(10), false)).isTrue();
      }
      // as after a kill: nothing says that it was stopped in order
      Files.delete(home.resolve("streams").resolve(broker.prefix() + "topology.stopped"));

      try (var service = start(broker, kafka)) {
        kafka.send(board.failed("t_1", LIMIT_3).end()).get();
        assertThat(kafka.awaitDecisions(3).get(2).verdict().count()).isEqualTo(3);
        assertThat(identities(directory))
            .as("made anew")
            .doesNotContainEntry(
                stores.keySet().iterator().next(), stores.values().iterator().next());
        assertThat(Files.readString(id)).as("its transactions are fenced by it").isEqualTo(itsId);
        assertThat(service.failure()).isEmpty();
      }
    }
  }

  /** Each database's own id, which it gets when it is made. */
  private static Map<Path, Object> identities(Path directory) throws IOException {
    Map<Path, Object> found = new java.util.TreeMap<>();
    try (var paths = Files.walk(directory)) {
      for (Path path : paths.filter(it -> it.endsWith("IDENTITY")).toList()) {
        found.put(path, Files.readString(path));
      }
    }
    return found;
  }

  @Test
  void shouldReplaceAThreadThatEndsAndDecideOnce(TestBroker broker) throws Exception {
    var tripped = new AtomicBoolean();
    var trips = new DecisionListener() {
      @Override
      public void decided(Decision decision) {
        if (decision.verdict().count() == 2 && tripped.compareAndSet(false, true)) {
          throw new KafkaException("not this record's fault");
        }
      }
    };
    try (var kafka = new BoardsOnKafka(broker);
        var service = new TopologyService(
            settings(broker, kafka), new Wire(), trips, InstantSource.system())) {
      service.start();
      var board = new BoardEvents(kafka.wire, BoardEvents.BOARD);
      kafka.send(board.failed("t_1", LIMIT_3).end()).get();
      kafka.awaitDecisions(1);
      long tripping = System.currentTimeMillis();
      kafka.send(board.failed("t_1", LIMIT_3).end());
      kafka.send(board.failed("t_1", LIMIT_3).end()).get();

      var decisions = kafka.awaitDecisions(3);
      System.out.printf(
          "thread replaced; next decision after %d ms%n", System.currentTimeMillis() - tripping);

      assertThat(decisions).extracting(d -> d.verdict().count()).containsExactly(1, 2, 3);
      assertThat(tripped).isTrue();
      assertThat(service.failure()).isEmpty();
    }
  }

  @Test
  void shouldStopAndSayWhyWhenTooManyThreadsEnd(TestBroker broker) throws Exception {
    var trips = new DecisionListener() {
      @Override
      public void decided(Decision decision) {
        throw new KafkaException("the disk is full");
      }
    };
    try (var kafka = new BoardsOnKafka(broker);
        var service = new TopologyService(
            settings(broker, kafka).withThreadFailures(0, Duration.ofMinutes(1)),
            new Wire(),
            trips,
            InstantSource.system())) {
      service.start();
      kafka
          .send(new BoardEvents(kafka.wire, BoardEvents.BOARD)
              .failed("t_1", LIMIT_3)
              .end())
          .get();

      await("failure")
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.failure().isPresent());
      await("stopped")
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.state().hasCompletedShutdown());

      assertThat(service.failure().orElseThrow()).hasStackTraceContaining("the disk is full");
      assertThat(service.isReady()).isFalse();
      assertThat(kafka.decisions()).as("nothing was committed").isEmpty();
    }
  }

  @Test
  void shouldGoOnWhenTheBrokerComesBack(OwnBroker broker) throws Exception {
    broker.start();
    try (var kafka = new BoardsOnKafka(broker);
        var service = start(broker, kafka)) {
      var board = new BoardEvents(kafka.wire, BoardEvents.BOARD);
      kafka.send(board.failed("t_1", LIMIT_3).end()).get();
      kafka.awaitDecisions(1);

      broker.restart();
      kafka.send(board.failed("t_1", LIMIT_3).end()).get();

      assertThat(kafka.awaitDecisions(2))
          .extracting(d -> d.verdict().count())
          .containsExactly(1, 2);
      assertThat(service.failure()).isEmpty();
    }
  }

  @Test
  void shouldCloseInTimeAndMoreThanOnce(TestBroker broker) {
    try (var kafka = new BoardsOnKafka(broker)) {
      var service = start(broker, kafka);
      service.start();
      await("ready").atMost(Duration.ofSeconds(30)).until(service::isReady);

      assertThat(service.close(Duration.ofSeconds(10), true)).isTrue();
      service.close();

      assertThat(service.state()).isEqualTo(KafkaStreams.State.NOT_RUNNING);
    }
  }

  private TopologySettings settings(TestBroker broker, BoardsOnKafka kafka) {
    return TopologySettings.of(broker.bootstrapServers(), kafka.topics, "alpha", home);
  }

  private TopologyService start(TestBroker broker, BoardsOnKafka kafka) {
    var service = new TopologyService(
        settings(broker, kafka), new Wire(), DecisionListener.NONE, InstantSource.system());
    service.start();
    return service;
  }

  private JavaProcess launch(JavaProcesses processes, TestBroker broker) {
    return processes
        .of(TopologyProcess.class)
        .args(broker.bootstrapServers(), broker.prefix(), home.toString())
        .jvmArgs("-Xmx128m")
        .start("topology");
  }

  /** Failures of 20 tasks on 4 boards, in turn. */
  private static List<Transition> failures(Wire wire, int count) {
    var boards = IntStream.range(0, 4)
        .mapToObj(i -> new BoardEvents(wire, new BoardKey("host-" + i, "default")))
        .toList();
    var records = new ArrayList<Transition>();
    for (int i = 0; i < count; i++) {
      records.add(boards.get(i % 4).failed("t_" + i % 20, PATIENT).end());
    }
    return records;
  }

  /** About 200 a second. */
  private static boolean writeSlowly(BoardsOnKafka kafka, List<Transition> records)
      throws InterruptedException {
    var pace = new CountDownLatch(1);
    for (Transition record : records) {
      kafka.send(record);
      if (pace.await(5, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    return true;
  }

  private static void assertEachAnsweredOnce(List<Transition> asked, List<Decision> answers) {
    assertThat(answers)
        .extracting(d -> d.run().board() + "/" + d.lineage() + "/" + d.event())
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(asked.stream()
            .map(t -> t.board() + "/" + t.lineage() + "/" + t.event())
            .toList());
    Map<String, List<Integer>> counts = new HashMap<>();
    for (Decision answer : answers) {
      counts
          .computeIfAbsent(answer.run().task().toString(), task -> new ArrayList<>())
          .add(answer.verdict().count());
    }
    assertThat(counts)
        .allSatisfy((task, counted) -> assertThat(counted)
            .as("failures of %s", task)
            .isEqualTo(IntStream.rangeClosed(1, counted.size()).boxed().toList()));
  }

  private static void deleteTree(Path root) throws IOException {
    try (var paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
