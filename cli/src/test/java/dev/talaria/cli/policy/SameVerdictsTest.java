package dev.talaria.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.Verdicts;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.TaskList;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.dispatcher.apply.ApplyListener;
import dev.talaria.dispatcher.apply.Decisions;
import dev.talaria.dispatcher.apply.Latencies;
import dev.talaria.dispatcher.apply.RunReports;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Backoff;
import dev.talaria.protocol.policy.Budget;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.Prices;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.RetryPolicy.RateLimit;
import dev.talaria.protocol.policy.RetryPolicy.SilentExit;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import dev.talaria.protocol.policy.UsedUp;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.streams.DecisionListener;
import dev.talaria.streams.DecisionTopology;
import dev.talaria.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real board whose runs fail in all ways, with a dispatcher that decides by itself; the topology reads the same events. Both
 * must say the same of each. {@code -Dtalaria.seed=<n>} replays one.
 */
class SameVerdictsTest {
  private static final BoardKey KEY = BoardKey.parse("alpha/default");
  private static final TopicCatalogue TOPICS = new TopicCatalogue("talaria.", 1);
  private static final List<String> LANES = List.of("coder", "painter", "writer");
  private static final List<String> MODELS = List.of("haiku", "sonnet", "unlisted");
  private static final int STEPS = 120;

  @TempDir
  Path directory;

  private final Wire wire = new Wire();
  private final SettableClock clock = new SettableClock();
  private final Recompute recompute = new Recompute(1);
  private final Completions completions = new Completions(recompute);
  private final ApplyListener listener = JudgingSettings.nobody();
  private final Latencies latencies = new Latencies(KEY, clock, listener);
  private final TaskCreation creation = new TaskCreation(Skills.hermesToolsets(), null);
  private final Map<RunKey, Verdict> byTopology = new HashMap<>();
  private long published;

