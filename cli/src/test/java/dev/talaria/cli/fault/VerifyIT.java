package dev.talaria.cli.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.cli.CliRig;
import dev.talaria.dispatcher.relay.CursorReader;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.RelayCursor;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.streams.HistoryAudit;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.OwnBroker;
import dev.talaria.testkit.RecordReader;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** verify finds nothing where nothing is amiss, whatever the services went through, and each kind of difference where one is. */
@WithKafka
@Timeout(300)
class VerifyIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final TopicCatalogue TOPICS = new TopicCatalogue("talaria.", 6);
  private static final BoardKey BOARD = BoardKey.parse("alpha/default");
  private static final int PARTITION = TOPICS.partitionOf(BOARD);

  private final Wire wire = new Wire();

  @TempDir
  Path root;

  private OwnBroker broker;
  private FaultHost host;
  private CliRig cli;

  @BeforeEach
  void start(JavaProcesses processes, OwnBroker own) {
    broker = own;
    broker.start();
    host = new FaultHost(processes, root).start("--kafka", broker.bootstrapServers());
    cli = new CliRig(host.home())
        .atPresent()
        .with("TALARIA_KAFKA_BOOTSTRAP", broker.bootstrapServers());
  }

  private JsonNode agrees() {
    CliRig.Result result = cli.run("verify", "--json");
    assertThat(result.exit()).as(result.out() + result.err()).isZero();
    assertThat(result.json().path("agrees").asBoolean()).isTrue();
    return result.json().path("boards").get(0);
  }

  private JsonNode differs(String what, String task, String... words) {
    CliRig.Result result = cli.run("verify", "--json");
    assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(1);
    JsonNode board = result.json().path("boards").get(0);
    assertThat(board.path("differences")).as(result.out()).singleElement().satisfies(it -> {
      assertThat(it.path("what").asText()).isEqualTo(what);
      assertThat(it.path("task").asText()).isEqualTo(task);
      assertThat(it.path("text").asText()).contains(words);
    });
    assertThat(board.path("incomplete")).isEmpty();
    return board;
  }

  private void change(java.util.function.Function<Tx, Integer> act) {
    assertThat(host.<Integer>onBoard(board -> board.write(act::apply))).isPositive();
  }

  private void send(String topic, String key, byte @Nullable [] value) {
    try (var producer = new KafkaProducer<>(
        broker.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(topic, PARTITION, key.getBytes(UTF_8), value))
          .get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private String failed() {
    String id = host.create(FaultHost.LEDGER, FaultHost.work(0, 4));
    host.awaitStatus(id, "blocked", LIMIT);
    return id;
  }

  @Test
  void shouldFindNothingWhileAndAfterServicesCrashAndDecide() {
    host.create(
        FaultHost.LEDGER,
        IntStream.range(0, 40)
            .mapToObj(i -> FaultHost.work(0.1, i % 3 == 0 ? 4 : 0))
            .toList());
    for (int i = 0; i < 3; i++) { // the pipeline is moving: nothing may be told that is not so
      CliRig.Result moving = cli.run("verify", "--json");
      assertThat(moving.json().path("boards").get(0).path("differences"))
          .as(moving.out())
          .isEmpty();
      host.kill();
      host.start("--kafka", broker.bootstrapServers());
    }
    String late = failed();
    assertThat(cli.run("unblock", late).exit()).isZero();
    host.awaitStatus(late, "blocked", LIMIT);
    cli.run(
        "create",
        "a text that is cut for Kafka",
        "--initial-status",
        "blocked",
        "--body",
        "x".repeat(100_000));
    cli.run("comment", late, "y".repeat(100_000));
    host.awaitAllFinished(LIMIT);

    JsonNode board = agrees();

    assertThat(board.path("events").asLong()).isEqualTo(host.allEvents().size());
    assertThat(board.path("tasks").asInt()).isEqualTo(42);
    assertThat(board.path("store_entries").asInt()).isGreaterThanOrEqualTo(14);
    assertThat(board.path("incomplete")).isEmpty();
    assertThat(cli.run("verify").out()).contains("alpha/default: agrees");

    // what archive --rm takes away is no difference
    String done = host.tasks().stream()
        .filter(it -> it.status().equals("done"))
        .findFirst()
        .orElseThrow()
        .id();
    assertThat(cli.run("archive", done).exit()).isZero();
    assertThat(cli.run("archive", "--rm", done).exit()).isZero();
    agrees();
  }

  @Test
  void shouldFindARowThatWasChangedBehindEverybodysBack() {
    String id = failed();
    agrees();
    change(tx -> tx.update("UPDATE tasks SET assignee = 'somebody' WHERE id = ?", id));
    JsonNode board = differs("assignee", id, "assignee is 'somebody' on the board and 'ledger'");
    assertThat(board.path("looks").asInt()).isGreaterThan(1);
    change(
        tx -> tx.update("UPDATE tasks SET assignee = 'ledger', status = 'todo' WHERE id = ?", id));
    differs("status", id, "'todo' on the board and 'blocked'");
    change(tx ->
        tx.update("UPDATE tasks SET status = 'blocked', model_override = 'x' WHERE id = ?", id));
    differs("model_override", id, "'x' on the board and nothing");
    assertThat(cli.run("verify").out())
        .contains("alpha/default: 1 difference", "  differs   " + id + ": model_override");
  }

  @Test
  void shouldFindEventsThatAreNotTheSameOnBothSides() {
    String id = failed();
    long crashed = host.events(id, "crashed").get(0).id();
    long second = host.events(id, "crashed").get(1).id();
    agrees();
    String payload = host.events(id, "crashed").get(0).payload();
    change(tx -> tx.update("UPDATE task_events SET payload = '{\"a\": 1}' WHERE id = ?", crashed));
    differs("event_other", id, "event %d (crashed) is not the same".formatted(crashed));
    change(tx -> tx.update("UPDATE task_events SET payload = ? WHERE id = ?", payload, crashed));
    agrees();
    change(tx -> tx.update("DELETE FROM task_events WHERE id = ?", second));
    differs(
        "event_extra",
        id,
        "event %d (crashed) is on 'transitions' and not on the board".formatted(second));
  }

  @Test
  void shouldFindAnEventThatIsMissingOnTheTopicOrThereTwice() {
    String id = failed();
    host.awaitAllFinished(LIMIT);
    agrees();
    List<ConsumerRecord<byte[], byte[]>> sent =
        new RecordReader(broker.bootstrapServers()).readAll(TOPICS.transitions());
    ConsumerRecord<byte[], byte[]> last = sent.get(sent.size() - 1);
    Transition twice = wire.decode(last.value(), Transition.class);
    assertThat(host.terminate()).isZero();
    send(TOPICS.transitions(), BOARD + "#" + twice.task(), last.value());
    // the relay goes on behind events that it never published
    change(tx -> {
      dev.talaria.board.task.Comments.add(tx, id, "ann", "never published");
      return 1;
    });
    RelayCursor cursor = cursor();
    var row = host.<dev.talaria.board.event.EventRow>read(
        tx -> EventLog.eventsAfter(tx, cursor.event(), 10).get(0));
    send(
        TOPICS.relayCursors(),
        BOARD.toString(),
        wire.encode(new RelayCursor(
            BOARD,
            cursor.lineage(),
            row.id(),
            cursor.digest(),
            cursor.run(),
            cursor.comment(),
            cursor.topicId(),
            cursor.end())));

    CliRig.Result stopped = cli.run("verify", "--timeout", "2s", "--json");
    assertThat(stopped.exit()).isEqualTo(1);
    JsonNode board = stopped.json().path("boards").get(0);
    assertThat(board.path("differences"))
        .extracting(it -> it.path("task").asText() + " " + it.path("what").asText())
        .containsExactlyInAnyOrder(twice.task() + " event_twice", id + " event_missing");
    assertThat(board.path("incomplete").toString())
        .contains("has not taken in offset", "within 2 s");
  }

  private RelayCursor cursor() {
    return new CursorReader(
            () -> new org.apache.kafka.clients.consumer.KafkaConsumer<>(
                consumerConfig(),
                new org.apache.kafka.common.serialization.ByteArrayDeserializer(),
                new org.apache.kafka.common.serialization.ByteArrayDeserializer()),
            TOPICS,
            wire)
        .newest(BOARD)
        .orElseThrow();
  }

  private java.util.Map<String, Object> consumerConfig() {
    return java.util.Map.of(
        "bootstrap.servers",
        broker.bootstrapServers(),
        "isolation.level",
        "read_committed",
        "auto.offset.reset",
        "none");
  }

  @Test
  void shouldFindWhatWasTamperedWithInTheTopologysStore() throws Exception {
    String id = failed();
    String changelog = HistoryAudit.changelog(TOPICS);
    String key = BOARD + "#" + id;
    agrees();
    byte[] right = new RecordReader(broker.bootstrapServers())
        .readAll(changelog).stream()
            .filter(rec -> new String(rec.key(), UTF_8).equals(key))
            .reduce((a, b) -> b)
            .orElseThrow()
            .value();
    var tampered = (ObjectNode) JsonMapper.builder().build().readTree(right);
    ((ObjectNode) tampered.path("history")).put("failures", 7);

    send(changelog, key, tampered.toString().getBytes(UTF_8));
    differs("store", id, "the store has 7 failures", "is 2 failures");
    send(changelog, key, null);
    differs("store", id, "the store has nothing");
    send(changelog, key, right);
    agrees();
    send(changelog, BOARD + "#t_nowhere", tampered.toString().getBytes(UTF_8));
    differs("store_extra", "t_nowhere", "'transitions' nothing");
  }

  @Test
  void shouldSayWhatItCannotCompare() {
    assertThat(cli.run("verify", "--timeout", "soon").exit()).isEqualTo(2);
    assertThat(cli.run("--board", "beta/default", "verify").err()).contains("on which it is typed");
    assertThat(agrees().path("notes").toString()).contains("nothing has happened on it yet");
    cli.run("boards", "create", "side");
    cli.run("--board", "side", "create", "of nobody");
    assertThat(agrees().path("board").asText()).isEqualTo("alpha/default");
    CliRig.Result side = cli.run("--board", "side", "verify");
    assertThat(side.exit()).isEqualTo(1);
    assertThat(side.out())
        .contains("alpha/side: could not be compared wholly", "nothing of it is on Kafka yet");
  }
}
