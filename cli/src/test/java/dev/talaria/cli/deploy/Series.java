package dev.talaria.cli.deploy;

import static org.awaitility.Awaitility.await;

import dev.talaria.cli.metrics.MeterCatalogue;
import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.Meters;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of series and the labels that they have with their values, as a page of metrics shows them. */
final class Series {
  private static final Pattern SAMPLE =
      Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{.*})? [^ ]+$", Pattern.MULTILINE);
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_]\\w*)=\"((?:\\\\.|[^\"\\\\])*)\"");

  private Series() {}

  static Map<String, Map<String, Set<String>>> of(String page) {
    Map<String, Map<String, Set<String>>> series = new TreeMap<>();
    Matcher sample = SAMPLE.matcher(page);
    while (sample.find()) {
      Map<String, Set<String>> labels =
          series.computeIfAbsent(sample.group(1), name -> new TreeMap<>());
      Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
      while (label.find()) {
        labels.computeIfAbsent(label.group(1), name -> new HashSet<>()).add(label.group(2));
      }
    }
    return series;
  }

  /** All that the catalogue and the JVM can show: each meter is registered once, and the registry names it. */
  static Map<String, Map<String, Set<String>>> ofTheCatalogue() throws Exception {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (var meters = new Meters(registry).bindJvm()) {
      MeterCatalogue.all().forEach(meter -> register(meters, meter));
      // times of collections are there from the first one on
      System.gc();
      await("a collection was measured").until(() -> registry.scrape().contains("jvm_gc_pause"));
      return of(registry.scrape());
    } finally {
      registry.close();
    }
  }

  private static void register(Meters meters, MeterDoc meter) {
    String[] values = meter.tags().stream().map(tag -> "x").toArray(String[]::new);
    switch (meter.spec().type()) {
      case COUNTER -> meters.counter(meter, values).increment();
      case GAUGE -> meters.gauge(meter, () -> 1, values);
      case TIMER -> meters.timer(meter, values).record(Duration.ofSeconds(1));
    }
  }
}
