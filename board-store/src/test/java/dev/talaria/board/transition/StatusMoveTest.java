package dev.talaria.board.transition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.BoardTest;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Tasks;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusMoveTest extends BoardTest {
  @Test
  void shouldHoldReadyChildrenBackWhenTheirParentIsReopened() {
    String parent = fixture.ready("p");
    String ready = fixture.childOf(parent);
    String running = fixture.childOf(parent);
    String blocked = fixture.childOf(parent);
    move(parent, "done");
    fixture.claim(running);
    fixture.did(tx -> Blocks.block(tx, blocked, "x", null));
    long completed = fixture.task(parent).completedAt();

    assertThat(move(parent, "todo")).isEmpty();

    assertThat(fixture.status(parent)).isEqualTo("todo");
    assertThat(fixture.task(parent).completedAt()).as("stays").isEqualTo(completed);
    assertThat(fixture.payload(parent, "status")).isEqualTo("{\"status\":\"todo\"}");
    assertThat(fixture.status(ready)).isEqualTo("todo");
    assertThat(fixture.payload(ready, "status"))
        .isEqualTo(
            "{\"status\":\"todo\",\"reason\":\"parent_reopened\",\"parent\":\"" + parent + "\"}");
    assertThat(fixture.status(running)).isEqualTo("running");
    assertThat(fixture.status(blocked)).isEqualTo("blocked");
    assertThat(fixture.kinds(blocked)).doesNotContain("status");
  }

  @Test
  void shouldCloseTheRunOfATaskThatLeavesRunning() {
    String id = fixture.ready("t");
    long run = fixture.claim(id);

    assertThat(move(id, "triage")).isEmpty();

    Run closed = fixture.board.read(tx -> Tasks.run(tx, run)).orElseThrow();
    assertThat(closed.outcome()).isEqualTo("reclaimed");
    assertThat(closed.summary()).isEqualTo("status changed to triage (dashboard/direct)");
    assertThat(fixture.task(id).claimLock()).isNull();
    assertThat(fixture.task(id).currentRunId()).isNull();
    assertThat(fixture.kinds(id)).endsWith("status[r]");
  }

  @Test
  void shouldMoveToReadyOnlyWithFinishedParents() {
    String parent = fixture.ready("parent's title");
    String child = fixture.childOf(parent);

    assertThat(move(child, "ready").orElseThrow()).contains(parent, "parent's title", "(ready)");
    assertThat(fixture.kinds(child)).containsExactly("created");

    move(parent, "archived");
    move(child, "todo");
    assertThat(move(child, "ready")).as("archived parents are finished").isEmpty();
    assertThat(fixture.status(child)).isEqualTo("ready");
  }

  @Test
  void shouldUseTheOperationThatThereIs() {
    String id = fixture.ready("t");
    assertThat(reasoned(id, "scheduled")).isEmpty();
    assertThat(fixture.payload(id, "scheduled")).isEqualTo("{\"reason\":\"because\"}");
    assertThat(move(id, "ready")).isEmpty();
    assertThat(fixture.kinds(id)).endsWith("unblocked");
    assertThat(reasoned(id, "blocked")).isEmpty();
    assertThat(fixture.payload(id, "blocked")).isEqualTo("{\"reason\":\"because\"}");
    assertThat(move(id, "done")).isEmpty();
    assertThat(move(id, "done").orElseThrow()).contains("it is 'done'");
    assertThat(move(id, "archived")).isEmpty();
    assertThat(move("t_nope", "ready").orElseThrow()).contains("t_nope");
  }

  @Test
  void shouldUnblockToTodoWhileAParentIsUnfinished() {
    String child = fixture.childOf(fixture.ready("p"));
    fixture.did(tx -> Blocks.schedule(tx, child, null, null));
    assertThat(move(child, "ready")).isEmpty();
    assertThat(fixture.status(child)).isEqualTo("todo");
  }

  @Test
  void shouldKeepCountersAndEndAHold() {
    String id = fixture.ready("t");
    long run = fixture.claim(id);
    RunEnd end = RunEnd.of("crashed", "crashed").withError("e").counted().awaitingDecision(0, null);
    fixture.did(tx -> RunEnds.closeRun(tx, id, run, end));

    assertThat(move(id, "todo")).isEmpty();

    assertThat(fixture.task(id).consecutiveFailures()).isEqualTo(1);
    assertThat(fixture.did(tx -> Holds.get(tx, id).isPresent())).isFalse();
    assertThat(fixture.task(id).claimLock()).isNull();
  }

  @Test
  void shouldForgetATimeToWake() {
    String id = fixture.ready("t");
    fixture.did(tx -> Schedules.scheduleAt(tx, id, null, null, fixture.now() + 1, null));
    move(id, "triage");
    fixture.pass(1);
    assertThat(fixture.board.write(Schedules::wakeDue).size()).isZero();
    assertThat(fixture.status(id)).isEqualTo("triage");
  }

  @ParameterizedTest
  @ValueSource(strings = {"running", "review", "READY", "nope", ""})
  void shouldRefuseStatusesThatAreNotSetByHand(String status) {
    String id = fixture.create(NewTask.titled("t"));
    assertThatThrownBy(() -> move(id, status)).isInstanceOf(InvalidRequestException.class);
    assertThat(fixture.status(id)).isEqualTo("ready");
  }

  private Optional<String> move(String id, String status) {
    return fixture.board.write(
        tx -> new StatusMoves(fixture.recompute).move(tx, id, status, null, Completion.empty()));
  }

  private Optional<String> reasoned(String id, String status) {
    return fixture.board.write(tx ->
        new StatusMoves(fixture.recompute).move(tx, id, status, "because", Completion.empty()));
  }
}
