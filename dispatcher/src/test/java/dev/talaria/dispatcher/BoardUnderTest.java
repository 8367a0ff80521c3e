package dev.talaria.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Schedules;
import dev.talaria.dispatcher.duty.DutySettings;
import dev.talaria.dispatcher.grant.SlotLedger.DirectLauncher;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand;
import dev.talaria.protocol.message.BoardCommand.Claim;
import dev.talaria.protocol.message.BoardCommand.Ending;
import dev.talaria.protocol.message.BoardCommand.Exited;
import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.testkit.RecordReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** One board with its dispatcher on a real broker, and a test that speaks as launcher and topology. */
final class BoardUnderTest implements AutoCloseable {
  static final BoardKey KEY = new BoardKey("alpha", "default");
  static final Lane LANE = new Lane("coder");
  static final LauncherKey BETA = new LauncherKey("beta", "main");
  static final Duration LIMIT = Duration.ofSeconds(60);

  final Wire wire = new Wire();
  final TopicCatalogue topics;
  final TestKafka kafka;
  final RecordReader reader;
  final Deeds deeds = new Deeds();
  private final BoardOptions options =
      new BoardOptions(InstantSource.system(), TaskIds.random(new Random()));
  private final BoardFile file;
  private final Board board;
  private final Producer<byte[], byte[]> producer;
  private Dispatcher dispatcher;
  final TestProcesses processes = new TestProcesses();
  Caps caps = Caps.NONE;
  String defaultAssignee = "";
  long staleTimeout;
  Duration decisionWait = Duration.ofSeconds(60);
  DirectLauncher direct;
  Duration claimTtl = Duration.ofSeconds(900);
  Duration lostAfter = Duration.ofSeconds(30);

  BoardUnderTest(String bootstrap, String prefix, Path directory) {
    topics = new TopicCatalogue(prefix, 2);
    kafka = new TestKafka(bootstrap, topics);
    kafka.topics();
    reader = new RecordReader(bootstrap);
    file = new BoardFile(
        KEY,
        directory.resolve("kanban.db"),
        directory,
        directory.resolve("workspaces"),
        directory,
        true);
    board = Board.openOrCreate(file.db(), options);
    producer = kafka.producer();
  }

  BoardUnderTest start() {
    var settings = new DispatchSettings(
        "alpha",
        "alpha",
        claimTtl,
        decisionWait,
        lostAfter,
        Map.of(),
        8,
        24,
        1,
        RetryPolicy.DEFAULT,
        "test",
        new DutySettings(
            caps,
            defaultAssignee,
            profile -> false,
            0,
            staleTimeout,
            board -> processes,
            new ScratchRemoval(List.of(file.workspaces()))));
    dispatcher = new Dispatcher(
        settings,
        List.of(file),
        options,
        kafka,
        topics,
        wire,
        InstantSource.system(),
        direct,
        deeds);
    dispatcher.start();
    until("the dispatcher is ready", dispatcher::isReady);
    return this;
  }

  void stop() {
    dispatcher.close();
  }

  void restart() {
    stop();
    start();
  }

  static void until(String what, BooleanSupplier condition) {
    await(what).atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(condition::getAsBoolean);
  }

  // ---- the board

  <T> T read(Function<Tx, T> work) {
    synchronized (board) {
      return board.read(work::apply);
    }
  }

  <T> T write(Function<Tx, T> work) {
    synchronized (board) {
      return board.write(work::apply);
    }
  }

  String create(String title, long priority) {
    var creation = new TaskCreation(Skills.hermesToolsets(), null);
    return write(tx -> creation
        .create(tx, NewTask.titled(title).withAssignee(LANE.name()).withPriority(priority))
        .taskId());
  }

