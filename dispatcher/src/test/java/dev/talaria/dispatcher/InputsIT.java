package dev.talaria.dispatcher;

import static dev.talaria.dispatcher.BoardUnderTest.BETA;
import static dev.talaria.dispatcher.BoardUnderTest.KEY;
import static dev.talaria.dispatcher.BoardUnderTest.claim;
import static dev.talaria.dispatcher.BoardUnderTest.exited;
import static dev.talaria.dispatcher.BoardUnderTest.until;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.Inbox;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Reclaims;
import dev.talaria.board.transition.Termination;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand.Comment;
import dev.talaria.protocol.message.BoardCommand.Complete;
import dev.talaria.protocol.message.BoardCommand.Create;
import dev.talaria.protocol.message.BoardCommand.Started;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.TaskHistory;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands and decisions against a dispatcher on a real broker: effects once, and no record stops another. */
@WithKafka
@Timeout(120)
class InputsIT {
  private BoardUnderTest it;

  @BeforeEach
  void open(TestBroker broker, @TempDir Path directory) {
    it = new BoardUnderTest(broker.bootstrapServers(), broker.prefix(), directory);
  }

  @AfterEach
  void close() {
    it.close();
  }

  private static Decision decision(RunKey run, Verdict.Action action, String to) {
    var verdict = new Verdict(
        action,
        to,
        to == null ? null : "",
        1,
        2,
        LimitSource.DEFAULT,
        "so it is",
        null,
        TaskHistory.EMPTY);
    return new Decision(run, 1, 1, "topology", verdict, 1);
  }

  private List<DeadLetter> deadLetters() {
    return it.reader.readAll(it.topics.deadLetter()).stream()
        .map(rec -> it.wire.decode(rec.value(), DeadLetter.class))
        .toList();
  }

  private long comments(String task) {
    return it.read(tx -> (long) Tasks.comments(tx, task).size());
  }

  @Test
  void shouldApplyACommandOnceThoughItComesAgainAndAfterARestart() {
    it.create("a", 0);
    it.start();
    RunKey run = it.grantOne("c1");
    var comment = new Comment(run + "/comment/1", BETA, run, null, "coder", "once");
    var create = new Create(
        run + "/create/2", BETA, run, it.wire.object().put("title", "child").put("assignee", "x"));
    it.send(comment);
    it.send(create);
    it.send(comment);
    it.send(create);
    it.restart();
    it.send(comment);
    it.send(create);
    it.send(exited(run, 0));
    it.send(exited(run, 0));
    until("the task is done", () -> it.task(run.taskId()).status().equals("done"));
    until(
        "all is answered",
        () -> it.replies(BETA).stream()
                .filter(dev.talaria.protocol.message.Reply.Answer.class::isInstance)
                .count()
            >= 6);

    assertThat(comments(run.taskId())).isEqualTo(1);
    assertThat(it.<Long>read(tx -> tx.number("SELECT count(*) AS n FROM tasks")))
        .isEqualTo(2);
    assertThat(it.events(run.taskId(), "completed")).hasSize(1);
  }

  @Test
  void shouldGrantATaskThatWasTakenBackOnlyWhenItsWorkerHasEnded() {
    String task = it.create("a", 0);
    it.start();
    RunKey run = it.grantOne("c1");
    it.send(new Started(run + "/started", BETA, run, 77, 1));
    until("it has started", () -> it.task(task).workerPid() != null);
    assertThat(it.events(task, "spawned"))
        .as("which launcher has it is known from its start on")
        .singleElement()
        .satisfies(event -> assertThat(event.payload())
            .isEqualTo("{\"pid\":77,\"launcher\":\"%s\"}".formatted(BETA)));
    it.write(tx -> Reclaims.reclaim(tx, task, "stuck", Termination.none(77L, false)));

    it.send(claim("c2", BETA, 1));
    assertThat(it.awaitAnswers(BETA, "c2", 1)).as("its worker lives").containsExactly(run);
    var complete = new Complete(run + "/complete/1", BETA, run, null, "too late", null, List.of());
    it.send(complete);
    it.send(new Complete(run + "/complete/2", BETA, run, null, "again", null, List.of()));
    it.send(exited(run, 0));
    until("its end was heard", () -> !it.events(task, "worker_exited").isEmpty());
    it.send(claim("c3", BETA, 1));

    List<RunKey> runs = it.awaitAnswers(BETA, "c3", 1);
    assertThat(runs).hasSize(2);
    assertThat(it.task(task).currentRunId()).isEqualTo(runs.get(1).runId());
    assertThat(it.events(task, "stale_report"))
        .as("the refused completion is on record, once")
        .singleElement()
        .satisfies(event -> assertThat(event.payload())
            .isEqualTo("{\"run\":%d,\"what\":\"complete\",\"summary\":\"too late\"}"
                .formatted(run.runId())));
    assertThat(it.events(task, "completed")).isEmpty();
  }

