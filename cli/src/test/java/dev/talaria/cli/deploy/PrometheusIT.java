package dev.talaria.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Main;
import dev.talaria.cli.deploy.Dashboard.Query;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus, with what stands in deploy/, beside a real {@code talaria up} whose workers first do their work and then
 * crash. Skipped where there is no Prometheus.
 */
@WithKafka
@Timeout(240)
class PrometheusIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String TOKEN = "let-me-look";
  private static final Pattern ADDRESS = Pattern.compile("http://([^/]+)/metrics");
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");

  /** Panels that have nothing to show here, though all is well: what they count did not happen. */
  private static final Set<String> QUIET = Set.of(
      "crash-loops.json, panel 'Blocked by a budget'",
      "fleet.json, panel 'What hosts suffer from'",
      "pipeline-internals.json, panel 'Nothing should be here'",
      "pipeline-internals.json, panel 'Trouble with Kafka'");

  @TempDir
  private Path root;

  private CliRig cli;

  @Test
  void shouldSeeACrashLoopAndAnswerEveryPanel(JavaProcesses processes) throws Exception {
    Deploy.needsTheSourceTree();
    Path program = Deploy.needs("prometheus", "prometheus");
    Path home = Files.createDirectory(root.resolve("home"));
    configure(home);
    cli = new CliRig(home).atPresent();
    cli.run("init");
    String address = start(processes, home);
    try (var prometheus =
        Prometheus.start(program, root.resolve("prometheus"), Map.of("alpha", address), TOKEN)) {
      awaitAllUp(prometheus);
      create("calm", "fine", 3);
      awaitFinished();
      awaitSample(prometheus, "board_lane:talaria_runs:increase10m{lane=\"calm\"} >= 3");
      awaitSound(prometheus);
      assertThat(prometheus.alerts())
          .as("alerts of a calm host, on a machine that may be too busy to answer within a second")
          .allMatch(alert -> isNamed(alert, "TalariaServiceDown"));

      List<String> crashed = create("wild", "crash", 6);
      awaitFinished();
      cli.create("stranded", "--assignee", "calm", "--parent", crashed.get(0));
      awaitFiring(prometheus, "TalariaCrashLoopForming");
      assertThat(prometheus.alerts())
          .filteredOn(alert -> isNamed(alert, "TalariaCrashLoopForming"))
          .singleElement()
          .satisfies(alert -> {
            assertThat(alert.at("/labels/lane").asText()).isEqualTo("wild");
            assertThat(alert.at("/labels/board").asText()).isEqualTo("alpha/default");
            assertThat(alert.at("/annotations/description").asText())
                .contains("runs of lane wild on board alpha/default failed within 10 minutes");
          });
      awaitFiring(prometheus, "TalariaIncidentOpen");
      awaitFiring(prometheus, "TalariaGaveUpRate");
      assertThat(prometheus.alerts().stream().map(it -> it.at("/labels/lane").asText()))
          .as("lanes with alerts")
          .doesNotContain("calm");

      awaitSound(prometheus);
      await("panels have something to show")
          .atMost(SOON)
          .untilAsserted(() -> assertThat(emptyPanels(prometheus)).isSubsetOf(QUIET));
      assertServed(address);
    }
  }

  private static void configure(Path home) throws IOException {
    Files.writeString(home.resolve("token"), TOKEN + "\n");
    Files.writeString(home.resolve("talaria.yaml"), """
        fleet:
          host: alpha
        http:
          port: 0
          token_file: %s
        policy:
          failure_limit: 2
          retry_model_escalation: {"": small}
        launcher:
          slots: 3
          lanes:
            calm:
              command: [/bin/sh, -c, 'sleep 0.2']
              exit: exit-code
            wild:
              command: [/bin/sh, -c, 'sleep 1; echo "boom: $1" >&2; exit 3', wild, '{task_id}']
              exit: exit-code
        """.formatted(home.resolve("token")));
  }

  /** Starts {@code talaria up}; the address of its metrics. */
  private static String start(JavaProcesses processes, Path home) {
    JavaProcess up = processes
        .of(Main.class)
        .jvmArgs("-Xmx400m", "--enable-native-access=ALL-UNNAMED")
        .env("HERMES_HOME", home.toString())
        .env("HERMES_KANBAN_HOME", "")
        .args("up", "--dispatch")
        .start("up");
    Matcher address = ADDRESS.matcher(up.awaitLine("/metrics", SOON));
    assertThat(address.find()).isTrue();
    up.awaitLine(line -> line.startsWith("ready "), SOON);
    return address.group(1);
  }

  private List<String> create(String lane, String title, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> cli.create(title + " " + i, "--assignee", lane))
        .toList();
  }

  private void awaitFinished() {
    await("every task is done or blocked").atMost(SOON).until(() -> {
      Set<String> statuses = new TreeSet<>();
      cli.run("list", "--json")
          .json()
          .forEach(it -> statuses.add(it.path("status").asText()));
      return Set.of("done", "blocked").containsAll(statuses);
    });
  }

  private static void awaitAllUp(Prometheus prometheus) {
    await("targets are up")
        .atMost(SOON)
        .untilAsserted(() -> assertThat(prometheus.targets()).isNotEmpty().allSatisfy(target -> {
          assertThat(target.path("health").asText()).as(target.toString()).isEqualTo("up");
          assertThat(target.at("/labels/job").asText()).isEqualTo("talaria");
          assertThat(target.at("/labels/node").asText()).isEqualTo("alpha");
        }));
  }

  /** Waits until each rule was evaluated; none may have failed. */
  private static void awaitSound(Prometheus prometheus) {
    int rules = Deploy.recordings().size() + Deploy.alerts().size();
    await("rules are evaluated")
        .atMost(SOON)
        .untilAsserted(() -> assertThat(prometheus.rules())
            .hasSize(rules)
            .allSatisfy(rule -> assertThat(rule.path("health").asText())
                .as("%s: %s", rule.path("name").asText(), rule.path("lastError").asText())
                .isEqualTo("ok")));
  }

  private static void awaitSample(Prometheus prometheus, String expression) {
    await(expression)
        .atMost(SOON)
        .untilAsserted(() -> assertThat(prometheus.query(expression)).isNotEmpty());
  }

  private static void awaitFiring(Prometheus prometheus, String alert) {
    await(alert + " fires")
        .atMost(SOON)
        .untilAsserted(() -> assertThat(prometheus.alerts()).anySatisfy(it -> {
          assertThat(isNamed(it, alert)).isTrue();
          assertThat(it.path("state").asText()).isEqualTo("firing");
        }));
  }

  private static boolean isNamed(JsonNode alert, String name) {
    return alert.at("/labels/alertname").asText().equals(name);
  }

  /** Asks every panel's questions as Grafana would, and each variable's; the panels none of whose questions gave a series. */
  private static List<String> emptyPanels(Prometheus prometheus) {
    List<String> empty = new ArrayList<>();
    for (Dashboard dashboard : Deploy.dashboards()) {
      for (Query variable : dashboard.variableQueries()) {
        Matcher call = LABEL_VALUES.matcher(filled(variable.expression()));
        assertThat(call.matches()).as(variable.where()).isTrue();
        assertThat(prometheus.labelValues(call.group(1), call.group(2)))
            .as(variable.where())
            .isNotEmpty();
      }
      dashboard.queries().stream()
          .collect(Collectors.groupingBy(
              Query::where,
              Collectors.summingInt(
                  query -> prometheus.query(filled(query.expression())).size())))
          .forEach((panel, series) -> {
            if (series == 0) {
              empty.add(panel);
            }
          });
    }
    return empty;
  }

  /** With everything chosen; the board's dashboard has one board. */
  private static String filled(String expression) {
    return expression
        .replace("board=\"$board\"", "board=\"alpha/default\"")
        .replace("$__rate_interval", "1m")
        .replaceAll("\\$\\w+", ".*");
  }

  /**
   * On the page of a service that has all parts stand the series of the JVM and of Kafka's clients that are asked for, and the
   * values that rules compare labels with. Counters of what did not happen here may be missing; {@link MetricNamesTest} knows
   * them, and the reasons for which tasks wait.
   */
  private static void assertServed(String address) throws Exception {
    String page = HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://%s/metrics".formatted(address)))
                .header("Authorization", "Bearer " + TOKEN)
                .build(),
            BodyHandlers.ofString())
        .body();
    Map<String, Map<String, Set<String>>> served = Series.of(page);
    Set<PromQl.Selector> ofRules = selectors(Stream.concat(
        Deploy.recordings().stream().map(Deploy.Recording::expression),
        Deploy.alerts().stream().map(Deploy.Alert::expression)));
    Set<PromQl.Selector> ofDashboards = selectors(Deploy.dashboards().stream()
        .flatMap(dashboard -> dashboard.queries().stream())
        .map(Query::expression));

    assertThat(Stream.concat(ofRules.stream(), ofDashboards.stream())
            .map(PromQl.Selector::metric)
            .filter(metric -> !metric.startsWith("talaria_")))
        .isSubsetOf(served.keySet());
    for (PromQl.Selector selector : ofRules) {
      selector.labels().forEach((label, value) -> {
        if (!label.equals("job") && !selector.metric().equals("talaria_board_waiting_tasks")) {
          assertThat(served.getOrDefault(selector.metric(), Map.of()).get(label))
              .as("%s{%s}", selector.metric(), label)
              .contains(value.split("\\|"));
        }
      });
    }
  }

  /** Of series that services show. */
  private static Set<PromQl.Selector> selectors(Stream<String> expressions) {
    return expressions
        .flatMap(expression -> PromQl.read(expression).selectors().stream())
        .filter(selector -> !selector.metric().contains(":"))
        .filter(selector -> !Set.of("up", "ALERTS").contains(selector.metric()))
        .collect(Collectors.toSet());
  }
}
