package dev.talaria.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.dispatch.Verdicts;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The usual ways of a task from end to end. */
class FlowTest {
  @TempDir
  Path directory;

  private BoardFixture fixture;

  @BeforeEach
  void open() {
    fixture = new BoardFixture(directory);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void shouldLetTheChildGoWhenItsParentIsCompleted() {
    String parent = fixture.ready("parent");
    String child = fixture.childOf(parent);
    long run = fixture.claim(parent);

    var result = fixture.board.write(tx -> new Completions(fixture.recompute)
        .complete(tx, parent, Completion.empty().withSummary("all good").withRun(run)));

    assertThat(result.completed()).isTrue();
    assertThat(fixture.status(parent)).isEqualTo("done");
    assertThat(fixture.status(child)).isEqualTo("ready");
    assertThat(fixture.kinds(parent)).containsExactly("created", "claimed[r]", "completed[r]");
    assertThat(fixture.kinds(child)).containsExactly("created", "promoted");
  }

  @Test
  void shouldHoldAFailedTaskUntilItsVerdict() {
    String task = fixture.ready("t");
    var granted = (ClaimResult.Granted) grant(task);
    long run = granted.runId();

    boolean closed = fixture.board.write(tx -> RunEnds.closeRun(
        tx,
        task,
        run,
        RunEnd.of("crashed", "crashed")
            .withError("boom")
            .withPayload(BoardJson.object().put("pid", 1))
            .awaitingDecision(tx.now() + 5, "{}")
            .counted()));

    assertThat(closed).isTrue();
    assertThat(fixture.task(task).claimLock()).isEqualTo("decision:" + run);
    assertThat(grant(task)).isInstanceOf(ClaimResult.Lost.class);
    var verdicts = new Verdicts(fixture.recompute);
    assertThat(fixture.did(tx -> verdicts.release(tx, task, run))).isTrue();
    assertThat(fixture.did(tx -> verdicts.release(tx, task, run))).isFalse();
    assertThat(fixture.task(task).consecutiveFailures()).isEqualTo(1);
    assertThat(grant(task)).isInstanceOf(ClaimResult.Granted.class);
    assertThat(fixture.did(tx -> Holds.get(tx, task).isPresent())).isFalse();
  }

  @Test
  void shouldBlockAndUnblock() {
    String task = fixture.ready("t");
    long run = fixture.claim(task);
    assertThat(fixture.did(tx -> Blocks.block(tx, task, "why", run + 1))).isFalse();
    assertThat(fixture.did(tx -> Blocks.block(tx, task, "why", run))).isTrue();
    assertThat(fixture.counted(fixture.recompute::recompute)).isZero();
    assertThat(fixture.did(tx -> Blocks.unblock(tx, task))).isTrue();
    assertThat(fixture.status(task)).isEqualTo("ready");
    List<EventRow> events = fixture.board.read(tx -> EventLog.eventsAfter(tx, 2, 10));
    assertThat(events).extracting("kind").containsExactly("blocked", "unblocked");
  }

  private ClaimResult grant(String task) {
    return fixture.board.write(
        tx -> GrantClaims.claimForLauncher(tx, task, "h:1:u", 60, "h/launcher/main", 1, "i", 24));
  }
}
