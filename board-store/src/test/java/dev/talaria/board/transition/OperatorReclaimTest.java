package dev.talaria.board.transition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.WorkerStopper.Ending;
import dev.talaria.board.transition.WorkerStopper.Worker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperatorReclaimTest extends BoardTest {
  private final List<Worker> stopped = new ArrayList<>();
  private Runnable whileStopping = () -> {};

  @Test
  void shouldEndTheWorkerBeforeTheTaskIsFree() {
    String id = fixture.ready("t");
    long run = fixture.claim(id);
    fixture.pass(2);
    fixture.board.change(tx -> Claims.setWorkerPid(tx, id, 4711));
    whileStopping = () -> assertThat(fixture.status(id)).isEqualTo("running");

    assertThat(reclaim("host", id)).isTrue();

    assertThat(stopped).containsExactly(new Worker(4711, fixture.now() - 2, fixture.now()));
    assertThat(fixture.status(id)).isEqualTo("ready");
    assertThat(fixture.payload(id, "reclaimed"))
        .isEqualTo("{\"manual\":true,\"reason\":\"stuck\",\"prev_lock\":\"host:1\","
            + "\"prev_pid\":4711,\"host_local\":true,\"termination_attempted\":true,"
            + "\"terminated\":true,\"sigkill\":false}");
    Run closed = fixture.board.read(tx -> Tasks.run(tx, run)).orElseThrow();
    assertThat(closed.outcome()).isEqualTo("reclaimed");
    assertThat(closed.error()).isEqualTo("manual_reclaim: stuck");
    assertThat(fixture.kinds(id)).endsWith("reclaimed[r]");
  }

  @Test
  void shouldTouchNoProcessOfAnotherHost() {
    String id = fixture.ready("t");
    fixture.claim(id);
    fixture.board.change(tx -> Claims.setWorkerPid(tx, id, 4711));
    assertThat(reclaim("hos", id)).isTrue();
    assertThat(stopped).isEmpty();
    assertThat(fixture.payload(id, "reclaimed"))
        .contains("\"prev_pid\":4711,\"host_local\":false,\"termination_attempted\":false");
  }

  @Test
  void shouldLeaveAClaimThatChangedMeanwhile() {
    String id = fixture.ready("t");
    fixture.claim(id);
    fixture.board.change(tx -> Claims.setWorkerPid(tx, id, 4711));
    whileStopping = () -> {
      fixture.did(tx -> Reclaims.reclaim(tx, id, "other", Termination.none(null, true)));
      fixture.claim(id); // the same lock, another run
    };
    assertThat(reclaim("host", id)).isFalse();
    assertThat(fixture.status(id)).isEqualTo("running");
  }

  @Test
  void shouldFenceTheWorkerOfALauncherFirst() {
    String id = fixture.ready("t");
    fixture.board.write(tx -> GrantClaims.claimForLauncher(tx, id, "host:9", 60, "l", 1, "i", 24));
    long run = fixture.task(id).currentRunId();
    fixture.board.change(tx -> Claims.setWorkerPid(tx, id, 4711));
    whileStopping = () -> {
      assertThat(fixture.status(id)).isEqualTo("ready");
      assertThat(fixture.did(tx ->
              RunEnds.closeRun(tx, id, run, RunEnd.of("crashed", "crashed").counted())))
          .as("what the launcher says of the end")
          .isFalse();
      assertThat(fixture.counted(tx -> GrantClaims.bestReady(tx, "coder", 9).size()))
          .as("nobody else gets it before the worker is gone")
          .isZero();
    };

    assertThat(reclaim("host", id)).isTrue();

    assertThat(stopped).hasSize(1);
    assertThat(fixture.counted(tx -> GrantClaims.bestReady(tx, "coder", 9).size()))
        .isEqualTo(1);
    fixture.did(tx -> Holds.dropExpired(tx) == 0);
    assertThat(fixture.did(tx -> GrantClaims.claimForLauncher(tx, id, "l", 60, "l", 1, "i", 24)
            instanceof ClaimResult.Granted))
        .as("it is not waited for again")
        .isTrue();
    assertThat(fixture.task(id).consecutiveFailures()).isZero();
  }

  @Test
  void shouldReclaimOnlyWhatSomebodyHas() {
    String idle = fixture.ready("t");
    assertThat(reclaim("host", idle)).isFalse();
    assertThat(reclaim("host", "t_nope")).isFalse();
    assertThat(fixture.kinds(idle)).containsExactly("created");
  }

  @Test
  void shouldStopATaskSoThatItDoesNotStartAgain() {
    String id = fixture.ready("t");
    long run = fixture.claim(id);
    fixture.board.change(tx -> Claims.setWorkerPid(tx, id, 4711));

    var stop = operator("host").stop(fixture.board, id, "stopped by anna: wrong", false);

    assertThat(stop).isEqualTo(OperatorReclaim.Stopped.TAKEN);
    assertThat(stopped).hasSize(1);
    assertThat(fixture.status(id)).isEqualTo("blocked");
    assertThat(fixture.kinds(id)).endsWith("reclaimed[r]", "blocked");
    assertThat(fixture.payload(id, "blocked")).isEqualTo("{\"reason\":\"stopped by anna: wrong\"}");
    assertThat(fixture.task(id).consecutiveFailures()).as("it is not counted").isZero();
    assertThat(fixture.board.read(tx -> Tasks.run(tx, run)).orElseThrow().outcome())
        .isEqualTo("reclaimed");
  }

  @Test
  void shouldPutAStoppedTaskBackWhenAsked() {
    String id = fixture.ready("t");
    fixture.claim(id);
    var stop = operator("host").stop(fixture.board, id, "stopped by anna", true);
    assertThat(stop).isEqualTo(OperatorReclaim.Stopped.TAKEN);
    assertThat(fixture.status(id)).isEqualTo("ready");
  }

  @Test
  void shouldStopAWorkerThatBlockedItsTaskAndLivesOn() {
    String id = fixture.ready("t");
    fixture.board.write(tx -> GrantClaims.claimForLauncher(tx, id, "host:9", 60, "l", 1, "i", 24));
    fixture.board.change(tx -> Claims.setWorkerPid(tx, id, 4711));
    fixture.did(tx -> Blocks.block(tx, id, "a question", null));

    var stop = operator("host").stop(fixture.board, id, "stopped by anna", false);

    assertThat(stop).isEqualTo(OperatorReclaim.Stopped.LEFT_OVER);
    assertThat(stopped).extracting(Worker::pid).containsExactly(4711L);
    assertThat(fixture.payload(id, "blocked")).as("its own reason stays").contains("a question");
  }

  @Test
  void shouldStopNothingWhereNobodyWorks() {
    String idle = fixture.ready("t");
    assertThat(operator("host").stop(fixture.board, idle, "stopped by anna", false))
        .isEqualTo(OperatorReclaim.Stopped.NOBODY);
    assertThat(operator("host").stop(fixture.board, "t_nope", "stopped by anna", false))
        .isEqualTo(OperatorReclaim.Stopped.NOBODY);
    assertThat(fixture.kinds(idle)).containsExactly("created");
  }

  @Test
  void shouldReassignARunningTaskInOneStep() {
    String id = fixture.ready("t");
    fixture.claim(id);
    var operator = operator("host");
    assertThat(operator.reassign(fixture.board, id, "Writer", null)).isTrue();
    assertThat(fixture.task(id).assignee()).isEqualTo("writer");
    assertThat(fixture.kinds(id)).endsWith("reclaimed[r]", "assigned");
    assertThat(fixture.payload(id, "reclaimed")).contains("\"reason\":\"reassign\"");
    assertThat(operator.reassign(fixture.board, id, "coder", null))
        .as("nothing to take back")
        .isTrue();
    assertThat(operator.reassign(fixture.board, "t_nope", "coder", null)).isFalse();
  }

  private boolean reclaim(String host, String id) {
    return operator(host).reclaim(fixture.board, id, "stuck");
  }

  private OperatorReclaim operator(String host) {
    return new OperatorReclaim(host, worker -> {
      stopped.add(worker);
      whileStopping.run();
      return new Ending(true, false);
    });
  }
}
