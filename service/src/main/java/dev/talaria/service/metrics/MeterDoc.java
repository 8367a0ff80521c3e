package dev.talaria.service.metrics;

import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One meter of a part. Each part has an enum of these, from which meters are registered and the metrics page is made.
 * Tags are few and bounded: board, lane, model, outcome, reason; never a task id, a path or a message.
 */
public interface MeterDoc {
  /** What there is to know of it. */
  MeterSpec spec();

  /** Dotted and lower-case: {@code talaria.relay.lag}. */
  default String meterName() {
    return spec().name();
  }

  /** As it appears on the page and after {@code # HELP}. */
  default String description() {
    return spec().description();
  }

  /** {@code tasks}, {@code seconds}; null for counts and for timers, whose unit is seconds. */
  default @Nullable String baseUnit() {
    return spec().baseUnit();
  }

  /** Tag keys, each of which every registration gives a value. */
  default List<String> tags() {
    return spec().tags();
  }

  /** Its name at Prometheus: {@code talaria_relay_lag_seconds}; a timer's series go on with {@code _bucket} and so on. */
  default String prometheusName() {
    String name =
        new PrometheusNamingConvention().name(meterName(), spec().type().meter(), baseUnit());
    // the convention leaves these two off, and the registry puts them on
    String end = spec().type() == MeterSpec.Type.COUNTER
        ? "_total"
        : meterName().endsWith(".info") ? "_info" : "";
    return name.endsWith(end) ? name : name + end;
  }
}
