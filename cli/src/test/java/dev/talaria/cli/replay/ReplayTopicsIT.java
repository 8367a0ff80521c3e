package dev.talaria.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.CliRig.Result;
import dev.talaria.cli.Terminal;
import dev.talaria.cli.replay.topic.ScanProgress;
import dev.talaria.cli.replay.topic.TopicEnds;
import dev.talaria.cli.replay.topic.TopicReaders;
import dev.talaria.cli.replay.topic.TopicScan;
import dev.talaria.cli.replay.trail.TaskTrail;
import dev.talaria.cli.replay.trail.TrailReader;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.config.ConfigLoader;
import dev.talaria.service.kafka.KafkaClients;
import dev.talaria.testkit.RecordReader;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.Topics;
import dev.talaria.testkit.WithKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The verb on real topics that a real board's events were published to. */
@WithKafka
@Timeout(90)
class ReplayTopicsIT {
  private static final int PARTITIONS = 3;

  @TempDir
  Path directory;

  private TestBroker broker;
  private TopicCatalogue topics;
  private RealBoard board;
  private KafkaProducer<byte[], byte[]> producer;
  private int committed;

  @BeforeEach
  void makeTopics(TestBroker shared) throws Exception {
    broker = shared;
    topics = new TopicCatalogue(broker.prefix(), PARTITIONS);
    try (var admin = new Topics(broker)) {
      for (String name : List.of(topics.transitions(), topics.decisions())) {
        admin.create(name, PARTITIONS, Map.of());
      }
    }
    board = new RealBoard(Files.createDirectory(directory.resolve("board")), RetryPolicy.DEFAULT);
    Map<String, Object> config = new HashMap<>(broker.clientConfig());
    config.put("transactional.id", broker.prefix() + "relay");
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
  }

  @AfterEach
  void close() {
    board.close();
    producer.close(Duration.ofSeconds(2));
  }

  private void publish(List<Transition> transitions) {
    send(transitions);
    commit(transitions.size());
  }

  /** A commit is answered before readers see what it commits. */
  private void commit(int records) {
    producer.commitTransaction();
    committed += records;
    await("what was committed is seen")
        .atMost(Duration.ofSeconds(20))
        .until(() -> new RecordReader(broker.bootstrapServers())
                .readAll(topics.transitions())
                .size()
            == committed);
  }

  private void send(List<Transition> transitions) {
    producer.beginTransaction();
    for (Transition t : transitions) {
      producer.send(new ProducerRecord<>(
          topics.transitions(),
          topics.partitionOf(t.board()),
          t.taskKey().toString().getBytes(StandardCharsets.UTF_8),
          board.wire.encode(t)));
    }
  }

  /** The same task as if another host's board had it. */
  private static List<Transition> ofBoard(BoardKey key, List<Transition> transitions) {
    return transitions.stream()
        .map(t -> new Transition(
            key,
            t.lineage(),
            t.event(),
            t.task(),
            t.run(),
            t.kind(),
            t.at(),
            t.status(),
            t.payload(),
            t.image(),
            t.backfill()))
        .toList();
  }

  private Result replay(CliRig rig, String... more) {
    List<String> args = new ArrayList<>(List.of(
        "replay",
        "--kafka",
        broker.bootstrapServers(),
        "--set",
        "kafka.prefix=" + broker.prefix(),
        "--set",
        "fleet.host=alpha"));
    args.addAll(List.of(more));
    return rig.run(args.toArray(String[]::new));
  }

  private Result replay(String... more) {
    return replay(new CliRig(directory), more);
  }

  private String gaveUp() {
    String task = board.create("Read the torn ledger", null);
    board.crash(task, "checksum mismatch in block 17");
    board.crash(task, "checksum mismatch in block 18");
    return task;
  }

