package dev.talaria.dispatcher.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.event.Events;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Budget;
import dev.talaria.protocol.policy.Burn;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.Prices;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the fall-back sees of a lane's spending on a real board. */
class LaneBurnsTest {
  private static final RetryPolicy POLICY = RetryPolicy.DEFAULT.withBudget(new Budget(
      null, new Budget.LaneBounds(9L, null, null, 7_200), null, new Prices(Map.of("", 6.0))));

  @TempDir
  Path directory;

  private final Wire wire = new Wire();
  private final SettableClock clock = new SettableClock();
  private final LaneBurns burns = new LaneBurns(new PolicyFold(wire));
  private Board board;

  @BeforeEach
  void open() {
    board = Board.openOrCreate(
        directory.resolve("kanban.db"), new BoardOptions(clock, TaskIds.random(new Random(7))));
  }

  @AfterEach
  void close() {
    board.close();
  }

  @Test
  void shouldAddUpTheLanesFailuresUpToTheOneThatIsJudged() {
    EventRow first = failed("coder", 10);
    failed("painter", 100);
    EventRow second = failed("coder", 20);

    assertThat(spent(second)).isEqualTo(new Burn(2, 30, 3_000_000));
    assertThat(spent(first))
        .as("judged late, by what was before it")
        .isEqualTo(new Burn(1, 10, 1_000_000));
    assertThat(spent(failed("coder", 5))).as("read on").isEqualTo(new Burn(3, 35, 3_500_000));
    clock.advance(Duration.ofHours(4));
    assertThat(spent(failed("coder", 7)))
        .as("out of the window")
        .isEqualTo(new Burn(1, 7, 700_000));
  }

  @Test
  void shouldLeaveOutWhatIsNoSpendingAndWhatCannotBeRead() {
    append("crashed", null);
    append("crashed", wire.object().put("pid", 7));
    append("crashed", payload("coder", 10).put("class", "infra"));
    append("crashed", payload("coder", 10).put("class", "tomorrow"));
    ObjectNode odd = payload("coder", 10);
    odd.set("policy", wire.object().put("budget", "none"));
    append("timed_out", odd);
    append("completed", payload("coder", 10));

    assertThat(spent(failed("coder", 1))).isEqualTo(new Burn(1, 1, 100_000));
  }

  @Test
  void shouldAskNothingOfTheBoardWithoutABudgetOfTheLane() {
    ObjectNode payload = payload("coder", 10);
    payload.set("policy", wire.tree(RetryPolicy.DEFAULT));

    assertThat(spent(append("crashed", payload))).isEqualTo(Burn.NONE);
  }

  /** However long the board has lived: what lies too far back is not looked for. */
  @Test
  void shouldLookBackABoundedNumberOfEvents() {
    failed("coder", 10);
    fill(200_000);
    failed("coder", 20);
    fill(150_000);
    EventRow last = failed("coder", 30);

    long from = System.nanoTime();
    Burn spent = spent(last);
    long first = (System.nanoTime() - from) / 1_000_000;
    EventRow next = failed("coder", 40);
    from = System.nanoTime();
    assertThat(spent(next)).isEqualTo(new Burn(3, 90, 9_000_000));
    System.out.printf(
        "a lane's spending among 350,000 events: first %d ms, then %d ms%n",
        first, (System.nanoTime() - from) / 1_000_000);

    assertThat(spent).isEqualTo(new Burn(2, 50, 5_000_000));
  }

  private Burn spent(EventRow end) {
    return board.read(tx -> burns.ofLane(
        tx,
        new PolicyEvent(
            1, end.id(), end.runId(), end.kind(), end.createdAt(), end.payloadObject())));
  }

  private EventRow failed(String lane, long seconds) {
    clock.advance(Duration.ofSeconds(1));
    return append("crashed", payload(lane, seconds));
  }

  private ObjectNode payload(String lane, long seconds) {
    ObjectNode payload = wire.object().put("class", "task").put("decision_pending", true);
    payload.put("lane", lane).put("seconds", seconds);
    return payload.set("policy", wire.tree(POLICY));
  }

  private EventRow append(String kind, ObjectNode payload) {
    return board.write(tx -> {
      long id = Events.appendForId(tx, "t_0000000a", 1L, kind, payload);
      return EventLog.find(tx, id).orElseThrow();
    });
  }

  private void fill(int events) {
    board.write(tx -> tx.update("""
        INSERT INTO task_events (task_id, run_id, kind, created_at)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        SELECT 't_0000000b', 2, 'heartbeat', ? FROM n
        """, events, clock.instant().getEpochSecond()));
  }
}
