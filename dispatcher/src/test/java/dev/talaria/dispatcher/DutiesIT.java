package dev.talaria.dispatcher;

import static dev.talaria.dispatcher.BoardUnderTest.BETA;
import static dev.talaria.dispatcher.BoardUnderTest.LANE;
import static dev.talaria.dispatcher.BoardUnderTest.claim;
import static dev.talaria.dispatcher.BoardUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.dispatch.WorkerEnd;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.Run;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Schedules;
import dev.talaria.board.waiting.Fleet;
import dev.talaria.board.waiting.FleetTable;
import dev.talaria.board.waiting.WaitCode;
import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.dispatcher.grant.SlotLedger.DirectLauncher;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a dispatcher does for runs that none of its launchers has, and what it holds back from them. */
@WithKafka
@Timeout(120)
class DutiesIT {
  private static final LauncherKey GAMMA = new LauncherKey("gamma", "main");

  private BoardUnderTest it;

  @BeforeEach
  void open(TestBroker broker, @TempDir Path temp) {
    it = new BoardUnderTest(broker.bootstrapServers(), broker.prefix(), temp);
  }

  @AfterEach
  void close() {
    it.close();
  }

  /** As hermes does on this host: claimed and spawned without a word to us. */
  private void claimedByHermes(String task, long pid) {
    it.write(tx -> {
      Claims.claim(tx, task, "alpha:77", 900);
      Claims.setWorkerPid(tx, task, pid);
      return true;
    });
    it.processes.alive.put(pid, "born-" + pid);
  }

  private void startedBefore(String task, long seconds) {
    it.write(tx -> tx.update(
        "UPDATE task_runs SET started_at = started_at - ? WHERE task_id = ?", seconds, task));
  }

  private void set(String task, String assignments) {
    it.write(tx -> tx.update("UPDATE tasks SET " + assignments + " WHERE id = ?", task));
  }

  @Test
  void shouldJudgeWorkersOfThisHostThatNoLauncherHas() {
    it.decisionWait = Duration.ofSeconds(1);
    it.staleTimeout = 4_000;
    String crashed = it.create("crashed", 0);
    String silent = it.create("silent", 0);
    String slow = it.create("slow", 0);
    String stale = it.create("stale", 0);
    String living = it.create("living", 0);
    it.write(tx -> Assignments.setMaxRuntime(tx, slow, 10L));
    List.of(crashed, silent, slow, stale, living)
        .forEach(task -> claimedByHermes(
            task, 4_000_000L + List.of(crashed, silent, slow, stale, living).indexOf(task)));
    startedBefore(slow, 20);
    startedBefore(stale, 5_000);
    set(living, "claim_expires = 1");
    it.processes.alive.remove(4_000_000L);
    it.processes.ends.put(4_000_000L, new WorkerEnd.Exited(4));
    it.processes.alive.remove(4_000_001L);
    it.processes.ends.put(4_000_001L, new WorkerEnd.Exited(0));
    it.start();

    until("the crash is judged", () -> !it.events(crashed, "decided").isEmpty());
    assertThat(it.events(crashed, "crashed")
            .get(0)
            .payloadObject()
            .path("exit_code")
            .asInt())
        .isEqualTo(4);
    assertThat(it.task(crashed).status()).isEqualTo("ready");
    assertThat(it.task(crashed).consecutiveFailures()).isEqualTo(1);
    until("silence blocks", () -> it.task(silent).status().equals("blocked"));
    assertThat(it.events(silent, "blocked").get(0).payload()).contains("last words");
    assertThat(it.events(silent, "gave_up")).isEmpty();
    until("the slow one is ended", () -> !it.events(slow, "timed_out").isEmpty());
    until("the stale one is taken back", () -> !it.events(stale, "stale").isEmpty());
    assertThat(it.task(stale).consecutiveFailures()).isZero();
    assertThat(it.processes.terminators)
        .hasSize(2)
        .allSatisfy(thread -> assertThat(thread.getName()).endsWith("-aside"));
    until(
        "the living one's claim is extended",
        () -> !it.events(living, "claim_extended").isEmpty());
    assertThat(it.task(living).status()).isEqualTo("running");
  }

