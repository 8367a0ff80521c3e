package dev.talaria.board.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.dispatch.HostDuties.Findings;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.transition.Claims;
import org.junit.jupiter.api.Test;

/** What a host slept counts neither against claims nor against run times nor as silence. */
class AbsencesTest extends BoardTest {
  private static final long LEASE = 900;
  private static final long STALE = 4_000;
  private static final long NIGHT = 8 * 3_600;

  private final FakeHost host = new FakeHost();
  private final HostDuties duties = new HostDuties("host", 30, STALE, host);
  private Absences absences = Absences.none(LEASE);

  @Test
  void shouldJudgeNobodyByTheNightThatItsHostSlept() {
    running("with a worker", 500L);
    running("by a person, without a process", null);
    fixture.pass(60);

    sleep(NIGHT);

    Findings morning = look();
    assertThat(morning.extend()).isEmpty();
    assertThat(morning.reclaim()).isEmpty();
    assertThat(morning.stale()).isEmpty();
    assertThat(morning.dead()).isEmpty();
    assertThat(morning.overtime()).isEmpty();
  }

  @Test
  void shouldJudgeEverybodyByTheTimeThatItsHostWasAwake() {
    String worked = running("with a worker", 500L);
    String claimed = running("by a person, without a process", null);
    fixture.pass(60);
    sleep(NIGHT);

    fixture.pass(LEASE - 60 + 1);
    assertThat(look().reclaim()).extracting(RunningWork::taskId).containsExactly(claimed);
    assertThat(look().extend()).extracting(RunningWork::taskId).containsExactly(worked);
    assertThat(look().overtime()).isEmpty();

    fixture.pass(3_600 - LEASE);
    assertThat(look().overtime()).extracting(RunningWork::taskId).containsExactly(worked);
    assertThat(look().overtime())
        .as("what is written repeats what was read")
        .allSatisfy(
            work -> assertThat(work.startedAt()).isEqualTo(fixture.task(worked).startedAt()));
  }

  @Test
  void shouldNotLengthenALeaseThatBeganAfterwards() {
    fixture.pass(60);
    sleep(NIGHT);
    String claimed = running("in the morning", null);

    fixture.pass(LEASE + 1);

    assertThat(look().reclaim()).extracting(RunningWork::taskId).containsExactly(claimed);
  }

  @Test
  void shouldNotTakeWhatAClockThatWasSetBackGoesThroughAgainForAbsence() {
    String before = running("by a person, before", null);
    sleep(3 * 3_600);
    fixture.pass(-3_600);
    absences = absences.until(fixture.now());
    String after = running("by a person, after", null);

    assertThat(look().reclaim()).isEmpty();
    fixture.pass(LEASE + 1);

    assertThat(look().reclaim())
        .extracting(RunningWork::taskId)
        .containsExactlyInAnyOrder(before, after);
  }

  @Test
  void shouldStillSeeThatAWorkerIsDead() {
    String id = running("with a worker", 500L);
    fixture.pass(60);
    sleep(NIGHT);
    host.alive.clear();

    assertThat(look().dead()).extracting(RunningWork::taskId).containsExactly(id);
  }

  private String running(String title, Long pid) {
    String id =
        fixture.create(NewTask.titled(title).withAssignee("coder").withMaxRuntimeSeconds(3_600L));
    fixture.board.write(tx -> {
      Claims.claim(tx, id, "host:9", LEASE);
      if (pid != null) {
        Claims.setWorkerPid(tx, id, pid);
        host.alive.put(pid, "born");
      }
      return true;
    });
    return id;
  }

  private void sleep(long seconds) {
    long from = fixture.now();
    fixture.pass(seconds);
    absences = absences.with(from, fixture.now());
  }

  private Findings look() {
    return fixture.board.read(tx -> duties.look(tx, absences));
  }
}
