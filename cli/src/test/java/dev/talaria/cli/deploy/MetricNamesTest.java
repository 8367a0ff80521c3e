package dev.talaria.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.waiting.WaitCode;
import dev.talaria.cli.deploy.Dashboard.Query;
import dev.talaria.cli.deploy.Deploy.Recording;
import dev.talaria.cli.deploy.PromQl.Selector;
import dev.talaria.protocol.policy.FailureClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules and dashboards ask for metrics and labels that there are. */
class MetricNamesTest {
  /** Of a target, by deploy/prometheus/prometheus.yml and its targets. */
  private static final Set<String> OF_TARGETS = Set.of("job", "instance", "node");

  private static final Pattern LEGEND_LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");
  private static final Pattern ANNOTATION_LABEL = Pattern.compile("\\$labels\\.(\\w+)");
  private static final Pattern OUTERMOST =
      Pattern.compile("^\\s*(?:histogram_quantile\\([\\d.]+, )?(?:sum|max|count) by \\(([^)]*)\\)");

  private final Map<String, Set<String>> known = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();

  @BeforeEach
  void whatThereIs() throws Exception {
    Deploy.needsTheSourceTree();
    Series.ofTheCatalogue().forEach((name, labels) -> known.put(name, labels.keySet()));
    known.put("up", Set.of());
    known.put("ALERTS", Set.of("alertname", "alertstate"));
  }

  @Test
  void shouldKnowEachMetricAndLabelOfTheRules() {
    for (Recording rule : Deploy.recordings()) {
      check(new Query("rule " + rule.name(), rule.expression(), ""));
      known.put(rule.name(), labelsOf(rule));
    }
    for (var alert : Deploy.alerts()) {
      check(new Query("alert " + alert.name(), alert.expression(), ""));
      Set<String> available = available(PromQl.read(alert.expression()));
      Matcher label =
          ANNOTATION_LABEL.matcher(String.join(" ", alert.annotations().values()));
      while (label.find()) {
        if (!available.contains(label.group(1))) {
          wrong.add("alert %s: its texts name the label '%s', which it does not have; it has %s"
              .formatted(alert.name(), label.group(1), available));
        }
      }
    }

    assertThat(wrong).isEmpty();
  }

  @Test
  void shouldKnowEachMetricAndLabelOfTheDashboards() {
    Deploy.recordings().forEach(rule -> known.put(rule.name(), labelsOf(rule)));
    for (Dashboard dashboard : Deploy.dashboards()) {
      dashboard.queries().forEach(this::check);
      dashboard.variableQueries().forEach(this::checkVariable);
    }

    assertThat(wrong).isEmpty();
  }

  @Test
  void shouldNameRecordedSeriesByTheirLabels() {
    assertThat(Deploy.recordings()).allSatisfy(rule -> {
      Set<String> level =
          Set.of(rule.name().substring(0, rule.name().indexOf(':')).split("_"));
      assertThat(rule.name()).matches("[a-z_]+:talaria_[a-z_]+:[a-z0-9_]+");
      assertThat(labelsOf(rule)).as("labels of %s", rule.name()).isEqualTo(level);
    });
  }

  @Test
  void shouldCompareWithValuesThatThereAre() {
    Map<String, List<String>> values = Map.of(
        "talaria_board_waiting_tasks/reason",
        Stream.of(WaitCode.values()).map(WaitCode::wire).toList(),
        "talaria_failures_total/class",
        Stream.of(FailureClass.values())
            .map(it -> it.name().toLowerCase(Locale.ROOT))
            .toList());
    Set<String> seen = new HashSet<>();
    Stream.concat(
            Deploy.recordings().stream().map(Recording::expression),
            Deploy.alerts().stream().map(Deploy.Alert::expression))
        .flatMap(expression -> PromQl.read(expression).selectors().stream())
        .forEach(selector -> selector.labels().forEach((label, value) -> {
          String key = selector.metric() + "/" + label;
          if (values.containsKey(key)) {
            seen.add(key);
            assertThat(values.get(key)).as(key).contains(value.split("\\|"));
          }
        }));

    assertThat(seen).isEqualTo(values.keySet());
  }

  private void check(Query query) {
    PromQl read = PromQl.read(query.expression());
    if (read.selectors().isEmpty()) {
      wrong.add("%s: names no metric".formatted(query.where()));
    }
    Set<String> all = new HashSet<>(read.made());
    int before = wrong.size();
    for (Selector selector : read.selectors()) {
      Set<String> labels = labels(selector.metric());
      if (!known.containsKey(selector.metric())) {
        wrong.add("%s: there is no metric '%s'".formatted(query.where(), selector.metric()));
      } else if (!labels.containsAll(selector.labels().keySet())) {
        wrong.add("%s: '%s' has the labels %s, not all of %s"
            .formatted(
                query.where(), selector.metric(), labels, selector.labels().keySet()));
      }
      all.addAll(labels);
    }
    if (wrong.size() > before) {
      return;
    }
    if (!all.containsAll(read.grouped())) {
      wrong.add("%s: its metrics have the labels %s, not all of %s"
          .formatted(query.where(), all, read.grouped()));
    }
    Matcher legend = LEGEND_LABEL.matcher(query.legend());
    while (legend.find()) {
      if (!available(read).contains(legend.group(1))) {
        wrong.add("%s: its legend names the label '%s', of which %s is left"
            .formatted(query.where(), legend.group(1), available(read)));
      }
    }
  }

  /** label_values(selector, label). */
  private void checkVariable(Query query) {
    Matcher call = Pattern.compile("label_values\\((.+), (\\w+)\\)").matcher(query.expression());
    if (!call.matches()) {
      wrong.add("%s: is not label_values(metric, label)".formatted(query.where()));
      return;
    }
    check(new Query(query.where(), call.group(1), "{{%s}}".formatted(call.group(2))));
  }

  private Set<String> labels(String metric) {
    Set<String> labels = new HashSet<>(known.getOrDefault(metric, Set.of()));
    if (!metric.contains(":")) {
      labels.addAll(OF_TARGETS);
    }
    return labels;
  }

  /** What is left of the labels: those that the expression groups by, else all. */
  private Set<String> available(PromQl read) {
    Set<String> available = new HashSet<>(read.grouped());
    read.selectors().stream()
        .filter(selector -> read.grouped().isEmpty() || selector.metric().contains(":"))
        .flatMap(selector -> labels(selector.metric()).stream())
        .forEach(available::add);
    return available;
  }

  private static Set<String> labelsOf(Recording rule) {
    Matcher by = OUTERMOST.matcher(rule.expression());
    if (!by.find()) {
      return rule.name().startsWith("instance:") ? Set.of("instance") : Set.of();
    }
    Set<String> labels = new HashSet<>(Stream.of(by.group(1).split(", *")).toList());
    labels.remove("le");
    return labels;
  }
}
