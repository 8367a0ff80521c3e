package dev.talaria.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.waiting.Fleet;
import dev.talaria.board.waiting.FleetTable;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Terminal;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.Presence;
import dev.talaria.protocol.message.Presence.DispatcherBeat;
import dev.talaria.protocol.message.Presence.Drain;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Presence.Standing;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.config.ConfigLoader;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The fleet as the verb shows it, from a real topic that services beat on. */
@WithKafka
@Timeout(60)
class HostsIT {
  private static final LauncherKey BETA = new LauncherKey("beta", "main");
  private static final LauncherKey GAMMA = new LauncherKey("gamma", "gpu");
  private static final LauncherKey ZETA = new LauncherKey("zeta", "main");
  private static final LauncherKey EPSILON = new LauncherKey("epsilon", "main");
  private final Wire wire = new Wire();

  @TempDir
  Path home;

  private static LauncherBeat beat(
      LauncherKey launcher,
      boolean farewell,
      long at,
      Map<String, String> labels,
      Standing standing) {
    return new LauncherBeat(
        launcher,
        "one",
        1,
        0,
        4,
        3,
        List.of(new Lane("coder")),
        List.of(),
        labels,
        "1.0",
        null,
        farewell,
        at,
        standing);
  }

  private ProducerRecord<byte[], byte[]> message(TopicCatalogue topics, String key, Presence beat) {
    return new ProducerRecord<>(
        topics.presence(), 0, key.getBytes(StandardCharsets.UTF_8), wire.encode(beat));
  }

  @Test
  void shouldShowWhatServicesSayOfThemselvesAndHowTheirClocksStand(TestBroker broker)
      throws Exception {
    var topics = new TopicCatalogue(broker.prefix(), 1);
    KafkaConfig config = new ConfigLoader(
            home,
            Map.of(),
            Map.of(
                "kafka.bootstrap",
                broker.bootstrapServers(),
                "kafka.prefix",
                broker.prefix(),
                "kafka.partitions",
                "1"))
        .load()
        .kafka();
    ScheduledExecutorService services = Executors.newSingleThreadScheduledExecutor();
    try (var kafka = new ServiceKafka(config, topics, "test", "test");
        Producer<byte[], byte[]> producer = kafka.producer()) {
      kafka.ensureTopics();
      producer.send(message(
          topics,
          "delta/launcher/main",
          beat(new LauncherKey("delta", "main"), true, 0, Map.of(), null)));
      var standing = new Standing(
          Map.of("coder", 1),
          Map.of("writer", "no program 'wrtr'"),
          List.of(),
          new Drain("ann", "new disk", 1_000, null, null),
          null);
      var paused = new Standing(
          Map.of(), Map.of(), List.of(), new Drain("bob", null, 2_000, null, true), null);
      Runnable beats = () -> {
        long now = System.currentTimeMillis();
        producer.send(message(
            topics,
            "alpha/dispatcher/main",
            new DispatcherBeat(
                "alpha", "one", 0, List.of(new BoardKey("alpha", "default")), "1.0", false, now)));
        producer.send(message(topics, BETA.toString(), beat(BETA, false, now, Map.of(), standing)));
        producer.send(message(
            topics,
            GAMMA.toString(),
            beat(GAMMA, false, now + 60_000, Map.of("gpu", "true"), null)));
        producer.send(
            message(topics, EPSILON.toString(), beat(EPSILON, false, now, Map.of(), paused)));
      };
      beats.run();
      producer.flush(); // whom nobody has ever heard of is not waited for
      services.scheduleAtFixedRate(beats, 300, 300, TimeUnit.MILLISECONDS);
      String[] args = {
        "hosts",
        "--kafka",
        broker.bootstrapServers(),
        "--set",
        "kafka.prefix=" + broker.prefix(),
        "--set",
        "kafka.partitions=1"
      };
      String[] json = java.util.Arrays.copyOf(args, args.length + 1);
      json[args.length] = "--json";

      CliRig.Result result = new CliRig(home).run(json);
      assertThat(result.exit()).as(result.err()).isZero();
      Map<String, JsonNode> hosts = new HashMap<>();
      result.json().path("hosts").forEach(it -> hosts.put(it.path("host").asText(), it));

      assertThat(hosts.keySet())
          .containsExactlyInAnyOrder("alpha", "beta", "gamma", "delta", "epsilon");
      assertThat(hosts.get("alpha").path("state").asText()).isEqualTo("up");
      assertThat(hosts.get("alpha").path("boards").get(0).asText()).isEqualTo("default");
      assertThat(hosts.get("alpha").path("clock_offset_ms").asLong()).isBetween(-2_000L, 1_000L);
      assertThat(hosts.get("beta").path("state").asText()).isEqualTo("draining");
      assertThat(hosts.get("beta").path("lanes").path("coder").asInt()).isEqualTo(1);
      assertThat(hosts.get("beta").path("faults").path("writer").asText()).contains("wrtr");
      assertThat(hosts.get("gamma").path("labels").path("gpu").asText()).isEqualTo("true");
      assertThat(hosts.get("gamma").path("clock_offset_ms").asLong()).isBetween(50_000L, 61_000L);
      assertThat(hosts.get("delta").path("state").asText()).isEqualTo("left");

      CliRig.Result text = new CliRig(home).on(new Terminal(true, 80, false)).run(args);
      assertThat(text.out().lines())
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
      assertThat(text.out())
          .containsPattern("delta +launcher +left +- +- +coder\n")
          .containsPattern("beta +launcher +draining +1/4 +[-+]\\d+ms +coder 1\n")
          .containsPattern("epsilon +launcher +paused +1/4 +")
          .contains("epsilon, launcher: paused by bob since 1970-01-01 00:00:02; workers that")
          .contains("  gamma, launcher/gpu: its clock is ")
          .contains("  beta, launcher: drained by ann since 1970-01-01 00:00:01 (new disk)");
      watch(json, producer, topics, standing);
    } finally {
      services.shutdownNow();
    }
  }