  static LongStream seeds() {
    Long replayed = Long.getLong("talaria.seed");
    return replayed != null ? LongStream.of(replayed) : new Random().longs(6);
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldDecideTheSameWhoeverDecides(long seed) {
    var random = new Random(seed);
    var options = new BoardOptions(clock, TaskIds.random(random));
    try (Board board = Board.openOrCreate(directory.resolve(seed + ".db"), options);
        var driver = new TopologyTestDriver(topology(), properties(), clock.instant())) {
      TestInputTopic<String, byte[]> in = driver.createInputTopic(
          TOPICS.transitions(), new StringSerializer(), new ByteArraySerializer());
      TestOutputTopic<String, Decision> out = driver.createOutputTopic(
          TOPICS.decisions(),
          new StringDeserializer(),
          (topic, bytes) -> wire.decode(bytes, Decision.class));
      var decisions =
          new Decisions(KEY, directory, wire, new Verdicts(recompute), latencies, listener);
      RunReports reports = reports(random);
      for (int step = 0; step < STEPS; step++) {
        clock.advance(
            Duration.ofSeconds(15 + random.nextInt(random.nextInt(8) == 0 ? 20_000 : 900)));
        if (random.nextInt(15) == 0) {
          reports = reports(random); // a restart with another configuration
        }
        for (int more = random.nextInt(4); more >= 0; more--) {
          act(random, board, reports);
        }
        if (random.nextBoolean()) {
          publish(board, in, out);
        }
        decide(random, board, decisions);
        publish(board, in, out);
      }
      assertSame(seed, board);
    }
  }

  private void act(Random random, Board board, RunReports reports) {
    List<Task> open = board.read(tx -> TaskList.list(tx, TaskFilter.all())).stream()
        .filter(task -> !task.status().equals("done"))
        .toList();
    if (open.size() < 4) {
      String lane = LANES.get(random.nextInt(LANES.size()));
      board.write(tx -> creation.create(tx, NewTask.titled("t").withAssignee(lane)));
      return;
    }
    Task task = open.get(random.nextInt(open.size()));
    String id = task.id();
    switch (task.status()) {
      case "blocked" -> {
        int what = random.nextInt(6);
        if (what == 0) {
          board.write(tx -> Blocks.unblockWithMore(tx, id, 2, "ann"));
        } else if (what < 4) {
          board.write(tx -> Blocks.unblock(tx, id));
        } else {
          board.write(tx -> completions.complete(tx, id, Completion.empty()).completed());
        }
      }
      case "ready" -> run(random, board, reports, id);
      default -> throw new AssertionError(task);
    }
  }

  private void run(Random random, Board board, RunReports reports, String id) {
    ClaimResult claimed =
        board.write(tx -> GrantClaims.claimHere(tx, id, "alpha:1", 900, Integer.MAX_VALUE));
    if (!(claimed instanceof ClaimResult.Granted granted)) {
      return;
    }
    if (random.nextInt(20) == 0) {
      board.write(tx -> completions
          .complete(tx, id, Completion.empty().withRun(granted.runId()))
          .completed());
      return;
    }
    FailureClass failure = random.nextInt(3) > 0
        ? FailureClass.TASK
        : FailureClass.values()[random.nextInt(FailureClass.values().length)];
    ObjectNode facts = wire.object();
    if (random.nextInt(10) > 0) {
      facts.put(
          random.nextInt(5) == 0 ? PolicyEvent.ELAPSED : PolicyEvent.SECONDS,
          random.nextInt(2_000));
    }
    if (random.nextBoolean()) {
      facts.put(PolicyEvent.MODEL, MODELS.get(random.nextInt(MODELS.size())));
    }
    String kind = switch (failure) {
      case TASK -> random.nextBoolean() ? "crashed" : "timed_out";
      case PROTOCOL -> "protocol_violation";
      case PROVIDER -> "rate_limited";
      case INFRA -> "spawn_failed";
      case LOST -> "reclaimed";
    };
    board.write(tx -> {
      reports.failed(
          tx,
          KEY.task(id).run(granted.runId()),
          new RunReports.Failed(kind, "error", facts, failure, null));
      return true;
    });
  }

  /** In any order: they may be as late as they like. */
  private static void decide(Random random, Board board, Decisions decisions) {
    List<Holds.Hold> holds = new ArrayList<>(board.read(Holds::all));
    holds.removeIf(hold -> !hold.awaitsDecision());
    Collections.shuffle(holds, random);
    for (Holds.Hold hold : holds) {
      board.write(tx -> {
        decisions.decide(tx, hold);
        return true;
      });
    }
  }

  private void publish(
      Board board, TestInputTopic<String, byte[]> in, TestOutputTopic<String, Decision> out) {
    for (EventRow row : board.read(tx -> EventLog.eventsAfter(tx, published, Integer.MAX_VALUE))) {
      var transition = new Transition(
          KEY,
          1,
          row.id(),
          row.taskId(),
          row.runId(),
          row.kind(),
          row.createdAt(),
          null,
          row.payloadObject(),
          null,
          null);
      in.pipeInput(transition.taskKey().toString(), wire.encode(transition));
      published = row.id();
    }
    out.readValuesToList().forEach(it -> byTopology.put(it.run(), it.verdict()));
  }

  private void assertSame(long seed, Board board) {
    int decided = 0;
    for (EventRow row : board.read(tx -> EventLog.eventsAfter(tx, 0, Integer.MAX_VALUE))) {
      if (row.kind().equals("decided")) {
        Verdict said = wire.view(row.payloadObject(), Verdict.class);
        assertThat(said)
            .as("-Dtalaria.seed=%d, event %d of task %s", seed, row.id(), row.taskId())
            .isEqualTo(byTopology.get(KEY.task(row.taskId()).run(row.runId())));
        decided++;
      }
    }
    assertThat(byTopology).hasSize(decided);
    assertThat(decided).as("decisions").isGreaterThan(STEPS / 2);
    UsedUp any = byTopology.values().stream()
        .map(Verdict::budget)
        .filter(it -> it != null)
        .findFirst()
        .orElse(null);
    assertThat(any).as("-Dtalaria.seed=%d: a budget that was used up", seed).isNotNull();
  }

  private RunReports reports(Random random) {
    var ladder =
        random.nextBoolean() ? Ladder.NONE : new Ladder(Map.of("", "haiku", "haiku", "sonnet"));
    var policy = new RetryPolicy(
            2 + random.nextInt(8),
            LimitSource.BOARD,
            ladder,
            random.nextBoolean(),
            Backoff.NONE,
            SilentExit.values()[random.nextInt(3)],
            new RateLimit(5, 3, 100_000),
            5,
            Systemic.DEFAULT)
        .withBudget(budget(random));
    return new RunReports(JudgingSettings.of(policy), wire, completions, latencies, listener);
  }

  private static Budget budget(Random random) {
    var task = new Budget.Bounds(
        1L + random.nextInt(4), 500L + random.nextInt(5_000), 1 + 20 * random.nextDouble());
    var lane = new Budget.LaneBounds(
        3L + random.nextInt(20),
        3_000L + random.nextInt(20_000),
        5 + 90 * random.nextDouble(),
        3_600L * (1 + random.nextInt(24)));
    return new Budget(
        random.nextInt(3) == 0 ? null : task,
        lane,
        random.nextBoolean() ? null : Map.of("coder", new Budget.LaneBounds(4L, null, null, 7_200)),
        new Prices(Map.of("", 0.1, "haiku", 0.3333, "sonnet", 1.7)));
  }

  private org.apache.kafka.streams.Topology topology() {
    return new DecisionTopology(TOPICS, wire, DecisionListener.NONE)
        .build(Map.of(
            StreamsConfig.APPLICATION_ID_CONFIG, "same",
            StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1"));
  }

  private Properties properties() {
    var all = new Properties();
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, "same");
    all.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    all.put(StreamsConfig.STATE_DIR_CONFIG, directory.resolve("streams").toString());
    return all;
  }
}
