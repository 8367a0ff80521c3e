package dev.talaria.dispatcher;

import static dev.talaria.dispatcher.BoardUnderTest.BETA;
import static dev.talaria.dispatcher.BoardUnderTest.claim;
import static dev.talaria.dispatcher.BoardUnderTest.exited;
import static dev.talaria.dispatcher.BoardUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.dispatch.LauncherRuns;
import dev.talaria.dispatcher.grant.SlotLedger.DirectLauncher;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand.Started;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Claims and beats against a dispatcher on a real broker. */
@WithKafka
@Timeout(120)
class ClaimsIT {
  private static final LauncherKey GAMMA = new LauncherKey("gamma", "main");

  private BoardUnderTest it;

  @BeforeEach
  void open(TestBroker broker, @TempDir Path directory) {
    it = new BoardUnderTest(broker.bootstrapServers(), broker.prefix(), directory);
  }

  @AfterEach
  void close() {
    it.close();
  }

  @Test
  void shouldGiveARepeatedClaimTheSameRunsAlsoAfterARestart() {
    it.create("a", 0);
    it.create("b", 0);
    it.create("c", 0);
    it.start();

    it.send(claim("c1", BETA, 2));
    List<RunKey> first = it.awaitAnswers(BETA, "c1", 1);
    it.send(claim("c1", BETA, 2));
    List<RunKey> both = it.awaitAnswers(BETA, "c1", 2);
    it.restart();
    it.send(claim("c1", BETA, 2));
    List<RunKey> all = it.awaitAnswers(BETA, "c1", 3);

    assertThat(first).hasSize(2).doesNotHaveDuplicates();
    assertThat(both).hasSize(4).containsOnlyElementsOf(first);
    assertThat(all).hasSize(6).containsOnlyElementsOf(first);
    assertThat(it.<Long>read(tx -> tx.number("SELECT count(*) AS n FROM task_runs")))
        .isEqualTo(2);
  }

  @Test
  void shouldGrantEachTaskOnceToTwoLaunchersByPriorityThenAge() {
    List<String> byRank = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      byRank.add(it.create("low " + i, 1));
    }
    for (int i = 0; i < 10; i++) {
      byRank.add(i, it.create("high " + i, 5));
    }
    it.start();

    it.send(claim("b1", BETA, 5));
    it.send(claim("g1", GAMMA, 5));
    it.send(claim("b2", BETA, 5));
    it.send(claim("g2", GAMMA, 9));
    it.awaitAnswers(GAMMA, "g2", 1);

