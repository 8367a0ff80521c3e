package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Burn;
import dev.talaria.protocol.policy.BurnWindow;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.TaskHistory;
import dev.talaria.protocol.policy.Verdict.Action;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionTopologyTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/topology.txt");
  private static final RetryPolicy LIMIT_3 = new Policies().limit(3).build();

  @TempDir
  Path state;

  private TopologyBench bench;
  private BoardEvents board;

  @BeforeEach
  void open() {
    bench = new TopologyBench(state);
    board = bench.board;
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void shouldSayWhatItAnswers() {
    var failure = board.failed("t_1", LIMIT_3).end();

    var decisions = bench.send(failure).decisions();

    assertThat(decisions).hasSize(1);
    Decision decision = decisions.get(0);
    assertThat(decision.run()).isEqualTo(failure.taskKey().run(failure.run()));
    assertThat(decision.lineage()).isEqualTo(failure.lineage());
    assertThat(decision.event()).isEqualTo(failure.event());
    assertThat(decision.by()).isEqualTo("topology");
    assertThat(decision.at()).isPositive();
    assertThat(bench.heardDecisions).containsExactly(decision);
  }

  @Test
  void shouldAnswerAnEventOnce() {
    var failure = board.failed("t_1", LIMIT_3).end();

    bench.send(failure).send(failure);

    assertThat(bench.decisions()).hasSize(1);
    assertThat(bench.history("t_1").failures()).isEqualTo(1);
  }

  @Test
  void shouldNotCountAnEventThatComesLate() {
    var first = board.failed("t_1", LIMIT_3).end();
    bench.send(first).send(board.failed("t_1", LIMIT_3).end()).send(first);

    assertThat(bench.decisions()).hasSize(2);
    assertThat(bench.history("t_1").failures()).isEqualTo(2);
  }

  @Test
  void shouldCountADuplicateOnceInTheWindowOfSystemicFailures() {
    var failure = board.failed("t_1", LIMIT_3).fingerprint("same").end();

    bench.send(failure).send(failure);

    assertThat(bench.failures().get("alpha/default|same").window().hits()).hasSize(1);
  }

  @Test
  void shouldCountBackfillAndNotAnswerIt() {
    bench.send(BoardEvents.asBackfill(board.failed("t_1", LIMIT_3).end()));
    bench.send(BoardEvents.asBackfill(board.plain("t_1", "crashed")));

    assertThat(bench.decisions()).isEmpty();
    var verdict = bench.judge(board.failed("t_1", LIMIT_3));
    assertThat(verdict.action()).isEqualTo(Action.GIVE_UP);
    assertThat(verdict.count()).isEqualTo(3);
  }

  @Test
  void shouldNotTakeBackfillForASystemicFailure() {
    for (int i = 0; i < 5; i++) {
      bench.send(BoardEvents.asBackfill(
          board.failed("t_" + i, LIMIT_3).fingerprint("same").end()));
    }

    assertThat(bench.judge(board.failed("t_9", LIMIT_3).fingerprint("same")).action())
        .isEqualTo(Action.RETRY);
    assertThat(bench.history("t_4").gaveUp()).isFalse();
  }

  @Test
  void shouldNotAnswerBackfillThatComesAgain() {
    var failure = board.failed("t_1", LIMIT_3).end();
    bench.send(failure);
    assertThat(bench.decisions()).hasSize(1);

    bench.send(BoardEvents.asBackfill(failure));

    assertThat(bench.decisions()).isEmpty();
    assertThat(bench.history("t_1").failures()).isEqualTo(1);
  }

  @Test
  void shouldCountAHistoryOnceThatIsPublishedAgainUnderANewLineage() {
    bench.send(board.plain("t_1", "crashed"));
    assertThat(bench.history("t_1").failures()).isEqualTo(1);

    board.nextLineage();
    bench.send(BoardEvents.asBackfill(board.plain("t_1", "created")));
    bench.send(BoardEvents.asBackfill(board.plain("t_1", "crashed")));

    assertThat(bench.history("t_1").failures()).isEqualTo(1);
    assertThat(bench.history("t_1").lineage()).isEqualTo(2);
    assertThat(bench.judge(board.failed("t_1", LIMIT_3)).count()).isEqualTo(2);
  }

  @Test
  void shouldIgnoreEventsOfAFormerLineage() {
    var former = board.failed("t_1", LIMIT_3).end();
    bench.send(board.nextLineage().plain("t_1", "crashed"));

    bench.send(former);

    assertThat(bench.decisions()).isEmpty();
    assertThat(bench.history("t_1").failures()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "not json",
        "{\"v\":1}",
        "{\"board\":\"nowhere\"}",
        "\u0000\u0001"
      })
  void shouldBuryWhatCannotBeReadAndJudgeTheNext(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

    bench
        .sendBytes("alpha/default#t_9", bytes)
        .send(board.failed("t_1", LIMIT_3).end());

    assertThat(bench.decisions()).hasSize(1);
    var letters = bench.deadLetters();
    assertThat(letters).hasSize(1);
    DeadLetter letter = letters.get(0);
    assertThat(letter.topic()).isEqualTo("talaria.transitions");
    assertThat(letter.partition()).isZero();
    assertThat(letter.offset()).isZero();
    assertThat(letter.key()).isEqualTo("alpha/default#t_9");
    assertThat(letter.reason()).contains("Transition");
    assertThat(Base64.getDecoder().decode(letter.value())).isEqualTo(bytes);
    assertThat(bench.heardLetters).isEqualTo(letters);
  }

  @Test
  void shouldBuryATransitionOfAnImpossibleTask() {
    var transition = bench.wire.<com.fasterxml.jackson.databind.node.ObjectNode>tree(
        board.plain("t_1", "created"));
    byte[] bytes = transition.put("task", "no#task").toString().getBytes(StandardCharsets.UTF_8);

    bench.sendBytes("alpha/default#no#task", bytes);

    assertThat(bench.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.reason()).contains("is not a task id"));
  }

  @Test
  void shouldBuryATombstoneAndARecordWithoutAKey() {
    bench.sendBytes("alpha/default#t_9", null).sendBytes(null, new byte[] {1});

    assertThat(bench.deadLetters())
        .extracting(DeadLetter::key)
        .containsExactly("alpha/default#t_9", null);
  }

  @Test
  void shouldBuryARecordThatAsksForADecisionAndCannotBeJudged() {
    var noPolicy = bench.wire.object().put("decision_pending", true).put("class", "task");
    var noClass = bench.wire.object().put("decision_pending", true);
    noClass.set(PolicyEvent.POLICY, bench.wire.tree(LIMIT_3));
    var badPolicy = bench.wire.object().put("decision_pending", true).put("class", "task");
    badPolicy.putObject(PolicyEvent.POLICY).put("limit", "many");
    var circle = board.failed("t_1", LIMIT_3).end();
    ((com.fasterxml.jackson.databind.node.ObjectNode) circle.payload().get("policy"))
        .putObject("ladder")
        .put("a", "b")
        .put("b", "a");
    var noRun = board.failed("t_1", LIMIT_3).end();

    bench
        .send(board.with("t_1", "crashed", noPolicy))
        .send(board.with("t_1", "crashed", noClass))
        .send(board.with("t_1", "crashed", badPolicy))
        .send(circle)
        .send(withRun(noRun, null))
        .send(withRun(noRun, -1L))
        .send(board.failed("t_1", LIMIT_3).end());

    assertThat(bench.deadLetters()).hasSize(6);
    var decisions = bench.decisions();
    assertThat(decisions).hasSize(1);
    assertThat(decisions.get(0).verdict().count())
        .as("buried ones count nothing")
        .isEqualTo(1);
  }

  @Test
  void shouldBuryADecidedEventWithAnUnreadableHistory() {
    bench.judge(board.failed("t_1", LIMIT_3));
    var payload = bench.wire.object();
    payload.putObject("history").put("failures", "x");

    bench.send(board.with("t_1", "decided", payload));

    assertThat(bench.deadLetters()).hasSize(1);
    assertThat(bench.judge(board.failed("t_1", LIMIT_3)).count()).isEqualTo(2);
  }

  @Test
  void shouldBuryARecordThatItFailsOnItselfAndGoOn() {
    try (var failing = new TopologyBench(state.resolve("failing"), new DecisionListener() {
      @Override
      public void decided(Decision decision) {
        if (decision.run().taskId().equals("t_bad")) {
          throw new IllegalStateException("a bug");
        }
      }
    })) {
      failing.send(failing.board.failed("t_bad", LIMIT_3).end());
      failing.send(failing.board.failed("t_1", LIMIT_3).end());

      assertThat(failing.deadLetters()).singleElement().satisfies(letter -> {
        assertThat(letter.reason()).contains("a bug").contains("judge-failures");
        assertThat(letter.offset()).isZero();
        assertThat(letter.key()).isEqualTo("alpha/default#t_bad");
      });
      assertThat(failing.decisions()).extracting(d -> d.run().taskId()).contains("t_1");
    }
  }

  @Test
  void shouldWriteNothingForAnEventThatIsNoConcernOfThePolicy() {
    var failed = board.failed("t_1", LIMIT_3).end();
    bench.send(failed);
    var kept = bench.history("t_1");

    bench.send(board.status("t_1", "claimed", "running")).send(board.plain("t_1", "spawned"));

    assertThat(bench.history("t_1")).isEqualTo(kept);
    bench.send(failed);
    assertThat(bench.decisions()).as("known all the same").hasSize(1);
    assertThat(bench.judge(board.failed("t_1", LIMIT_3)).count()).isEqualTo(2);
  }

  @Test
  void shouldKeepNothingOfATaskThatNeverFailed() {
    bench
        .send(board.plain("t_1", "created"))
        .send(board.status("t_1", "claimed", "running"))
        .send(board.image("t_1", "completed", "done"));

    assertThat(bench.history("t_1")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"done", "archived"})
  void shouldDropAClosedTaskAfterADay(String status) {
    bench.judge(board.failed("t_open", LIMIT_3));
    bench.judge(board.failed("t_image", LIMIT_3));
    bench.judge(board.failed("t_status", LIMIT_3));
    bench.send(board.image("t_image", "edited", status));
    bench.send(board.status("t_status", "completed", status));

    bench.pass(Duration.ofHours(23));
    assertThat(bench.history("t_image")).as("late duplicates are known").isNotNull();
    assertThat(bench.changelog(DecisionTopology.TASK_HISTORY).values())
        .as("the changelog before")
        .hasSize(3)
        .allSatisfy(value -> assertThat(value).isPresent());
    bench.pass(Duration.ofHours(2));

    assertThat(bench.changelog(DecisionTopology.TASK_HISTORY))
        .as("tombstones, and nothing else")
        .containsOnlyKeys("alpha/default#t_image", "alpha/default#t_status")
        .allSatisfy((task, value) -> assertThat(value).isEmpty());

    assertThat(bench.history("t_image")).isNull();
    assertThat(bench.history("t_status")).isNull();
    assertThat(bench.history("t_open")).isNotNull();
  }

  @Test
  void shouldKeepATaskThatWasTakenUpAgain() {
    bench.judge(board.failed("t_1", LIMIT_3));
    bench.send(board.image("t_1", "archived", "archived"));
    bench.send(board.image("t_1", "edited", "ready"));

    bench.pass(Duration.ofHours(48));

    assertThat(bench.judge(board.failed("t_1", LIMIT_3)).count()).isEqualTo(2);
  }

  @Test
  void shouldKnowADuplicateOfAClosedTask() {
    var failure = board.failed("t_1", LIMIT_3).end();
    bench.send(failure).send(board.image("t_1", "completed", "done"));
    bench.decisions();

    bench.send(failure);

    assertThat(bench.decisions()).isEmpty();
    assertThat(bench.history("t_1"))
        .isEqualTo(new TaskHistory(0, 0, 0, 0, 0, 0, false, 1, failure.event() + 1));
  }

  @Test
  void shouldDropFailuresThatNoWindowReachesAnyMore() {
    bench.judge(board.failed("t_1", LIMIT_3).fingerprint("same"));
    assertThat(bench.failures().get("alpha/default|same")).isNotNull();

    bench.pass(Duration.ofMinutes(4));
    assertThat(bench.failures().get("alpha/default|same")).isNotNull();
    bench.pass(Duration.ofMinutes(20));

    assertThat(bench.failures().get("alpha/default|same")).isNull();
  }

  @Test
  void shouldKeepDecisionsOnTheirBoardsPartition() {
    var topics = new TopicCatalogue("", 13);
    var partitioner = new BoardPartitioner();
    for (int i = 0; i < 50; i++) {
      var key = new BoardKey("host-" + i, "default");
      var events = new BoardEvents(bench.wire, key);
      var decision = bench.send(events.failed("t_1", LIMIT_3).end()).decisions().get(0);

      assertThat(partitioner.partitions("decisions", "any", decision, 13))
          .isEqualTo(Optional.of(Set.of(topics.partitionOf(key))));
    }
  }

  @Test
  void shouldReadAnUnreadableStateAsAbsent() {
    var serde = new StateSerde<>(new Wire().mapper(), TaskState.class);
    var kept = new TaskState(TaskHistory.EMPTY, 5L);

    assertThat(serde.deserializer().deserialize("", serde.serializer().serialize("", kept)))
        .isEqualTo(kept);
    assertThat(serde.deserializer().deserialize("", "{}".getBytes(StandardCharsets.UTF_8)))
        .isNull();
  }

  /** State grows with open tasks, not with history: nothing of what is closed and past stays anywhere. */
  @Test
  void shouldKeepNothingInAnyStoreOfTasksThatAreClosedForLong() {
    for (int i = 0; i < 20; i++) {
      String task = "t_" + i;
      bench.send(board.image(task, "created", "ready"));
      bench.send(board
          .failed(task, LIMIT_3)
          .lane("coder")
          .fingerprint("print " + i % 4)
          .end());
      bench.send(board.failed(task, LIMIT_3).lane("coder").seconds(9).end());
      bench.send(board.image(
          task, i % 2 == 0 ? "completed" : "archived", i % 2 == 0 ? "done" : "archived"));
    }

    for (int hours = 0; hours < 60; hours++) {
      bench.pass(Duration.ofHours(1));
    }

    var stores = new java.util.TreeMap<String, Long>();
    bench.storeNames().forEach(store -> stores.put(store, bench.entries(store)));
    assertThat(stores).containsKeys("burn", "recent-failures", "task-history", "incidents");
    // what a board has counted in all is kept, one entry a board
    stores.remove(DecisionTopology.FLEET_BOARDS);
    assertThat(stores.values()).as("entries of %s", stores).containsOnly(0L);
  }

  @Test
  void shouldRefuseToKeepWhatNoChangelogTakes() {
    var serde = new StateSerde<>(new Wire().mapper(), LaneBurn.class);
    var slots = new java.util.ArrayList<BurnWindow.Slot>();
    for (int i = 0; i < 10; i++) {
      slots.add(new BurnWindow.Slot(i, "m".repeat(100_000), Burn.NONE));
    }
    var large = new LaneBurn(1, new BurnWindow(slots), 0);

    assertThatThrownBy(() -> serde.serializer().serialize("", large))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a LaneBurn of")
        .hasMessageContaining("900000");
  }

  @Test
  void shouldHaveTheNodesAndStoresOfTheGoldenFile() throws IOException {
    var topology = new DecisionTopology(TopologyBench.TOPICS, new Wire(), DecisionListener.NONE)
        .build(properties());

    String described = topology.describe().toString().stripTrailing() + "\n";

    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(GOLDEN, described);
    }
    assertThat(described).isEqualTo(Files.readString(GOLDEN));
  }

  private java.util.Map<String, Object> properties() {
    return StreamsProperties.of(
        TopologySettings.of("none:1", TopologyBench.TOPICS, "alpha", state));
  }

  private static Transition withRun(Transition t, Long run) {
    return new Transition(
        t.board(),
        t.lineage(),
        t.event(),
        t.task(),
        run,
        t.kind(),
        t.at(),
        t.status(),
        t.payload(),
        t.image(),
        t.backfill());
  }
}
