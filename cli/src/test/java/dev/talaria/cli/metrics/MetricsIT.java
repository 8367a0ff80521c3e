package dev.talaria.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.MeterSpec;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What running services show, after tasks that were completed, failed, climbed the ladder, gave up and were offered. */
@WithKafka
@Timeout(180)
class MetricsIT {
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final int MOST_BYTES = 300_000;

  private static final String ALPHA = """
      dispatch:
        lost_after: 3s
      policy:
        failure_limit: 2
        retry_model_escalation: {"": small, small: large}
        retry_backoff: {initial: 1s, max: 1s}
        systemic: {tasks: 2, pause_lane: true, probe_after: 1s}
        budget: {lanes: {spent: {attempts: 1}}}
      launcher:
        slots: 4
        lanes:
          good: {command: [/bin/true], exit: exit-code, model: tiny}
          bad: {command: [/bin/sh, -c, 'echo broken; exit 3'], exit: exit-code}
          loop: {command: [/bin/sh, -c, 'echo no such model; exit 4'], exit: exit-code}
          spent: {command: [/bin/sh, -c, 'echo no money; exit 5'], exit: exit-code}
          mute: {command: [/bin/true], exit: protocol}
      """;
  private static final String BETA = """
      launcher:
        slots: 1
        lanes:
          far: {command: [/bin/sleep, '1'], exit: exit-code}
      """;

  @TempDir
  static Path root;

  private static ServiceHost alpha;
  private static ServiceHost beta;
  private static String done;
  private static String gaveUp;
  private static String violated;
  private static List<String> offered;

  private record Sample(String name, Map<String, String> labels, double value) {}