  @Test
  void shouldKeepItsOffsetsInTheBoardAndReadOnFromThem() {
    it.create("a", 0);
    it.start();
    RunKey run = it.grantOne("c1");
    it.stop();
    String topic = it.topics.commands();
    int partition = it.topics.partitionOf(KEY);
    Inbox.Position position = it.read(tx -> Inbox.get(tx, topic, partition).orElseThrow());
    assertThat(position.nextOffset()).isEqualTo(1);

    it.send(new Comment(run + "/comment/1", BETA, run, null, "coder", "while nobody dispatches"));
    it.start();
    until("the comment is there", () -> comments(run.taskId()) == 1);

    assertThat(it.grants(BETA)).hasSize(1);
    assertThat(it.deeds.all.stream().filter(("earliest " + topic)::equals)).hasSize(1);
  }

  @Test
  void shouldNotLetARecordThatFailsUndoTheOthers() {
    it.create("a", 0);
    it.start();
    RunKey run = it.grantOne("c1");
    it.stop();
    // one poll: good, bad in several ways, good
    BoardKey other = new BoardKey("omega", "default");
    it.send(new Comment(run + "/comment/1", BETA, run, null, "coder", "first"));
    int partition = it.topics.partitionOf(KEY);
    it.send(it.topics.commands(), partition, KEY.toString(), "{no json".getBytes(UTF_8));
    it.send(it.topics.commands(), partition, KEY.toString(), "[1]".getBytes(UTF_8));
    it.send(it.topics.commands(), partition, KEY.toString(), null);
    it.send(it.topics.commands(), partition, null, it.wire.encode(claim("c9", BETA, 1)));
    it.send(it.topics.commands(), partition, "no board", it.wire.encode(claim("c9", BETA, 1)));
    RunKey foreign = other.task(run.taskId()).run(run.runId());
    it.send(new Comment("x/comment/1", BETA, foreign, null, "coder", "wrong board"));
    it.send(it.topics.decisions(), partition, KEY.task("t_1").toString(), "7".getBytes(UTF_8));
    it.send(new Comment(run + "/comment/2", BETA, run, null, "coder", "last"));
    it.start();
    it.send(exited(run, 0));
    until("the task is done", () -> it.task(run.taskId()).status().equals("done"));

    assertThat(comments(run.taskId())).isEqualTo(2);
    until("all bad ones are put aside", () -> deadLetters().size() >= 7);
    assertThat(deadLetters()).hasSize(7).allSatisfy(letter -> {
      assertThat(letter.topic()).isIn(it.topics.commands(), it.topics.decisions());
      assertThat(letter.offset()).isNotNegative();
      assertThat(letter.reason()).isNotBlank();
    });
  }

  @Test
  void shouldApplyADecisionOnceAndDropALateOne() {
    String id = it.create("a", 0);
    it.start();
    RunKey run = it.grantOne("c1");
    it.send(exited(run, 1));
    until("it is held", () -> it.<Boolean>read(tx -> Holds.get(tx, id).isPresent()));
    assertThat(it.task(id).claimLock()).isEqualTo("decision:" + run.runId());

    it.decide(run, decision(run, Verdict.Action.ESCALATE, "opus"));
    it.decide(run, decision(run, Verdict.Action.GIVE_UP, null));
    it.decide(run, decision(run, Verdict.Action.ESCALATE, "sonnet"));
    until(
        "it is released",
        () -> it.deeds.all.stream().filter("stale decision"::equals).count() == 2);

    assertThat(it.task(id).status()).isEqualTo("ready");
    assertThat(it.task(id).claimLock()).isNull();
    assertThat(it.task(id).modelOverride()).isEqualTo("opus");
    assertThat(it.events(id, "decided")).hasSize(1);
    assertThat(it.events(id, "model_escalated")).hasSize(1);
    assertThat(it.events(id, "gave_up")).isEmpty();
  }

  @Test
  void shouldDecideByItselfAfterTheWaitAndDropWhatComesThen() {
    it.decisionWait = Duration.ofSeconds(1);
    String id = it.create("a", 0);
    it.start();
    RunKey run = it.grantOne("c1");
    it.send(exited(run, 1));
    until("it is decided", () -> !it.events(id, "decided").isEmpty());

    it.decide(run, decision(run, Verdict.Action.GIVE_UP, null));
    until("the topology's is dropped", () -> it.deeds.told("stale decision"));

    var payload = it.events(id, "decided").get(0).payloadObject();
    assertThat(payload.path("by").asText()).isEqualTo("dispatcher");
    assertThat(payload.path("run").asLong()).isEqualTo(run.runId());
    assertThat(it.task(id).status()).isEqualTo("ready");
    assertThat(it.events(id, "decided")).hasSize(1);
    assertThat(it.events(id, "gave_up")).isEmpty();
  }

  @Test
  void shouldDecideEverythingAtACleanStop() {
    String id = it.create("a", 0);
    it.start();
    RunKey run = it.grantOne("c1");
    it.send(exited(run, 1));
    until("it is held", () -> it.<Boolean>read(tx -> Holds.get(tx, id).isPresent()));

    it.stop();

    assertThat(it.task(id).claimLock()).isNull();
    assertThat(it.<Boolean>read(tx -> Holds.get(tx, id).isPresent())).isFalse();
    assertThat(it.events(id, "decided")).hasSize(1);
  }
}