  @Test
  void shouldTellTheStoryOfATaskOfAnyBoard() {
    String task = gaveUp();
    publish(board.transitions(task));
    publish(ofBoard(BoardKey.parse("beta/other"), board.transitions(task).subList(0, 3)));

    Result here = replay(task, "--json");
    Result there = replay("beta/other#" + task, "--json");
    Result byOption = replay(task, "--board", "beta/other", "--json");

    assertThat(here.exit()).as(here.err()).isZero();
    assertThat(here.json().path("task").asText()).isEqualTo("alpha/default#" + task);
    assertThat(here.json().path("attempts")).hasSize(2);
    assertThat(here.json().path("standing").path("status").asText()).isEqualTo("blocked");
    assertThat(there.json().path("attempts")).hasSize(1);
    assertThat(byOption.out()).isEqualTo(there.out());
    assertThat(replay(task).out()).contains("given up after 2 attempts");
  }

  @Test
  void shouldTellTheSameBytesFromTheSameTopics() {
    String task = gaveUp();
    publish(board.transitions(task));
    publish(board.transitions(task, 2, true));

    Result first = replay(task, "--json");
    Result later = replay(new CliRig(directory).atPresent(), task, "--json");

    assertThat(first.out()).isEqualTo(later.out()).contains("\"lineage\": 2");
    assertThat(first.json().path("attempts")).hasSize(2);
  }

  @Test
  void shouldNotTellWhatWasNeverCommitted() {
    String task = gaveUp();
    publish(board.transitions(task));
    board.crashAfterUnblock(task);
    send(board.transitions(task));
    producer.flush();
    producer.abortTransaction();

    assertThat(replay(task, "--json").json().path("attempts")).hasSize(2);
  }

  @Test
  void shouldGoOnPastRecordsThatCannotBeRead() {
    String task = gaveUp();
    List<Transition> events = board.transitions(task);
    publish(events.subList(0, 4));
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(
        topics.transitions(),
        topics.partitionOf(RealBoard.KEY),
        ("alpha/default#" + task).getBytes(StandardCharsets.UTF_8),
        "{nonsense".getBytes(StandardCharsets.UTF_8)));
    producer.send(new ProducerRecord<>(
        topics.transitions(), topics.partitionOf(RealBoard.KEY), null, new byte[] {1}));
    commit(2);
    publish(events.subList(4, events.size()));

    JsonNode told = replay(task, "--json").json();
    Result then = replay(new CliRig(directory).atPresent(), "--at", "1s");

