package dev.talaria.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.board.order.OrderBook.Known;
import dev.talaria.board.order.OrderFile;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import dev.talaria.protocol.message.StandingOrder;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.config.ConfigLoader;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is ordered on one host holds on another, and is taken back there. */
@WithKafka
class OrderKeeperTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String PREFIX = "orders.";

  @TempDir
  Path directory;

  private Path home(String host) {
    return directory.resolve(host);
  }

  private OrderFile file(String host) {
    return new OrderFile(home(host).resolve("talaria"));
  }

  private CliRig.Result talaria(TestBroker broker, String host, String... args) {
    String[] line = new String[args.length + 6];
    System.arraycopy(args, 0, line, 0, args.length);
    System.arraycopy(
        new String[] {
          "--kafka",
          broker.bootstrapServers(),
          "--set",
          "kafka.prefix=" + PREFIX,
          "--set",
          "fleet.host=" + host
        },
        0,
        line,
        args.length,
        6);
    return new CliRig(home(host)).run(line);
  }

  private AutoCloseable service(TestBroker broker, String host, ServiceKafka kafka) {
    var keeper = new OrderKeeper(file(host), kafka, topics(), new Wire());
    keeper.start();
    return keeper;
  }

  private static TopicCatalogue topics() {
    return new TopicCatalogue(PREFIX, 1);
  }

  private KafkaConfig config(TestBroker broker) {
    return new ConfigLoader(
            directory,
            Map.of(),
            Map.of(
                "kafka.bootstrap",
                broker.bootstrapServers(),
                "kafka.prefix",
                PREFIX,
                "kafka.partitions",
                "1"))
        .load()
        .kafka();
  }

  @Test
  void shouldHoldOnEveryHostUntilItIsTakenBackOnAny(TestBroker broker) throws Exception {
    try (var kafka = new ServiceKafka(config(broker), topics(), "beta", "test")) {
      kafka.ensureTopics();
      AutoCloseable beta = service(broker, "beta", kafka);

      CliRig.Result paused = talaria(broker, "alpha", "pause", "--lane", "coder");
      assertThat(paused.out()).contains("Other hosts were told.");
      await().atMost(SOON).until(() -> !file("beta").read().orders().isEmpty());
      assertThat(file("beta").read().orders().get(0).order().words())
          .isEqualTo("lane 'coder' is paused by user");
      assertThat(talaria(broker, "gamma", "pause").out())
          .as("a host without a service reads the topic")
          .startsWith("lane 'coder' is paused by user, since 2026-01-31");

      // while nothing runs on beta it is taken back elsewhere
      beta.close();
      assertThat(talaria(broker, "gamma", "resume", "--lane", "coder").exit()).isZero();
      assertThat(file("beta").read().orders()).hasSize(1);
      beta = service(broker, "beta", kafka);
      await().atMost(SOON).until(() -> file("beta").read().orders().isEmpty());

      // given on beta alone, it stays there
      assertThat(talaria(broker, "beta", "pause", "--all", "--local").out())
          .contains("Other hosts are not told.");
      // given while nobody could be told, it goes out by itself
      var untold = new StandingOrder(
          StandingOrder.Act.DRAIN, StandingOrder.Scope.HOST, "gamma", "anna", null, 7, null);
      file("beta").change(book -> book.give(untold, false));
      await()
          .atMost(SOON)
          .until(() -> file("beta").read().get(untold.key()).orElseThrow().known() == Known.FLEET);
      CliRig.Result listed = talaria(broker, "gamma", "pause", "--json");
      assertThat(listed.json()).hasSize(1);
      assertThat(listed.json().get(0).path("act").asText()).isEqualTo("drain");
      assertThat(talaria(broker, "gamma", "resume", "gamma").exit()).isZero();
      await().atMost(SOON).until(() -> file("beta").read().get(untold.key()).isEmpty());
      CliRig.Result none = talaria(broker, "gamma", "resume", "gamma");
      assertThat(none.exit()).isEqualTo(Exit.FAILED);
      assertThat(none.err()).contains("No such order is in force. Nothing is paused.");
      beta.close();
    }
  }

  @Test
  void shouldPauseThisHostWithKafkaAway() {
    var cli = new CliRig(home("alpha"));
    String id = cli.create("t", "--assignee", "coder");
    long begun = System.nanoTime();
    CliRig.Result paused = cli.run("pause", "--all", "--kafka", "127.0.0.1:1");
    assertThat(paused.exit()).as(paused.err()).isZero();
    assertThat(paused.out())
        .startsWith("Paused everything: on this host nothing of it starts any more.\n")
        .contains("Kafka is away: other hosts were not told.");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
    assertThat(cli.run("list").err()).contains("NOTE: everything is paused by user.");
    assertThat(cli.run("show", id).err()).contains("everything is paused");
    assertThat(cli.run("dispatch").out()).doesNotContain("started");
    assertThat(cli.run("resume", "--all", "--kafka", "127.0.0.1:1").exit()).isZero();
    assertThat(cli.run("list").err()).isEmpty();
  }

  @Test
  void shouldRefuseOrdersThatMakeNoSense() {
    var cli = new CliRig(home("alpha"));
    for (String[] line : new String[][] {
      {"pause", "--all", "--lane", "coder"},
      {"pause", "--lane", "Not a lane"},
      {"pause", "--host", ""},
      {"drain", "a b"},
      {"drain", ""},
      {"drain", "alpha", "--deadline", "soon"},
      {"drain", "alpha/launcher/"},
      {"resume"},
      {"resume", "alpha", "--all"}
    }) {
      CliRig.Result result = cli.run(line);
      assertThat(result.exit()).as(String.join(" ", line) + result.err()).isEqualTo(Exit.USAGE);
      assertThat(result.err()).isNotBlank();
    }
    assertThat(file("alpha").path()).doesNotExist();
  }
}