    List<RunKey> beta = it.awaitAnswers(BETA, "b2", 1);
    List<RunKey> gamma = it.awaitAnswers(GAMMA, "g2", 1);
    assertThat(Stream.concat(beta.stream(), gamma.stream()).map(RunKey::taskId))
        .containsExactlyInAnyOrderElementsOf(byRank);
    assertThat(beta.stream().map(RunKey::taskId))
        .containsExactlyElementsOf(
            Stream.concat(byRank.subList(0, 5).stream(), byRank.subList(10, 15).stream())
                .toList());
    assertThat(gamma.stream().map(RunKey::taskId))
        .containsExactlyElementsOf(
            Stream.concat(byRank.subList(5, 10).stream(), byRank.subList(15, 20).stream())
                .toList());
  }

  @Test
  void shouldKeepADirectLauncherWithinTheSlotsOfALane() {
    it.direct = new DirectLauncher(BETA, 1, "one", 4, Map.of(BoardUnderTest.LANE, 1));
    String first = it.create("a", 2);
    String second = it.create("b", 1);
    it.create("c", 0);
    it.start();
    until("the first is granted", () -> it.grants(BETA).size() == 1);
    it.awaitLook();
    assertThat(it.<Long>read(tx -> tx.number("SELECT count(*) AS n FROM task_runs")))
        .as("granted when the owner looked again")
        .isEqualTo(1);
    assertThat(it.grants(BETA)).hasSize(1);

    RunKey run = it.grants(BETA).get(0).run();
    assertThat(run.taskId()).isEqualTo(first);
    it.send(exited(run, 0));
    until("the second is granted", () -> it.grants(BETA).size() == 2);

    assertThat(it.grants(BETA).get(1).run().taskId()).isEqualTo(second);
    assertThat(it.<Long>read(tx -> tx.number("SELECT count(*) AS n FROM task_runs")))
        .isEqualTo(2);
  }

  @Test
  void shouldCloseARunMissingFromANewerBeatOnlyWhenTheFormerInstanceIsGone() throws Exception {
    it.create("a", 0);
    it.start();
    RunKey run = it.grantOne("c1");
    it.send(new Started(run + "/started", BETA, run, 77, 1));
    it.beat("one", 1, null, false, run);

    // a clone with a newer incarnation, which knows nothing of the former one
    it.beat("two", 2, null, false);
    it.beat("two", 2, null, false);
    Thread.sleep(1_500); // nothing must happen, and nothing tells when it would have
    assertThat(it.task(run.taskId()).status()).isEqualTo("running");

    it.beat("two", 2, "one", false);
    until("the run is closed", () -> !it.task(run.taskId()).status().equals("running"));

    assertThat(it.runs(run.taskId()).get(0).outcome()).isEqualTo("reclaimed");
    assertThat(it.task(run.taskId()).status()).isEqualTo("ready");
    assertThat(it.task(run.taskId()).consecutiveFailures()).isZero();
  }

  @Test
  void shouldKeepARunThatTheNewerBeatLists() throws Exception {
    it.create("a", 0);
    it.start();
    RunKey run = it.grantOne("c1");
    it.beat("one", 1, null, true, run);
    it.beat("two", 2, "one", false, run);
    Thread.sleep(1_500);

    assertThat(it.task(run.taskId()).status()).isEqualTo("running");
    it.send(exited(run, 0));
    until("the task is done", () -> it.task(run.taskId()).status().equals("done"));
  }

  @Test
  void shouldTakeBackAStartedRunThatItsOwnLauncherDoesNotHave() {
    it.create("a", 0);
    it.start();
    RunKey run = it.grantOne("c1");
    it.send(new Started(run + "/started", BETA, run, 77, 1));
    it.beat("one", 1, null, false); // the same instance, which has long settled it

    until("the run is taken back", () -> it.task(run.taskId()).status().equals("ready"));

    assertThat(it.runs(run.taskId()).get(0).error()).contains("does not have this run");
  }

  @Test
  void shouldGiveARunAgainThatItsLauncherMissed() {
    it.create("a", 0);
    it.start();
    RunKey run = it.grantOne("c1");
    it.beat("one", 1, null, false);

    until("the grant came again", () -> it.grants(BETA).size() >= 2);

    assertThat(it.grants(BETA)).allMatch(grant -> grant.run().equals(run));
    assertThat(it.runs(run.taskId())).hasSize(1);
  }

  @Test
  void shouldPushTheClaimOnlyAfterAThirdOfItsTime() throws Exception {
    it.claimTtl = Duration.ofSeconds(24);
    it.create("a", 0);
    it.start();
    RunKey run = it.grantOne("c1");
    it.send(new Started(run + "/started", BETA, run, 77, 1));
    until(
        "the start is noted",
        () -> it.<Boolean>read(
            tx -> LauncherRuns.get(tx, run.runId()).orElseThrow().startedAt() != null));
    // the first look after runs, at the start, may renew once
    Thread.sleep(6_000);
    long before = it.task(run.taskId()).claimExpires();
    long version = events(run);
    for (int i = 0; i < 20; i++) {
      it.beat("one", 1, null, false, run);
    }
    Thread.sleep(500);
    assertThat(it.task(run.taskId()).claimExpires()).isEqualTo(before);

    until("the claim is renewed", () -> it.task(run.taskId()).claimExpires() > before);

    assertThat(it.task(run.taskId()).claimExpires() - before).isBetween(8L, 16L);
    assertThat(events(run)).isEqualTo(version);
  }

  private long events(RunKey run) {
    return it.events(run.taskId()).size();
  }
}