    assertThat(told.path("attempts")).hasSize(2);
    assertThat(told.path("unreadable")).hasSize(1);
    assertThat(then.out()).contains("1 blocked").contains("cannot be read: ");
    assertThat(told.path("unreadable").get(0).asText()).startsWith(topics.transitions());
  }

  @Test
  void shouldListWhatGaveUpOnAllBoards() throws Exception {
    String task = gaveUp();
    String goesOn = board.create("Goes on", null);
    board.crash(goesOn, "no");
    publish(board.transitions(task));
    publish(board.transitions(goesOn));
    for (String host : List.of("beta", "gamma", "delta")) {
      publish(ofBoard(BoardKey.parse(host + "/default"), board.transitions(task)));
    }
    Path policy = Files.writeString(directory.resolve("p.yaml"), "policy: {failure_limit: 4}\n");
    var rig = new CliRig(directory);

    // the records are of now, and the board's clock is behind the rig's
    JsonNode all = replay(rig, "--gave-up", "--since", "60d", "--json").json();
    JsonNode one = replay(rig, "--gave-up", "--since", "60d", "--board", "beta/default", "--json")
        .json();
    JsonNode none = replay(rig, "--gave-up", "--since", "1h", "--json").json();
    Result other = replay(rig, "--gave-up", "--since", "60d", "--what-if", policy.toString());

    assertThat(all.path("tasks").asInt()).isEqualTo(4);
    assertThat(all.path("causes")).hasSize(1);
    assertThat(all.path("causes").get(0).path("cause").asText())
        .isEqualTo("crashed: checksum mismatch in block <n>");
    assertThat(one.path("tasks").asInt()).isEqualTo(1);
    assertThat(none.path("tasks").asInt()).isZero();
    assertThat(other.out())
        .contains("4 would have gone on: 4 with the profile's model")
        .contains("4 attempts added at least, 8 at most");
  }

  @Test
  void shouldReadAgainWhatThereWasNoRoomFor() {
    Set<TaskKey> tasks = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      String task = gaveUp();
      publish(board.transitions(task));
      tasks.add(new TaskKey(RealBoard.KEY, task));
    }
    var clients = new KafkaClients(
        new ConfigLoader(directory, Map.of(), Map.of("kafka.bootstrap", broker.bootstrapServers()))
            .load()
            .kafka(),
        "test");
    var readers = new TopicReaders(clients, "room");
    try (var asker = readers.get()) {
      var reader = new TrailReader(
          new TopicEnds(asker, TopicReaders.PATIENCE),
          new TopicScan(readers, 4, ScanProgress.SILENT),
          topics,
          board.wire);
      Map<TaskKey, TaskTrail> atOnce = reader.read(tasks, TrailReader.NOW);
      Map<TaskKey, TaskTrail> inTurns = new HashMap<>();
      int turns = 0;
      for (Set<TaskKey> left = tasks; !left.isEmpty(); turns++) {
        TrailReader.Trails read = reader.read(left, TrailReader.NOW, partition -> rec -> {}, 25);
        assertThat(read.trails()).isNotEmpty();
        inTurns.putAll(read.trails());
        left = read.putAside();
      }

      assertThat(turns).isBetween(3, 5);
      assertThat(inTurns).isEqualTo(atOnce).hasSize(5);
    }
  }

  @Test
  void shouldShowABoardAsItStood() {
    String task = gaveUp();
    long gaveUpAt = board.clock.instant().getEpochSecond();
    String later = board.later(3_600).create("Came later", null);
    publish(board.transitions(task));
    publish(board.transitions(later));
    long now = board.clock.instant().getEpochSecond();

    Result then = replay("--board", "alpha/default", "--at", Long.toString(gaveUpAt));
    Result last = replay("--at", Long.toString(now), "--json");
    Result story = replay(task, "--at", Long.toString(gaveUpAt - 120), "--json");

    assertThat(then.out()).contains("1 blocked").contains(task).doesNotContain(later);
    assertThat(last.json().path("by_status").path("ready").asInt()).isEqualTo(1);
    assertThat(story.json().path("attempts")).hasSize(2);
    assertThat(story.json().path("attempts").get(1).has("ending")).isFalse();
    assertThat(story.json().path("standing").path("status").asText()).isEqualTo("running");
  }

  @Test
  void shouldSayThatATaskIsUnknown() {
    Result result = replay("t_00000000");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err())
        .contains("Nothing on topic '" + topics.transitions() + "' is about task 't_00000000'")
        .contains("--board HOST/NAME");
    assertThat(replay("--board", "beta/none", "--at", "1h").exit()).isEqualTo(1);
  }

  @Test
  void shouldSayThatATopicIsMissing() {
    Result result = new CliRig(directory)
        .run(
            "replay",
            "t_1",
            "--kafka",
            broker.bootstrapServers(),
            "--set",
            "kafka.prefix=" + broker.prefix() + "none.");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("There is no topic '").contains("kafka.prefix");
  }

  @Test
  @Timeout(20)
  void shouldSayWithinSecondsThatKafkaCannotBeReached() {
    Result result = new CliRig(directory).run("replay", "t_1", "--kafka", "127.0.0.1:1");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("Kafka at 127.0.0.1:1 cannot be read");
  }

  @Test
  void shouldRefuseWhatMakesNoSense() {
    assertThat(replay().exit()).isEqualTo(2);
    assertThat(replay("not#a#task").err()).contains("TASK is 'not#a#task'");
    assertThat(replay("t_1", "--gave-up").err()).contains("leave the task out");
    assertThat(replay("t_1", "--since", "1h").err()).contains("--since is for --gave-up");
    assertThat(replay("t_1", "--at", "soon").exit()).isEqualTo(2);
    assertThat(replay("t_1", "--what-if", "none.yaml").err()).contains("There is no file");
    assertThat(replay("t_1", "--board", "a b/c").exit()).isEqualTo(2);
  }

  /** What is wrong with the arguments is known at once: nobody waits for Kafka to be told so. */
  @Test
  @Timeout(20)
  void shouldRefuseWhatMakesNoSenseBeforeItAsksKafka() {
    for (List<String> wrong : List.of(
        List.of("t_1", "--at", "25:00"),
        List.of("t_1", "--at", ""),
        List.of("--gave-up", "--since", "yesterday"),
        List.of(""),
        List.of("a/b/c#t_1"),
        List.of("--board", "a/b/c", "--at", "1h"),
        List.of("t_1", "--html", directory.resolve("none/page.html").toString()),
        List.of("t_1", "--html", directory.toString()),
        List.of("t_1", "--html", ""),
        List.of("t_1", "--html", "-", "--json"),
        List.of("--gave-up", "--html", "-"))) {
      List<String> args = new ArrayList<>(List.of("replay", "--kafka", "127.0.0.1:1"));
      args.addAll(wrong);

      Result result = new CliRig(directory).run(args.toArray(String[]::new));

      assertThat(result.exit()).as("%s: %s", wrong, result.err()).isEqualTo(2);
      assertThat(result.err()).as("%s", wrong).doesNotContain("Kafka").hasLineCount(1);
    }
    Result directoryAsPolicy = replay("t_1", "--what-if", directory.toString());
    assertThat(directoryAsPolicy.err()).startsWith("There is a directory at '" + directory);
  }

  @Test
  void shouldWriteThePageToWhereItIsWanted() throws Exception {
    String task = gaveUp();
    publish(board.transitions(task));
    Path policy = Files.writeString(directory.resolve("p.yaml"), "policy: {failure_limit: 9}\n");
    Path file = directory.resolve("page.html");
    Path linked = Files.createSymbolicLink(directory.resolve("link.html"), file);

    Result written = replay(task, "--html", file.toString());
    String first = Files.readString(file);
    Result output = replay(task, "--html", "-");
    Result through = replay(task, "--html", linked.toString(), "--what-if", policy.toString());

    assertThat(written.exit()).as(written.err()).isZero();
    assertThat(written.out()).isEqualTo("Wrote " + file + "\n");
    assertThat(first).startsWith("<!DOCTYPE html>").contains("Read the torn ledger");
    assertThat(output.out()).isEqualTo(first);
    assertThat(through.exit()).as(through.err()).isZero();
    assertThat(linked).isSymbolicLink();
    assertThat(Files.readString(file)).contains("What if policy.failure_limit: 9");
    try (var left = Files.list(directory)) {
      assertThat(left).noneMatch(it -> it.toString().endsWith(".part"));
    }
  }

  /** Whoever is root must not lose /dev/null. */
  @Test
  void shouldWriteIntoADeviceAndNotReplaceIt() {
    String task = gaveUp();
    publish(board.transitions(task));
    Path device = Path.of("/dev/null");

    assertThat(replay(task, "--html", device.toString()).exit()).isZero();
    assertThat(Files.isRegularFile(device)).isFalse();
  }

  @Test
  void shouldShowNoProgressWhereNobodyWaits() {
    String task = gaveUp();
    publish(board.transitions(task));

    assertThat(replay(task).err()).isEmpty();
    assertThat(replay(new CliRig(directory).on(new Terminal(true, 80, false)), task)
            .out())
        .contains("given up after 2 attempts");
  }

  @Test
  void shouldShowATrueShareOfWhatWasRead() {
    assertThat(ProgressBar.line("reading", 250, 1_000, 80))
        .isEqualTo("reading [" + "#".repeat(7) + ".".repeat(23) + "] 25 %  250 of 1,000");
    assertThat(ProgressBar.line("reading", 1_000, 1_000, 40)).hasSizeLessThan(40);
  }
}