  @BeforeAll
  static void live(TestBroker broker) throws Exception {
    alpha = new ServiceHost(broker, root.resolve("a"), "alpha", ALPHA);
    beta = new ServiceHost(broker, root.resolve("b"), "beta", BETA);
    alpha.startAll();
    beta.startLauncher();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> alpha.runtime().isReady() && beta.runtime().isReady());
    done = alpha.create("done", "good");
    gaveUp = alpha.create("gives up", "bad");
    alpha.create("waits for it", "good", gaveUp);
    violated = alpha.create("says nothing", "mute");
    offered = List.of(
        alpha.create("one", "far"), alpha.create("two", "far"), alpha.create("three", "far"));
    for (int i = 0; i < 4; i++) {
      alpha.create("fails as the others do", "loop");
    }
    alpha.create("costs more than it may", "spent");
    strange(broker);
    await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> alpha.status(gaveUp).equals("blocked")
            && alpha.status(violated).equals("blocked")
            && alpha.status(done).equals("done")
            && offered.stream().allMatch(task -> alpha.status(task).equals("done")));
  }

  /** A record that cannot be read, one of a later version, a stale one, and a launcher that is never heard again. */
  private static void strange(TestBroker broker) throws Exception {
    var topics = new TopicCatalogue(broker.prefix(), 2);
    var wire = new Wire();
    byte[] board = alpha.board().toString().getBytes(StandardCharsets.UTF_8);
    int partition = topics.partitionOf(alpha.board());
    var ghost = new LauncherKey("ghost", "main");
    try (Producer<byte[], byte[]> producer = alpha.runtime().kafka().producer()) {
      producer.send(new ProducerRecord<>(topics.commands(), partition, board, new byte[] {1}));
      producer.send(new ProducerRecord<>(
          topics.commands(),
          partition,
          board,
          "{\"kind\":\"dance\",\"v\":9,\"command_id\":\"x/dance\"}"
              .getBytes(StandardCharsets.UTF_8)));
      producer.send(new ProducerRecord<>(
          topics.commands(),
          partition,
          board,
          wire.encode(new dev.talaria.protocol.message.BoardCommand.Started(
              "x/started", ghost, alpha.board().task("t_00000000").run(99), 7, 1))));
      producer.send(new ProducerRecord<>(
          topics.transitions(),
          partition,
          (alpha.board() + "#t_00000000").getBytes(StandardCharsets.UTF_8),
          new byte[] {2}));
      producer.send(new ProducerRecord<>(
          topics.presence(),
          0,
          ghost.toString().getBytes(StandardCharsets.UTF_8),
          wire.encode(new LauncherBeat(
              ghost,
              "gone",
              1,
              0,
              1,
              1,
              List.of(new Lane("good")),
              List.of(),
              Map.of(),
              "1.0",
              null,
              false,
              System.currentTimeMillis(),
              null))));
    }
  }

  @AfterAll
  static void stop() {
    for (ServiceHost host : new ServiceHost[] {beta, alpha}) {
      if (host != null) {
        host.close();
      }
    }
  }

  private static String page(ServiceHost host) throws Exception {
    var answer = host.scrape("*/*");
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private static List<Sample> samples(String page) {
    List<Sample> samples = new ArrayList<>();
    page.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
      Matcher matcher = SAMPLE.matcher(line);
      assertThat(matcher.matches()).as(line).isTrue();
      Map<String, String> labels = new java.util.HashMap<>();
      if (matcher.group(2) != null) {
        Matcher label = LABEL.matcher(matcher.group(2));
        while (label.find()) {
          labels.put(label.group(1), label.group(2));
        }
      }
      String value = matcher.group(3).replace("+Inf", "Infinity").replace("-Inf", "-Infinity");
      samples.add(new Sample(matcher.group(1), labels, Double.parseDouble(value)));
    });
    return samples;
  }

  private static double value(ServiceHost host, String name, String... labels) throws Exception {
    Map<String, String> wanted = new java.util.HashMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      wanted.put(labels[i], labels[i + 1]);
    }
    return samples(page(host)).stream()
        .filter(
            it -> it.name().equals(name) && it.labels().entrySet().containsAll(wanted.entrySet()))
        .mapToDouble(Sample::value)
        .sum();
  }

  private static void counts(double expected, String name, String... labels) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(value(alpha, name, labels)).as(name).isEqualTo(expected));
  }

  @Test
  void shouldShowEveryMeterOfTheCatalogueWithItsExplanation() {
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
      String pages = page(alpha) + page(beta);
      assertThat(MeterCatalogue.all())
          .allSatisfy(meter -> assertThat(pages)
              .as("%s: make it happen here, or register it at the start", meter)
              .contains(
                  "# HELP " + meter.prometheusName() + " " + meter.description().substring(0, 10))
              .containsPattern("(?m)^" + meter.prometheusName() + "(_count|_sum)?[{ ]"));
    });
  }

  @Test
  void shouldNameMetersAsPrometheusWantsThem() throws Exception {
    for (MeterDoc meter : MeterCatalogue.all()) {
      String name = meter.prometheusName();
      assertThat(name).matches("(talaria|kafka)_[a-z0-9_]+");
      if (meter.spec().type() == MeterSpec.Type.COUNTER) {
        assertThat(name).endsWith("_total");
      } else {
        assertThat(name).doesNotEndWith("_total").doesNotMatch(".*_(count|sum|bucket)");
      }
      if (meter.spec().type() == MeterSpec.Type.TIMER) {
        assertThat(name).endsWith("_seconds");
      }
      assertThat(name).as("base units only").doesNotContain("_ms").doesNotContain("millis");
    }
    assertThat(MeterCatalogue.all().stream().map(MeterDoc::prometheusName)).doesNotHaveDuplicates();
  }

  @Test
  void shouldKeepTasksRunsAndPathsOutOfLabels() throws Exception {
    for (ServiceHost host : List.of(alpha, beta)) {
      assertThat(samples(page(host)))
          .allSatisfy(sample -> sample
              .labels()
              .forEach((label, value) -> assertThat(value)
                  .as(sample.name() + " " + label)
                  .doesNotContainPattern("t_[0-9a-f]{8}")
                  .doesNotContain("#")
                  .doesNotStartWith("/")
                  .doesNotContain(root.toString())
                  .hasSizeLessThan(100)));
    }
  }

  @Test
  void shouldCountRunsByLaneHostModelAndOutcome() throws Exception {
    String board = alpha.board().toString();
    counts(
        1,
        "talaria_runs_total",
        "board",
        board,
        "lane",
        "good",
        "host",
        "alpha",
        "model",
        "tiny",
        "outcome",
        "completed");
    counts(3, "talaria_runs_total", "lane", "far", "host", "beta", "outcome", "completed");
    counts(1, "talaria_runs_total", "lane", "bad", "model", "none", "outcome", "crashed");
    counts(1, "talaria_runs_total", "lane", "bad", "model", "small", "outcome", "crashed");
    counts(1, "talaria_run_duration_seconds_count", "lane", "good", "outcome", "completed");
    counts(1, "talaria_gave_up_total", "board", board, "lane", "bad");
    assertThat(value(alpha, "talaria_escalations_total", "from", "default", "to", "small"))
        .as("of two lanes")
        .isPositive();
  }

  @Test
  void shouldTellFailuresByWhoseFaultTheyAre() throws Exception {
    double failed = value(alpha, "talaria_runs_total", "lane", "bad", "outcome", "crashed");
    counts(failed, "talaria_failures_total", "lane", "bad", "class", "task");
    double silent = value(alpha, "talaria_protocol_violations_total", "lane", "mute");
    assertThat(silent).isPositive();
    counts(silent, "talaria_failures_total", "lane", "mute", "class", "protocol");
    counts(0, "talaria_failures_total", "lane", "mute", "class", "task");
  }

  @Test
  void shouldMeasureTheWayFromReadyToStartAndFromFailureToDecision() throws Exception {
    counts(1, "talaria_dispatch_latency_seconds_count", "lane", "good");
    counts(3, "talaria_dispatch_latency_seconds_count", "lane", "far");
    assertThat(value(alpha, "talaria_dispatch_latency_seconds_sum", "lane", "good"))
        .as("seconds until an idle host started a task")
        .isBetween(0.0, 3.0);
    assertThat(value(alpha, "talaria_dispatch_latency_seconds_sum", "lane", "far"))
        .as("the second waited for the first, which slept a second, and the third for both")
        .isBetween(2.5, 30.0);
    double decided = value(alpha, "talaria_decisions_applied_total");
    assertThat(decided).isGreaterThanOrEqualTo(3);
    counts(decided, "talaria_decision_latency_seconds_count");
    assertThat(value(alpha, "talaria_decision_latency_seconds_sum") / decided).isLessThan(6);
  }

  @Test
  void shouldNameARunAsAnExampleOfABucketWhereOpenMetricsIsAskedFor() throws Exception {
    var answer = alpha.scrape("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
    assertThat(answer.body())
        .endsWith("# EOF\n")
        .containsPattern(
            "talaria_dispatch_latency_seconds_bucket\\{board=\"alpha/default\",lane=\"good\",le=\"[^\"]+\"\\} 1"
                + " # \\{span_id=\"[0-9]+\",trace_id=\"alpha/default#" + done
                + "#[0-9]+\"\\} [0-9.]+")
        .containsPattern(
            "talaria_run_duration_seconds_bucket\\{.*trace_id=\"alpha/default#" + gaveUp);
    assertThat(answer.body().lines().filter(line -> line.contains(" # {")))
        .as("anywhere else Prometheus 2.42 takes the whole page for malformed")
        .allMatch(line -> line.matches("[a-z_]+_(bucket|total)\\{.*"));
    assertThat(page(alpha)).as("without being asked for").doesNotContain(done);
  }

  @Test
  void shouldCountOffersAndClaims() throws Exception {
    assertThat(value(alpha, "talaria_offers_total", "lane", "far")).isPositive();
    assertThat(value(alpha, "talaria_claims_total", "result", "won")).isPositive();
  }

  @Test
  void shouldNoticeALostLauncherOnce() {
    counts(1, "talaria_launchers_lost_total", "host", "ghost");
    counts(0, "talaria_launchers_lost_total", "host", "beta");
    counts(2, "talaria_launchers_known", "state", "present");
    counts(1, "talaria_launchers_known", "state", "lost");
  }

  @Test
  void shouldCountDeadLettersThatAreOpen() {
    counts(2, "talaria_dead_letters_open");
  }

  @Test
  void shouldShowAtRestThatNothingIsBehind() {
    counts(0, "talaria_relay_backlog_events");
    counts(0, "talaria_relay_backlog_seconds");
    counts(0, "talaria_inbox_lag_records");
    counts(0, "talaria_holds_tasks");
    counts(0, "talaria_ready_oldest_seconds");
    counts(4, "talaria_launcher_slots", "state", "free");
    counts(1, "talaria_build_info");
    counts(1, "talaria_health_ready", "check", "dispatcher");
    counts(1, "kafka_streams_threads_alive");
  }

  @Test
  void shouldShowWhatThePageSaysOfTheJavaMachine() throws Exception {
    System.gc(); // some of them come with the first collection
    String told = Files.readString(MetricsPage.PAGE);
    List<String> names = Pattern.compile("`((?:jvm|process|system)_[a-z0-9_]+)`")
        .matcher(told)
        .results()
        .map(match -> match.group(1))
        .toList();
    assertThat(names).hasSizeGreaterThan(15);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(samples(page(alpha)).stream().map(Sample::name))
            .containsAll(names.stream()
                .filter(name -> !name.equals("jvm_gc_pause_seconds"))
                .toList())
            .contains("jvm_gc_pause_seconds_count"));
  }

  @Test
  void shouldCostLittleToScrape() throws Exception {
    page(alpha);
    long start = System.nanoTime();
    String page = page(alpha);
    long millis = (System.nanoTime() - start) / 1_000_000;
    System.out.println("one scrape: %d bytes, %d series, %d ms"
        .formatted(page.length(), samples(page).size(), millis));
    assertThat(page.length()).isLessThan(MOST_BYTES);
  }
}
