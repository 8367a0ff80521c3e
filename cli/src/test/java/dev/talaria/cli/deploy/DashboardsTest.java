package dev.talaria.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboards have the form that Grafana's provisioning reads, and say what they show. */
class DashboardsTest {
  private static final int COLUMNS = 24;
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)}?");
  private static final Set<String> UNITS =
      Set.of("short", "s", "percentunit", "cpm", "eps", "bytes", "ops", "ms");

  /** Panels that come with Grafana, and what each of them has among its options. */
  private static final Map<String, Set<String>> OPTIONS = Map.of(
      "stat",
      Set.of("reduceOptions", "colorMode", "graphMode", "textMode"),
      "timeseries",
      Set.of("legend", "tooltip"),
      "state-timeline",
      Set.of("legend", "tooltip", "showValue", "rowHeight"),
      "bargauge",
      Set.of("reduceOptions", "displayMode", "orientation"),
      "heatmap",
      Set.of("calculate", "color", "yAxis", "rowsFrame"),
      "table",
      Set.of("showHeader", "footer", "sortBy"));

  @BeforeAll
  static void needsTheSourceTree() {
    Deploy.needsTheSourceTree();
  }

  static List<Dashboard> dashboards() {
    return Deploy.dashboards();
  }

  @Test
  void shouldBeFour() {
    assertThat(dashboards().stream().map(it -> it.json().path("title").asText()))
        .containsExactlyInAnyOrder(
            "Talaria / Fleet",
            "Talaria / Crash loops",
            "Talaria / Board",
            "Talaria / Pipeline internals");
    assertThat(dashboards().stream().map(Dashboard::uid)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void shouldSayOfEachPanelWhatItShows(Dashboard dashboard) {
    assertThat(dashboard.all().stream().map(panel -> panel.path("id").asInt()))
        .doesNotHaveDuplicates()
        .allMatch(id -> id > 0);
    assertThat(dashboard.panels()).hasSizeBetween(5, 20).allSatisfy(panel -> {
      String title = panel.path("title").asText();
      assertThat(title).isNotBlank();
      assertThat(panel.path("description").asText()).as(title).endsWith(".");
      assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isIn(UNITS);
    });
    assertThat(dashboard.panels().stream().map(panel -> panel.path("title").asText()))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void shouldHaveTheFormOfItsPanels(Dashboard dashboard) {
    assertThat(dashboard.panels()).allSatisfy(panel -> {
      String title = panel.path("title").asText();
      String type = panel.path("type").asText();
      assertThat(OPTIONS).as(title).containsKey(type);
      assertThat(names(panel.path("options"))).as(title).containsAll(OPTIONS.get(type));
      assertThat(panel.at("/fieldConfig/overrides").isArray()).as(title).isTrue();
      assertThat(panel.path("datasource").path("uid").asText()).isEqualTo("${datasource}");
      assertThat(panel.path("targets")).as(title).isNotEmpty();
      List<String> ids = new ArrayList<>();
      for (JsonNode target : panel.path("targets")) {
        ids.add(target.path("refId").asText());
        assertThat(target.path("datasource").path("uid").asText()).isEqualTo("${datasource}");
        assertThat(target.path("expr").asText()).as(title).isNotBlank();
        assertThat(target.path("instant").asBoolean())
            .as("%s: either at one time or over time", title)
            .isNotEqualTo(target.path("range").asBoolean());
        assertThat(target.path("format").asText())
            .isEqualTo(type.equals("table") || type.equals("heatmap") ? type : "time_series");
      }
      assertThat(ids).as(title).doesNotHaveDuplicates();
      if (type.equals("table") && ids.size() > 1) {
        // rows of several queries become one where all their labels are equal, the name of the
        // metric too
        assertThat(panel.path("targets"))
            .as(title)
            .allSatisfy(target -> assertThat(target.path("expr").asText()).startsWith("sum by ("));
      }
      List<Double> steps = new ArrayList<>();
      JsonNode thresholds = panel.at("/fieldConfig/defaults/thresholds/steps");
      assertThat(thresholds.path(0).path("value").isNull()).as(title).isTrue();
      thresholds.forEach(step -> steps.add(step.path("value").asDouble(Double.NEGATIVE_INFINITY)));
      assertThat(steps).as(title).isSorted();
    });
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void shouldPlaceItsPanelsWithoutOverlap(Dashboard dashboard) {
    Set<List<Integer>> taken = new HashSet<>();
    for (JsonNode panel : dashboard.all()) {
      JsonNode place = panel.path("gridPos");
      int left = place.path("x").asInt();
      int top = place.path("y").asInt();
      assertThat(left + place.path("w").asInt()).isLessThanOrEqualTo(COLUMNS);
      assertThat(place.path("w").asInt() * place.path("h").asInt()).isPositive();
      for (int x = left; x < left + place.path("w").asInt(); x++) {
        for (int y = top; y < top + place.path("h").asInt(); y++) {
          assertThat(taken.add(List.of(x, y)))
              .as("panel '%s' has its place for itself", panel.path("title").asText())
              .isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void shouldUseTheVariablesThatItHas(Dashboard dashboard) {
    List<String> variables = dashboard.variableNames();
    assertThat(variables).doesNotHaveDuplicates().contains("datasource", "runbook", "board");
    Set<String> used = new HashSet<>();
    Matcher variable = VARIABLE.matcher(dashboard.json().toString());
    while (variable.find()) {
      used.add(variable.group(1));
    }
    used.removeAll(Set.of("__all", "__rate_interval"));

    assertThat(used).containsExactlyInAnyOrderElementsOf(variables);
    assertThat(dashboard.json().path("schemaVersion").asInt()).isEqualTo(39);
    assertThat(dashboard.json().path("id").isNull())
        .as("an id would be another dashboard's in another Grafana")
        .isTrue();
  }

  @Test
  void shouldBeProvisionedFromWhereTheyAre() {
    JsonNode source = Deploy.yaml(Deploy.GRAFANA.resolve("provisioning/datasources/talaria.yml"));
    JsonNode providers = Deploy.yaml(Deploy.GRAFANA.resolve("provisioning/dashboards/talaria.yml"));
    JsonNode prometheus = Deploy.yaml(Deploy.PROMETHEUS.resolve("prometheus.yml"));

    assertThat(source.path("apiVersion").asInt()).isEqualTo(1);
    assertThat(source.at("/datasources/0/type").asText()).isEqualTo("prometheus");
    assertThat(source.at("/datasources/0/jsonData/timeInterval").asText())
        .isEqualTo(prometheus.at("/global/scrape_interval").asText());
    assertThat(providers.path("apiVersion").asInt()).isEqualTo(1);
    assertThat(providers.at("/providers/0/type").asText()).isEqualTo("file");
    assertThat(providers.at("/providers/0/options/path").asText()).startsWith("/");
    assertThat(Deploy.GRAFANA.resolve("dashboards"))
        .isDirectoryContaining(it -> Files.isRegularFile(it));
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
