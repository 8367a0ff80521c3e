package dev.talaria.cli.metrics;

import dev.talaria.cli.GeneratedPart;
import dev.talaria.service.kafka.KafkaMeter;
import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.MeterSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the part of docs/metrics.md that follows from the catalogue. Its main method brings the page up to date. */
final class MetricsPage {
  private static final GeneratedPart PART = new GeneratedPart(
      "metrics.md", "made from the catalogue of meters by the test class MetricsPage");
  static final Path PAGE = PART.page();

  private MetricsPage() {}

  public static void main(String[] args) throws IOException {
    PART.write(args, parts());
  }

  /** The page with its generated part made anew. */
  static String updated(String page) {
    return PART.in(page, parts());
  }

  private static String parts() {
    StringBuilder text = new StringBuilder();
    for (MeterCatalogue.Part part : MeterCatalogue.parts()) {
      text.append("## %s\n\nShown by: %s.\n\n".formatted(part.title(), part.service()));
      part.meters().forEach(meter -> text.append(section(meter)));
    }
    return text.toString();
  }

  private static String section(MeterDoc meter) {
    return "### %s\n\n%s\n\n%s\n\n"
        .formatted(meter.prometheusName(), facts(meter), meter.description());
  }

  private static String facts(MeterDoc meter) {
    StringBuilder facts = new StringBuilder("*" + type(meter.spec()) + "*");
    if (!meter.tags().isEmpty()) {
      facts
          .append(" by ")
          .append(meter.tags().stream().map("`%s`"::formatted).collect(Collectors.joining(", ")));
    }
    List<Duration> buckets = meter.spec().buckets();
    if (!buckets.isEmpty()) {
      facts
          .append("; buckets up to ")
          .append(buckets.stream().map(MetricsPage::seconds).collect(Collectors.joining(", ")))
          .append(" s");
    }
    if (meter instanceof KafkaMeter kafka) {
      facts.append("; of Kafka's `%s`".formatted(kafka.source()));
    }
    return facts.toString();
  }

  private static String seconds(Duration bound) {
    return java.math.BigDecimal.valueOf(bound.toMillis(), 3)
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String type(MeterSpec spec) {
    return switch (spec.type()) {
      case COUNTER -> "counter";
      case GAUGE -> spec.baseUnit() == null ? "gauge" : "gauge, in " + spec.baseUnit();
      case TIMER -> "histogram, in seconds";
    };
  }
}
