package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.policy.Budget;
import dev.talaria.protocol.policy.Burn;
import dev.talaria.protocol.policy.BurnWindow;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.Prices;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.protocol.policy.Verdict.Action;
import dev.talaria.service.metrics.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What failed runs cost, through the topology: records in, decisions out, and what the store holds. */
class BudgetTopologyTest {
  private static final String CODER = "alpha/default|coder";
  private static final RetryPolicy TASK_3 = policy(new Budget(
      new Budget.Bounds(3L, null, null), null, null, new Prices(Map.of("", 0.6, "opus", 6.0))));
  private static final RetryPolicy LANE_4 =
      policy(new Budget(null, new Budget.LaneBounds(4L, null, null, 7_200), null, null));

  @TempDir
  Path state;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private TopologyBench bench;
  private BoardEvents board;

  @BeforeEach
  void open() {
    bench = new TopologyBench(state, new DecisionMeters(new Meters(registry)));
    board = bench.board;
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void shouldBlockATaskWhoseBudgetIsUsedUpThroughUnblocksAndRecoveries() {
    fails("t_1", TASK_3);
    bench.send(board.plain("t_1", "unblocked"));
    fails("t_1", TASK_3);
    bench.send(board.plain("t_1", "promoted"));

    Verdict third = fails("t_1", TASK_3);

    assertThat(third.action()).isEqualTo(Action.BLOCK);
    assertThat(third.count()).as("failures since it was unblocked").isEqualTo(2);
    assertThat(third.reason()).contains("3 of 3 failed runs");
    assertThat(bench.history("t_1").burn()).isEqualTo(new Burn(3, 180, 1_800_000));
    bench.send(board.plain("t_1", "unblocked"));
    assertThat(fails("t_1", TASK_3).action())
        .as("one more try is no budget")
        .isEqualTo(Action.BLOCK);
    bench.send(board.with("t_1", "unblocked", bench.wire.object().put("more", 1)));
    assertThat(fails("t_1", TASK_3).action()).isEqualTo(Action.RETRY);
  }

  @Test
  void shouldBlockTheTasksOfALaneThatHasUsedUpItsBudgetAndNoOther() {
    for (int i = 0; i < 3; i++) {
      assertThat(fails("t_" + i, LANE_4).action()).isEqualTo(Action.RETRY);
    }

    Verdict fourth = fails("t_3", LANE_4);
    Verdict fifth = fails("t_0", LANE_4);

    assertThat(fourth.action()).isEqualTo(Action.BLOCK);
    assertThat(fourth.reason()).contains("lane 'coder'").contains("4 of 4 failed runs in 2 h");
    assertThat(fifth.reason()).contains("5 of 4 failed runs");
    assertThat(bench.judge(board.failed("t_9", LANE_4).lane("painter")).action())
        .isEqualTo(Action.RETRY);
    var other = new BoardEvents(bench.wire, BoardKey.parse("beta/default"));
    assertThat(bench.judge(other.failed("t_1", LANE_4).lane("coder")).action())
        .isEqualTo(Action.RETRY);
    board.later(3 * 3_600);
    assertThat(fails("t_4", LANE_4).action()).as("the window has moved on").isEqualTo(Action.RETRY);
  }

  @Test
  void shouldNotChargeTheLaneForWhatOthersBrokeOrForAnEventThatComesAgain() {
    var failure = board.failed("t_1", LANE_4).lane("coder").seconds(5).end();
    bench.send(failure).send(failure);
    bench.send(board.failed("t_1", LANE_4).lane("coder").as(FailureClass.INFRA).end());
    bench.send(board.failed("t_2", LANE_4).lane("coder").as(FailureClass.LOST).end());
    bench.send(failure);

    assertThat(spent()).isEqualTo(new Burn(1, 5, 0));
  }

  @Test
  void shouldChargeTheLaneForHistoryThatIsPublishedAnewOnce() {
    fails("t_1", LANE_4);
    fails("t_2", LANE_4);
    board.nextLineage();
    for (int i = 1; i <= 3; i++) {
      var published = board.failed("t_" + i, LANE_4).lane("coder").seconds(60).end();
      published.payload().remove("decision_pending");
      bench.send(BoardEvents.asBackfill(published));
    }
    bench.decisions();

    assertThat(spent()).isEqualTo(new Burn(3, 180, 0));
    assertThat(fails("t_4", LANE_4).action()).isEqualTo(Action.BLOCK);
  }

  @Test
  void shouldKeepALanesSpendingByModelAndDropItAfterADay() {
    bench.judge(board.failed("t_1", TASK_3).lane("coder").seconds(60).model("opus"));
    bench.judge(board.failed("t_2", TASK_3).lane("coder").seconds(30).override("haiku"));

    assertThat(bench.burn().get(CODER).window().slots())
        .extracting(BurnWindow.Slot::model, BurnWindow.Slot::burn)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("haiku", new Burn(1, 30, 300_000)),
            org.assertj.core.groups.Tuple.tuple("opus", new Burn(1, 60, 6_000_000)));
    bench.pass(Duration.ofHours(24));
    assertThat(bench.burn().get(CODER)).isNotNull();
    bench.pass(Duration.ofMinutes(70));
    assertThat(bench.burn().get(CODER)).isNull();
  }

  @Test
  void shouldMeasureWhatFailedRunsCostAndWhatBudgetsStopped() {
    for (int i = 0; i < 3; i++) {
      bench.judge(board.failed("t_1", TASK_3).lane("coder").seconds(60).model("opus"));
    }
    for (int i = 0; i < 4; i++) {
      bench.judge(board.failed("t_" + (i + 2), LANE_4).lane("coder"));
    }

    assertThat(burnt("attempts", "opus")).isEqualTo(3);
    assertThat(burnt("seconds", "opus")).isEqualTo(180);
    assertThat(burnt("cost", "opus")).isEqualTo(18);
    assertThat(burnt("attempts", "default")).isEqualTo(4);
    assertThat(blocks("task")).isEqualTo(1);
    assertThat(blocks("lane")).as("the three of the task filled it").isEqualTo(4);
  }

  @Test
  void shouldBoundTheLabelsWhateverLaunchersReport() {
    var labels = new BurnLabels();
    BoardKey key = BoardEvents.BOARD;
    for (int i = 0; i < 500; i++) {
      labels.of(key, "lane-" + i % 7, "model-" + i);
    }

    assertThat(labels.of(key, "lane-1", "model-3"))
        .containsExactly("alpha/default", "lane-1", "model-3");
    assertThat(labels.of(key, "lane-1", "model-499"))
        .containsExactly("alpha/default", "lane-1", "other");
    assertThat(labels.of(key, "", "m".repeat(101)))
        .containsExactly("alpha/default", "none", "other");
  }

  private Burn spent() {
    return bench.burn().get(CODER).window().slots().stream()
        .map(BurnWindow.Slot::burn)
        .reduce(Burn.NONE, Burn::plus);
  }

  private Verdict fails(String task, RetryPolicy policy) {
    return bench.judge(board.failed(task, policy).lane("coder").seconds(60));
  }

  private double burnt(String what, String model) {
    return registry
        .get("talaria.burn." + what)
        .tags("board", "alpha/default", "lane", "coder", "model", model)
        .counter()
        .count();
  }

  private double blocks(String budget) {
    return registry
        .get("talaria.budget.blocks")
        .tags("board", "alpha/default", "lane", "coder", "budget", budget)
        .counter()
        .count();
  }

  private static RetryPolicy policy(Budget budget) {
    return new Policies().limit(100).build().withBudget(budget);
  }
}
