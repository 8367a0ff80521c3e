package dev.talaria.cli.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.task.Comment;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.CliRig;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.CallerKey;
import dev.talaria.protocol.message.BoardCommand.Verb;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.OwnBroker;
import dev.talaria.testkit.RecordReader;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters of a running host: listed once, put back where they came from, kept from going round, settled. */
@WithKafka
@Timeout(240)
class DeadLettersIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final TopicCatalogue TOPICS = new TopicCatalogue("talaria.", 6);
  private static final BoardKey BOARD = BoardKey.parse("alpha/default");
  private static final int PARTITION = TOPICS.partitionOf(BOARD);

  private final Wire wire = new Wire();

  @TempDir
  Path root;

  private OwnBroker broker;
  private FaultHost host;
  private CliRig cli;

  private void start(JavaProcesses processes, OwnBroker own) {
    broker = own;
    broker.start();
    host = new FaultHost(processes, root).start("--kafka", broker.bootstrapServers());
    cli = new CliRig(host.home())
        .atPresent()
        .with("TALARIA_KAFKA_BOOTSTRAP", broker.bootstrapServers());
  }

  private long send(String topic, int partition, String key, byte @Nullable [] value) {
    try (var producer = new KafkaProducer<>(
        broker.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      var rec = new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), value);
      rec.headers().add("trace", "42".getBytes(UTF_8));
      return producer.send(rec).get(20, TimeUnit.SECONDS).offset();
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private JsonNode open() {
    return cli.run("dlq", "list", "--each", "--json").json().get("letters");
  }

  private JsonNode awaitOpen(int count) {
    await("%d open letters".formatted(count))
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> open().size() == count);
    return open();
  }

  private CliRig.Result fine(String... args) {
    CliRig.Result result = cli.run(args);
    assertThat(result.exit())
        .as("%s: %s%s", List.of(args), result.out(), result.err())
        .isZero();
    return result;
  }

  private CliRig.Result refused(String... args) {
    CliRig.Result result = cli.run(args);
    assertThat(result.exit()).as("%s: %s", List.of(args), result.out()).isEqualTo(1);
    return result;
  }

  private String finding() {
    for (JsonNode it : cli.run("doctor", "--json").json()) {
      if (it.path("check").asText().equals("dead-letter")) {
        return it.path("severity").asText() + " " + it.path("text").asText();
      }
    }
    throw new AssertionError("no finding about dead letters");
  }

  @Test
  void shouldKeepABadRecordFromGoingRoundUntilItIsDropped(JavaProcesses processes, OwnBroker own) {
    start(processes, own);
    assertThat(fine("dlq", "list").out()).isEqualTo("There are no dead letters.\n");
    long offset = send(
        TOPICS.commands(), PARTITION, "alpha/default", "{\"kind\": \u001b[31m".getBytes(UTF_8));
    String number = awaitOpen(1).get(0).path("letter").asText();

    assertThat(fine("dlq", "list").out())
        .contains("RECORDS", "talaria.commands", "not a BoardCommand")
        .contains("1 open, 0 put back, 0 dropped")
        .doesNotContain("\u001b");
    assertThat(fine("dlq", "list", "--topic", "decisions").out())
        .isEqualTo(
            "No dead letter is meant by that. 1 open, 0 put back, 0 dropped within the 30 days"
                + " that they are kept.\n");
    assertThat(fine("dlq", "list", "--since", "1h").out()).contains("1 open");
    String shown = fine("dlq", "show", "0:" + number).out();
    assertThat(shown)
        .contains("Dead letter %s, open".formatted(number))
        .contains("talaria.commands-%d@%d".formatted(PARTITION, offset), "trace: 42", "not JSON")
        .contains("no: It would be a dead letter again")
        .doesNotContain("\u001b");
    assertThat(finding()).startsWith("warning 1 bad record is open");

    assertThat(refused("dlq", "resend", number).err()).contains("a dead letter again", "--force");
    assertThat(fine("dlq", "resend", number, "--force", "--dry-run").out())
        .contains("would be put back");
    assertThat(open()).hasSize(1);
    JsonNode resent = fine("dlq", "resend", number, "--force", "--note", "try", "--json")
        .json()
        .get(0);
    assertThat(resent.path("times").asInt()).isEqualTo(1);
    long again = resent.path("sent_as").asLong();

    // the dispatcher meets it again, and it is known for what it is
    await("it came back")
        .atMost(LIMIT)
        .until(
            () -> open().size() == 1 && !open().get(0).path("letter").asText().equals(number));
    JsonNode back = open().get(0);
    assertThat(back.path("offset").asLong()).isEqualTo(again);
    assertThat(back.path("resent_before").asInt()).isEqualTo(1);
    String second = back.path("letter").asText();
    assertThat(fine("dlq", "list", "--each").out()).contains("came back").doesNotContain("resent");
    assertThat(fine("dlq", "show", second).out())
        .contains(
            "after it had been put back 1 times",
            "talaria-resent: 1",
            "talaria-resent-from: " + offset,
            "trace: 42");
    assertThat(refused("dlq", "resend", second, "--times", "1").err())
        .contains("put back once and came back");
    assertThat(refused("dlq", "resend", number).err()).contains("was resent already");
    assertThat(fine("dlq", "resend", second, "--force", "--json")
            .json()
            .get(0)
            .path("times")
            .asInt())
        .isEqualTo(2);
    await("it came back again")
        .atMost(LIMIT)
        .until(() -> open().size() == 1 && open().get(0).path("resent_before").asInt() == 2);

    String third = open().get(0).path("letter").asText();
    fine("dlq", "drop", third, "--note", "nobody will ever read it");
    assertThat(fine("dlq", "list").out())
        .startsWith("No dead letter is open. 0 open, 2 put back, 1 dropped");
    assertThat(finding()).startsWith("fine");
    JsonNode all = fine("dlq", "list", "--all", "--each", "--json").json().get("letters");
    assertThat(all)
        .extracting(it -> it.path("state").asText())
        .containsExactly("resent", "resent", "dropped");
    JsonNode audit = all.get(2).path("acts").get(0);
    assertThat(audit.path("by").asText()).isEqualTo("user");
    assertThat(audit.path("host").asText()).isEqualTo("alpha");
    assertThat(audit.path("note").asText()).isEqualTo("nobody will ever read it");
    assertThat(all.get(0).at("/acts/0/sent_as").asLong()).isEqualTo(again);
    assertThat(fine("dlq", "show", third).out())
        .contains("dropped", "by user on alpha: nobody will ever read it");
  }

  @Test
  void shouldPutARecordBackThatItsReaderCanReadNow(JavaProcesses processes, OwnBroker own) {
    start(processes, own);
    String task = host.create(FaultHost.NOOP, "a task");
    host.awaitStatus(task, "done", LIMIT);
    var verb = new Verb(
        "c-1",
        new CallerKey("beta", "asker"),
        List.of("comment", task, "said after all"),
        "bob",
        Map.of(),
        false,
        80,
        false,
        "Z",
        System.currentTimeMillis() + 600_000);
    byte[] whole = wire.encode(verb);
    // as a dispatcher of an older version would have left it; the record itself is gone from its
    // topic
    letter(DeadLetter.of(
        TOPICS.commands(), PARTITION, 9_999, "unknown", "alpha/default", whole, 1_000));
    letter(DeadLetter.of(
        TOPICS.commands(),
        PARTITION,
        9_998,
        "unknown",
        "alpha/default",
        new byte[DeadLetter.KEPT_BYTES + 1],
        1_000));
    letter(new DeadLetter(
        TOPICS.transitions(), -1, -1, "event 7 is too large", "k", null, 2_000_000, 1_000));
    letter(DeadLetter.of(TOPICS.presence(), 0, 3, "unknown", "alpha/launcher/main", whole, 1_000));
    awaitOpen(4);

    CliRig.Result result = refused("dlq", "resend", "--reason", "UNKNOWN", "--topic", "commands");

    assertThat(result.out())
        .contains(
            "talaria.commands-%d@9999 was put back".formatted(PARTITION), "without the headers");
    assertThat(result.err())
        .contains(
            "@9998: 'talaria.commands' does not hold it any more, and its letter has 65536 of its 65537 bytes");
    await("the command is carried out")
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(host.<List<Comment>>read(tx -> Tasks.comments(tx, task)))
            .extracting(Comment::body)
            .containsExactly("said after all"));
    assertThat(open()).hasSize(3);
    assertThat(refused("dlq", "resend", "--topic", "transitions", "--force").err())
        .contains("never sent", "talaria show", "Drop it");
    assertThat(refused("dlq", "resend", "--topic", "presence", "--force").err())
        .contains("beats again by itself");
    assertThat(fine("dlq", "drop", "--before", "1h", "--dry-run").out().lines()).hasSize(3);
    fine("dlq", "drop", "--before", "1h");
    assertThat(open()).isEmpty();
    long key = new RecordReader(broker.bootstrapServers())
        .readAll(TOPICS.commands()).stream()
            .filter(rec -> rec.headers().lastHeader("talaria-resent") != null)
            .peek(rec -> assertThat(new String(rec.key(), UTF_8)).isEqualTo("alpha/default"))
            .peek(rec -> assertThat(rec.partition()).isEqualTo(PARTITION))
            .count();
    assertThat(key).isEqualTo(1);
  }

  private void letter(DeadLetter letter) {
    send(TOPICS.deadLetter(), 0, letter.key() == null ? "" : letter.key(), wire.encode(letter));
  }

  @Test
  void shouldShowWhatARestartPutsAsideAgainOnce(JavaProcesses processes, OwnBroker own) {
    start(processes, own);
    send(TOPICS.presence(), 0, "alpha/launcher/other", "[1, 2]".getBytes(UTF_8));
    String number = awaitOpen(1).get(0).path("letter").asText();
    fine("dlq", "drop", number);
    assertThat(host.terminate()).isZero();
    host.start("--kafka", broker.bootstrapServers());

    await("it is put aside again").atMost(LIMIT).until(() -> {
      JsonNode letters = fine("dlq", "list", "--each", "--all", "--json").json().get("letters");
      return letters.size() == 1 && letters.get(0).path("letters").asInt() == 2;
    });
    assertThat(open()).isEmpty();
    assertThat(finding()).startsWith("fine");
  }

  @Test
  void shouldSayWhatIsWrongWithTheQuestion(OwnBroker own) {
    own.start();
    cli = new CliRig(root).with("TALARIA_KAFKA_BOOTSTRAP", own.bootstrapServers());
    assertThat(refused("dlq", "list").err())
        .contains("no topic 'talaria.dead-letter'", "talaria topics check");
    fine("topics", "init");

    assertThat(cli.run("dlq").exit()).isEqualTo(2);
    assertThat(cli.run("dlq", "show", "x").err()).contains("expected its number");
    assertThat(cli.run("dlq", "resend").exit()).isEqualTo(2);
    assertThat(cli.run("dlq", "drop", "1", "--reason", "x").err())
        .contains("either numbers or a filter");
    assertThat(cli.run("dlq", "resend", "1", "--times", "0").err()).contains("expected at least 1");
    assertThat(cli.run("dlq", "drop", "--before", "tomorrow").err())
        .contains("a time that is past");
    assertThat(refused("dlq", "show", "7").err()).contains("no dead letter 7");
    assertThat(fine("dlq", "drop", "--topic", "commands").out()).contains("No open dead letter");
    assertThat(new CliRig(root.resolve("none")).run("dlq", "list").err())
        .contains("There is no cluster");
  }
}