  /** Each time as it is then: a service that is new, and one that said farewell. */
  private void watch(
      String[] json, Producer<byte[], byte[]> producer, TopicCatalogue topics, Standing standing)
      throws Exception {
    var cli = new CliRig(home);
    String[] args = java.util.Arrays.copyOf(json, json.length + 1);
    args[json.length] = "--watch";
    cli.duringPause(() -> {
      producer.send(
          message(topics, "zeta/launcher/main", beat(ZETA, false, 1, Map.of(), standing)));
      producer.flush();
    });
    cli.duringPause(() -> {
      producer.send(message(topics, "zeta/launcher/main", beat(ZETA, true, 2, Map.of(), null)));
      producer.flush();
    });

    CliRig.Result result = cli.run(args);

    assertThat(result.exit()).as(result.err()).isZero();
    List<String> states = new ArrayList<>();
    for (String line : result.lines()) {
      JsonNode shown = new ObjectMapper().readTree(line);
      assertThat(shown.path("from").asText()).isEqualTo("kafka");
      assertThat(shown.path("hosts")).hasSizeGreaterThanOrEqualTo(5);
      String state = "";
      for (JsonNode host : shown.path("hosts")) {
        state = host.path("host").asText().equals("zeta") ? host.path("state").asText() : state;
      }
      states.add(state);
    }
    assertThat(states).containsExactly("", "draining", "left");
  }

  @Test
  void shouldShowWhatTheBoardKnowsWhereKafkaCannotBeReached() {
    var cli = new CliRig(home);
    cli.run("init");
    long now = CliRig.NOW.getEpochSecond();
    cli.onBoard(tx -> FleetTable.write(
        tx,
        new Fleet(
            new Fleet.DispatcherFact(
                "alpha", 7, "1.0", true, true, false, now, Caps.NONE, null, now),
            List.of(new Fleet.LauncherFact(
                BETA.toString(),
                false,
                4,
                2,
                Map.of("coder", 2),
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                null,
                null,
                "1.0",
                now))),
        60));

    CliRig.Result result = cli.run("hosts", "--kafka", "127.0.0.1:1");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("Kafka at 127.0.0.1:1 cannot be read");
    assertThat(result.out())
        .containsPattern("alpha +dispatcher +up +- +- +default\n")
        .containsPattern("beta +launcher +up +2/4 +- +coder 2\n");
  }

  /** Not that nobody has been heard: nobody was listened to. */
  @Test
  void shouldClaimNothingWhereNeitherKafkaNorTheBoardTells(@TempDir Path empty) {
    CliRig.Result result = new CliRig(empty).run("hosts", "--kafka", "127.0.0.1:1");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains("Kafka at 127.0.0.1:1 cannot be read")
        .contains("No dispatcher of this board has written anything down either.");
  }
}