  @Test
  void shouldKeepWithinTheCapsOfTheBoardInBothColumns() {
    it.caps = new Caps(null, 3, 2);
    String running = it.create("running", 9);
    claimedByHermes(running, 4_000_000L);
    String first = it.create("a", 8);
    it.create("b", 7);
    String review = it.create("review", 1);
    set(review, "status = 'review', skills = '[\"mine\"]'");
    it.start();

    it.send(claim("c1", BETA, 5));
    List<RunKey> runs = it.awaitAnswers(BETA, "c1", 1);

    assertThat(runs).extracting(RunKey::taskId).containsExactly(first, review);
    assertThat(it.grants(BETA).get(1).task().path("skills").toString())
        .isEqualTo("[\"sdlc-review\"]");
    it.send(claim("c2", GAMMA, 5));
    assertThat(it.awaitAnswers(GAMMA, "c2", 1)).isEmpty();
  }

  @Test
  void shouldOfferReviewsWhileTheirProfileIsAtItsOwnBound() {
    it.kafka.prepare(it.topics.lane(LANE));
    it.caps = new Caps(null, null, 1);
    claimedByHermes(it.create("running", 9), 4_000_000L);
    it.create("ready", 8);
    set(it.create("review", 1), "status = 'review'");
    it.beat("one", 1, null, false);
    it.start();

    until("it is offered", () -> !it.reader.readAll(it.topics.ready(LANE)).isEmpty());
  }

  @Test
  void shouldNotWaitForALaneWhoseTopicIsNotThereYet() {
    it.create("ready", 8);
    it.start();
    it.beat("one", 1, null, false); // serves the lane, and has not made its topic
    long began = System.nanoTime();

    for (int i = 0; i < 3; i++) { // each is a turn that looks whether to offer
      it.send(claim("none" + i, BETA, 0));
      it.awaitAnswers(BETA, "none" + i, 1);
    }

    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .as("a producer waits 60 s for a topic")
        .isLessThan(Duration.ofSeconds(20));
    assertThat(it.kafka.isThere(it.topics.ready(LANE))).isFalse();
    it.kafka.prepare(it.topics.lane(LANE));
    until("it is offered", () -> !it.reader.readAll(it.topics.ready(LANE)).isEmpty());
  }

  @Test
  void shouldKeepItsSlotsWhenALookAtProcessesFails() {
    it.direct = new DirectLauncher(BETA, 1, "one", 4, Map.of(LANE, 4));
    claimedByHermes(it.create("running", 9), 4_000_000L);
    it.start();
    it.processes.failures.set(1);
    until("a look fails", () -> it.processes.failures.get() == 0);

    it.create("ready", 8);
    until("it is granted", () -> it.grants(BETA).size() == 1);
  }

  @Test
  void shouldHoldBackGuardedTasksNameTheDefaultAssigneeAndWakeTheScheduled() {
    it.kafka.prepare(it.topics.lane(LANE)); // as a launcher does before it beats
    it.defaultAssignee = " Coder";
    String guarded = it.create("guarded", 9);
    set(guarded, "last_failure_error = 'Quota exceeded'");
    String nobodys = it.create("nobody's", 5);
    set(nobodys, "assignee = NULL");
    String scheduled = it.create("later", 1);
    it.write(tx -> Schedules.scheduleAt(tx, scheduled, null, null, tx.now() + 2, "me"));
    it.beat("one", 1, null, false);
    it.start();

    until("it is named", () -> LANE.name().equals(it.task(nobodys).assignee()));
    until("it wakes", () -> it.task(scheduled).status().equals("ready"));
    it.send(claim("c1", BETA, 5));
    List<RunKey> runs = it.awaitAnswers(BETA, "c1", 1);

    assertThat(runs).extracting(RunKey::taskId).containsExactly(nobodys, scheduled);
    assertThat(it.events(guarded, "respawn_guarded"))
        .singleElement()
        .satisfies(event -> assertThat(event.payload()).contains("blocker_auth"));
    it.send(claim("c2", GAMMA, 5));
    assertThat(it.awaitAnswers(GAMMA, "c2", 1)).isEmpty();
    assertThat(it.events(guarded, "respawn_guarded")).hasSize(1);
    until(
        "what waits is counted",
        () -> Long.valueOf(1)
            .equals(it.deeds.waiting.get(new WaitingCounts.Key("coder", WaitCode.COOL_DOWN))));
    Fleet fleet = it.read(FleetTable::read);
    assertThat(fleet.dispatcher())
        .satisfies(known -> assertThat(known.hearsKafka() && known.placed()).isTrue());
    assertThat(fleet.launchers())
        .singleElement()
        .satisfies(known -> assertThat(known.lanes()).containsEntry("coder", 0));
    it.stop();
    assertThat(it.read(FleetTable::read).dispatcher())
        .satisfies(known -> assertThat(known.stoppedAt()).isNotNull());
    assertThat(it.runs(nobodys)).extracting(Run::profile).containsExactly("coder");
  }
}
