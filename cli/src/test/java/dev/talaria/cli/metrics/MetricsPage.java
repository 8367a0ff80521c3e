package dev.talaria.cli.metrics;

import dev.talaria.service.kafka.KafkaMeter;
import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.MeterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the part of docs/metrics.md that follows from the catalogue. Its main method brings the page up to date. */
final class MetricsPage {
  static final Path PAGE = Path.of("..", "docs", "metrics.md");
  private static final String BEGIN =
      "<!-- begin: made from the catalogue of meters by the test class MetricsPage -->";
  private static final String END = "<!-- end -->";

  private MetricsPage() {}

  public static void main(String[] args) throws IOException {
    Path page = args.length > 0 ? Path.of(args[0]) : PAGE;
    Files.writeString(page, updated(Files.readString(page)));
  }

  /** The page with its generated part made anew. */
  static String updated(String page) {
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(
          "docs/metrics.md has lost its marks '" + BEGIN + "' and '" + END + "'.");
    }
    return page.substring(0, begin) + BEGIN + "\n\n" + parts() + page.substring(end);
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
