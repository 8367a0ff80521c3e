package dev.talaria.service.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Makes the registry of a process. */
public final class Registries {
  private Registries() {}

  /** @param run names the examples of its histograms */
  public static PrometheusMeterRegistry of(CurrentRun run) {
    return new PrometheusMeterRegistry(
        new BucketsAlone(), new PrometheusRegistry(), Clock.SYSTEM, run);
  }

  /** Prometheus (2.42 at least) refuses a whole page that has an exemplar anywhere but at buckets and counters. */
  private static final class BucketsAlone implements PrometheusConfig {
    @Override
    public @Nullable String get(String key) {
      return null;
    }

    @Override
    public Properties prometheusProperties() {
      var properties = new Properties();
      properties.setProperty("io.prometheus.exporter.exemplarsOnAllMetricTypes", "false");
      return properties;
    }
  }
}
