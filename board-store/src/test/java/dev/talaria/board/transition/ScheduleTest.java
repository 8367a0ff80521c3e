package dev.talaria.board.transition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Tasks;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest extends BoardTest {
  @Test
  void shouldWakeWhenItsTimeHasCome() {
    String id = fixture.ready("t");
    schedule(id, 60);
    assertThat(fixture.payload(id, "scheduled"))
        .isEqualTo("{\"reason\":\"later\",\"scheduled_at\":" + (fixture.now() + 60) + "}");
    assertThat(fixture.board.read(Schedules::next)).contains(fixture.now() + 60);

    fixture.pass(59);
    assertThat(wake()).isEmpty();
    fixture.pass(1);
    assertThat(wake()).containsExactly(id);

    assertThat(fixture.status(id)).isEqualTo("ready");
    assertThat(fixture.kinds(id)).containsExactly("created", "scheduled[r]", "unblocked");
    assertThat(fixture.board.read(Schedules::next)).isEmpty();
    assertThat(wake()).isEmpty();
  }

  @Test
  void shouldWakeToTodoWhileAParentIsUnfinished() {
    String id = fixture.childOf(fixture.ready("p"));
    schedule(id, 1);
    fixture.pass(1);
    assertThat(wake()).containsExactly(id);
    assertThat(fixture.status(id)).isEqualTo("todo");
    assertThat(fixture.payload(id, "unblocked")).contains("\"status\":\"todo\"");
  }

  @Test
  void shouldCloseTheRunOfARunningTask() {
    String id = fixture.ready("t");
    long run = fixture.claim(id);
    assertThat(fixture.did(
            tx -> Schedules.scheduleAt(tx, id, "later", run + 1, fixture.now() + 5, null)))
        .as("another run's word")
        .isFalse();
    assertThat(
            fixture.did(tx -> Schedules.scheduleAt(tx, id, "later", run, fixture.now() + 5, null)))
        .isTrue();
    assertThat(fixture.board.read(tx -> Tasks.run(tx, run)).orElseThrow().outcome())
        .isEqualTo("scheduled");
    assertThat(fixture.task(id).claimLock()).isNull();
  }

  @Test
  void shouldMoveTheTimeOfAScheduledTask() {
    String id = fixture.ready("t");
    schedule(id, 10);
    schedule(id, 30);
    fixture.pass(10);
    assertThat(wake()).isEmpty();
    fixture.pass(20);
    assertThat(wake()).containsExactly(id);
  }

  @Test
  void shouldForgetTheTimeWhenSomeoneElseLetsTheTaskGo() {
    String unblocked = fixture.ready("u");
    String archived = fixture.ready("a");
    schedule(unblocked, 10);
    schedule(archived, 10);
    fixture.did(tx -> Blocks.unblock(tx, unblocked));
    fixture.did(tx -> new Archives(fixture.recompute).archive(tx, archived));
    assertThat(fixture.board.read(Schedules::next)).isEmpty();
  }

  @Test
  void shouldNotWakeWhatHermesMovedMeanwhile() {
    String blocked = fixture.ready("b");
    String again = fixture.ready("s");
    String ready = fixture.ready("r");
    for (String id : List.of(blocked, again, ready)) {
      schedule(id, 10);
      fixture.board.change(tx -> tx.update(
          "UPDATE tasks SET status = 'ready' WHERE id = ?", id)); // hermes: no row of ours
    }
    fixture.did(tx -> Blocks.block(tx, blocked, "x", null));
    fixture.did(tx -> Blocks.schedule(tx, again, "without a time", null));
    fixture.pass(10);

    assertThat(wake()).isEmpty();

    assertThat(fixture.status(blocked)).isEqualTo("blocked");
    assertThat(fixture.status(again)).isEqualTo("scheduled");
    assertThat(fixture.status(ready)).isEqualTo("ready");
    assertThat(fixture.board.read(Schedules::next)).as("dead rows are gone").isEmpty();
  }

  @Test
  void shouldScheduleOnlyWhatIsOpen() {
    String triage = fixture.create(NewTask.titled("t").withTriage(true));
    String archived = fixture.ready("a");
    fixture.did(tx -> new Archives(fixture.recompute).archive(tx, archived));
    for (String id : List.of(triage, archived, "t_nope")) {
      assertThat(
              fixture.did(tx -> Schedules.scheduleAt(tx, id, null, null, fixture.now() + 9, "ann")))
          .isFalse();
    }
    assertThat(fixture.board.read(Schedules::next)).isEmpty();
  }

  @Test
  void shouldFindWhatIsDueByItsIndex() {
    List<String> plan = fixture.board.read(tx -> tx.list(
        "EXPLAIN QUERY PLAN " + Schedules.DUE,
        row -> row.requireText("detail"),
        fixture.now(),
        500));
    assertThat(plan).first().asString().contains("USING INDEX talaria_schedules_due");
  }

  private void schedule(String id, long seconds) {
    assertThat(fixture.did(
            tx -> Schedules.scheduleAt(tx, id, "later", null, fixture.now() + seconds, "ann")))
        .isTrue();
  }

  private List<String> wake() {
    return fixture.board.write(Schedules::wakeDue);
  }
}