  /**
   * Waits until the owner has looked at the board anew: it wakes a task whose time has come, and whose lane nobody serves.
   * What it granted then was committed together with that.
   */
  void awaitLook() {
    var creation = new TaskCreation(Skills.hermesToolsets(), null);
    String task = write(tx -> {
      String id =
          creation.create(tx, NewTask.titled("a look").withAssignee("nobodys")).taskId();
      assertThat(Schedules.scheduleAt(tx, id, null, null, tx.now(), "test")).isTrue();
      return id;
    });
    until("the owner looked at the board", () -> task(task).status().equals("ready"));
  }

  Task task(String id) {
    return read(tx -> Tasks.find(tx, id).orElseThrow());
  }

  List<Run> runs(String task) {
    return read(tx -> Tasks.runs(tx, task));
  }

  List<EventRow> events(String task, String... kinds) {
    return read(tx -> EventLog.ofTask(tx, task, kinds));
  }

  // ---- Kafka

  void send(String topic, int partition, String key, byte[] value) {
    producer.send(new ProducerRecord<>(
        topic, partition, key == null ? null : key.getBytes(StandardCharsets.UTF_8), value));
    producer.flush();
  }

  void send(BoardCommand command) {
    send(topics.commands(), topics.partitionOf(KEY), KEY.toString(), wire.encode(command));
  }

  void decide(RunKey run, Message decision) {
    send(topics.decisions(), topics.partitionOf(KEY), run.task().toString(), wire.encode(decision));
  }

  /** A beat of the launcher {@code beta/main}. */
  void beat(String instance, long incarnation, String succeeds, boolean farewell, RunKey... runs) {
    var beat = new LauncherBeat(
        BETA,
        instance,
        incarnation,
        0,
        4,
        0,
        List.of(LANE),
        List.of(runs),
        Map.of(),
        "test",
        succeeds,
        farewell,
        0,
        null);
    send(topics.presence(), 0, BETA.toString(), wire.encode(beat));
  }

  static Claim claim(String id, LauncherKey asker, int slots) {
    return new Claim(id, asker, 1, "one", LANE, slots, 0, Map.of());
  }

  static Exited exited(RunKey run, int code) {
    return new Exited(
        run + "/exited",
        BETA,
        run,
        Ending.EXITED,
        code,
        null,
        code == 0 ? null : FailureClass.TASK,
        code == 0 ? null : "exit code " + code,
        "the tail",
        code == 0 ? "all done" : null,
        null,
        null,
        77L,
        1L,
        1);
  }

  List<Reply> replies(LauncherKey asker) {
    return reader.readAll(topics.replies()).stream()
        .map(rec -> wire.decode(rec.value(), Reply.class))
        .filter(reply -> reply.asker().equals(asker))
        .toList();
  }

  List<Reply.Grant> grants(LauncherKey asker) {
    return replies(asker).stream()
        .filter(Reply.Grant.class::isInstance)
        .map(Reply.Grant.class::cast)
        .toList();
  }

  /** Waits until a claim was answered so many times; the runs granted to its asker so far, in order. */
  List<RunKey> awaitAnswers(LauncherKey asker, String claim, int times) {
    until(
        "claim " + claim + " is answered",
        () -> replies(asker).stream()
                .filter(reply ->
                    reply instanceof Reply.ClaimAnswered it && it.claim().equals(claim))
                .count()
            >= times);
    return grants(asker).stream().map(Reply.Grant::run).toList();
  }

  /** Claims one task and says its run. */
  RunKey grantOne(String claim) {
    send(claim(claim, BETA, 1));
    List<RunKey> runs = awaitAnswers(BETA, claim, 1);
    return runs.get(runs.size() - 1);
  }

  List<Transition> transitions() {
    return reader.readAll(topics.transitions()).stream()
        .map(rec -> wire.decode(rec.value(), Transition.class))
        .toList();
  }

  @Override
  public void close() {
    if (dispatcher != null) {
      dispatcher.close();
    }
    producer.close(Duration.ofSeconds(2));
    kafka.close();
    board.close();
  }
}
