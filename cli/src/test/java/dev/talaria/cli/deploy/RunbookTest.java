package dev.talaria.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.cli.deploy.Deploy.Alert;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each alert has its section in the runbook, and each section its alert; cases of promtool show both its sides. */
class RunbookTest {
  private static final String PAGE = "https://example.net/talaria/docs/runbook.md";
  private static final Pattern SECTION = Pattern.compile("^## (Talaria\\w+)$", Pattern.MULTILINE);

  @BeforeEach
  void needsTheSourceTree() {
    Deploy.needsTheSourceTree();
  }

  private static Map<String, String> sections() throws IOException {
    String page = Files.readString(Deploy.DOCS.resolve("runbook.md"));
    var heading = SECTION.matcher(page);
    Map<String, String> sections = new TreeMap<>();
    while (heading.find()) {
      int end = page.indexOf("\n## ", heading.end());
      sections.put(heading.group(1), page.substring(heading.end(), end < 0 ? page.length() : end));
    }
    return sections;
  }

  @Test
  void shouldHaveASectionForEachAlert() throws IOException {
    assertThat(sections().keySet())
        .containsExactlyInAnyOrderElementsOf(
            Deploy.alerts().stream().map(Alert::name).toList());
    assertThat(sections()).allSatisfy((alert, text) -> {
      assertThat(text).as(alert).contains("\n**Means**:", "\n**Look**", "\n**Do**:");
    });
  }

  @Test
  void shouldSayOfEachAlertWhatOneNeeds() {
    assertThat(Deploy.alerts()).allSatisfy(alert -> {
      assertThat(alert.name()).startsWith("Talaria");
      assertThat(alert.holdFor()).as(alert.name()).matches("\\d+m");
      assertThat(alert.labels()).containsOnlyKeys("severity");
      assertThat(alert.labels().get("severity")).isIn("critical", "warning", "info");
      assertThat(alert.annotations()).containsOnlyKeys("summary", "description", "runbook_url");
      assertThat(alert.annotations().values()).noneMatch(String::isBlank);
      assertThat(alert.annotations().get("runbook_url"))
          .isEqualTo(PAGE + "#" + alert.name().toLowerCase(Locale.ROOT));
    });
  }

  @Test
  void shouldTestThatEachAlertFiresAndThatItKeepsQuiet() {
    JsonNode file = Deploy.yaml(Deploy.PROMETHEUS.resolve("tests/alerts_test.yml"));
    Map<String, List<Boolean>> cases = Deploy.elements(file.path("tests"))
        .flatMap(test -> Deploy.elements(test.path("alert_rule_test")))
        .collect(Collectors.groupingBy(
            test -> test.path("alertname").asText(),
            Collectors.mapping(test -> !test.path("exp_alerts").isEmpty(), Collectors.toList())));

    assertThat(cases.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Deploy.alerts().stream().map(Alert::name).toList());
    assertThat(cases).allSatisfy((alert, fires) -> {
      assertThat(fires).as("cases in which %s fires, and keeps quiet", alert).contains(true, false);
    });
  }

  @Test
  void shouldLinkFromTheDashboardsToSectionsThatThereAre() throws IOException {
    List<String> anchors =
        sections().keySet().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    for (Dashboard dashboard : Deploy.dashboards()) {
      JsonNode runbook = dashboard.variables().stream()
          .filter(variable -> variable.path("name").asText().equals("runbook"))
          .findFirst()
          .orElseThrow();
      assertThat(runbook.path("query").asText()).isEqualTo(PAGE);
      for (JsonNode panel : dashboard.panels()) {
        for (JsonNode link : panel.path("links")) {
          assertThat(link.path("url").asText()).startsWith("${runbook}#");
          assertThat(anchors).contains(link.path("url").asText().substring("${runbook}#".length()));
        }
      }
    }
  }
}
