package dev.talaria.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.service.metrics.MeterDoc;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
  @Test
  void shouldFindThePageUpToDate() throws IOException {
    String page = Files.readString(MetricsPage.PAGE);

    assertThat(MetricsPage.updated(page))
        .as(
            "docs/metrics.md; run the main method of dev.talaria.cli.metrics.MetricsPage in the folder cli")
        .isEqualTo(page);
  }

  @Test
  void shouldExplainEveryMeterInSentences() {
    assertThat(MeterCatalogue.all())
        .isNotEmpty()
        .allSatisfy(meter -> assertThat(meter.description())
            .as(meter.meterName())
            .matches("(?s)[A-Z0-9].*\\.")
            .hasSizeGreaterThan(10));
    assertThat(MeterCatalogue.all().stream().map(MeterDoc::meterName)).doesNotHaveDuplicates();
  }
}
