package dev.talaria.cli.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.OwnBroker;
import dev.talaria.testkit.RecordReader;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that nobody can read, on every topic: they are put aside, and nothing stops (DESIGN 6.9). */
@WithKafka
@Timeout(240)
class MalformedRecordsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String KEY = "alpha/default";
  private static final Map<String, String> KEYS = Map.of(
      "transitions",
      KEY + "#t_11111111",
      "commands",
      KEY,
      "replies",
      "alpha/launcher/main",
      "decisions",
      KEY + "#t_11111111",
      "presence",
      "alpha/launcher/other",
      "relay-cursors",
      KEY,
      "dead-letter",
      KEY);

  private final Wire wire = new Wire();

  @TempDir
  Path root;

  /** The one that this host reads. */
  private static int partition(String topic) {
    var topics = new TopicCatalogue("talaria.", 6);
    return switch (topic) {
      case "presence", "dead-letter" -> 0;
      case "replies" -> topics.partitionOfAsker(KEYS.get(topic));
      default -> topics.partitionOf(BoardKey.parse(KEY));
    };
  }

  private record Bad(String key, byte[] value) {}

  private static List<Bad> badOnes(String key) {
    var all = new ArrayList<Bad>();
    all.add(new Bad(key, "{this is no json".getBytes(UTF_8)));
    all.add(
        new Bad(key, "{\"kind\":\"launcher\",\"board\":[],\"run\":\"no run\"}".getBytes(UTF_8)));
    all.add(new Bad(key, "[1, 2]".getBytes(UTF_8)));
    all.add(new Bad(key, new byte[] {(byte) 0xff, 0, (byte) 0xfe}));
    all.add(new Bad(null, "{\"a\":".getBytes(UTF_8)));
    all.add(new Bad("no such key \u0000", "{\"a\":".getBytes(UTF_8)));
    all.add(new Bad(key, null));
    return all;
  }

  private Map<String, Set<Long>> deadLetters(String bootstrap) {
    return new RecordReader(bootstrap)
        .readAll("talaria.dead-letter").stream()
            .map(rec -> {
              try {
                return Optional.of(wire.decode(rec.value(), DeadLetter.class));
              } catch (MalformedMessageException e) {
                return Optional.<DeadLetter>empty();
              }
            })
            .flatMap(Optional::stream)
            .peek(letter -> assertThat(letter.reason()).isNotBlank())
            .collect(Collectors.groupingBy(
                DeadLetter::topic,
                Collectors.mapping(DeadLetter::offset, Collectors.toCollection(TreeSet::new))));
  }

  @Test
  void shouldPutBadRecordsOfEveryTopicAsideAndGoOn(JavaProcesses processes, OwnBroker broker)
      throws Exception {
    broker.start();
    String bootstrap = broker.bootstrapServers();
    var host = new FaultHost(processes, root).start("--kafka", bootstrap);
    String before = host.create(FaultHost.LEDGER, FaultHost.work(0, 0));
    host.awaitStatus(before, "done", LIMIT);

    // by topic, the offsets of what was sent with a value, and of what came without
    Map<String, Set<Long>> withValue = new HashMap<>();
    try (var producer = new KafkaProducer<>(
        broker.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (var topic : KEYS.entrySet()) {
        for (Bad bad : badOnes(topic.getValue())) {
          byte[] key = bad.key() == null ? null : bad.key().getBytes(UTF_8);
          boolean compacted = Set.of("presence", "relay-cursors").contains(topic.getKey());
          if (key == null && compacted) {
            continue; // the broker itself refuses it
          }
          long offset = producer
              .send(new ProducerRecord<>(
                  "talaria." + topic.getKey(), partition(topic.getKey()), key, bad.value()))
              .get(20, TimeUnit.SECONDS)
              .offset();
          if (bad.value() != null) {
            withValue
                .computeIfAbsent("talaria." + topic.getKey(), name -> new TreeSet<>())
                .add(offset);
          }
        }
      }
    }

    for (String topic : List.of("commands", "decisions", "presence", "transitions")) {
      await("the bad records of " + topic + " are on dead-letter")
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(
              () -> assertThat(deadLetters(bootstrap).getOrDefault("talaria." + topic, Set.of()))
                  .containsAll(withValue.get("talaria." + topic)));
    }
    // replies with another's key are nobody else's business
    await("the bad replies are on dead-letter")
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(deadLetters(bootstrap).getOrDefault("talaria.replies", Set.of()))
                .hasSizeGreaterThanOrEqualTo(withValue.get("talaria.replies").size() - 1));
    assertThat(deadLetters(bootstrap).keySet())
        .doesNotContain("talaria.dead-letter", "talaria.relay-cursors");

    assertWorks(host, bootstrap);
    assertThat(host.terminate()).isZero();
    host.start("--kafka", bootstrap); // reads everything that is kept, the bad ones too
    assertWorks(host, bootstrap);
  }

  private static void assertWorks(FaultHost host, String bootstrap) {
    String good = host.create(FaultHost.LEDGER, FaultHost.work(0, 0));
    String bad = host.create(FaultHost.LEDGER, FaultHost.work(0, 4));
    host.awaitStatus(good, "done", LIMIT);
    host.awaitStatus(bad, "blocked", LIMIT);
    assertThat(host.events(bad, "decided"))
        .hasSize(2)
        .allSatisfy(
            event -> assertThat(event.payloadObject().path("by").asText()).isEqualTo("topology"));
    host.awaitAllFinished(LIMIT);
    assertThat(host.runs(good)).hasSize(1);
    host.assertNoRunTwice();
  }
}
