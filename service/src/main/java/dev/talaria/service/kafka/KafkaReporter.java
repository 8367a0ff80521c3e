package dev.talaria.service.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka makes for each of its clients and tells of that client's metrics. It passes the chosen ones on to the process's
 * {@link KafkaSeries}, and takes them back when the client closes: that is why no binder polls the clients, of which relays
 * and readers close one whenever Kafka was away.
 */
public final class KafkaReporter implements MetricsReporter {
  private static final String SERIES = "talaria.kafka.series";

  private final Map<MetricName, KafkaMetric> shown = new HashMap<>();
  private @Nullable KafkaSeries series;
  private String client = "";

  /** The settings by which a client reports to these series, beside JMX. */
  public static Map<String, Object> settings(KafkaSeries series) {
    return Map.of(
        CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG,
        List.of(JmxReporter.class.getName(), KafkaReporter.class.getName()),
        SERIES,
        series);
  }

  @Override
  public void configure(Map<String, ?> configs) {
    series = configs.get(SERIES) instanceof KafkaSeries given ? given : null;
    client = role(String.valueOf(configs.get(CommonClientConfigs.CLIENT_ID_CONFIG)));
  }

  /**
   * What a client is for, from its id, without the host, the board and the numbers in it: {@code relay}, {@code reader},
   * {@code streams-restore-consumer}.
   */
  static String role(String clientId) {
    if (clientId.endsWith("-restore-consumer")) {
      return "streams-restore-consumer"; // of the thread that keeps the stores
    }
    for (String role : List.of("consumer", "producer")) {
      if (clientId.contains("StreamThread") && clientId.endsWith("-" + role)) {
        return "streams-" + role;
      }
    }
    if (clientId.contains("relay/")) {
      return "relay";
    }
    String last = clientId.replaceAll("-[0-9]+$", "");
    last = last.substring(Math.max(last.lastIndexOf('-'), last.lastIndexOf('.')) + 1);
    return List.of("admin", "producer", "reader", "offers", "consumer").contains(last)
        ? last
        : "other";
  }

  @Override
  public void init(List<KafkaMetric> metrics) {
    metrics.forEach(this::metricChange);
  }

  @Override
  public synchronized void metricChange(KafkaMetric metric) {
    metricRemoval(metric);
    KafkaSeries to = series;
    if (to != null) {
      KafkaMeter.of(metric.metricName()).ifPresent(meter -> {
        shown.put(metric.metricName(), metric);
        to.add(meter, client, metric);
      });
    }
  }

  @Override
  public synchronized void metricRemoval(KafkaMetric metric) {
    KafkaMetric known = shown.remove(metric.metricName());
    KafkaSeries from = series;
    if (known != null && from != null) {
      KafkaMeter.of(metric.metricName()).ifPresent(meter -> from.remove(meter, client, known));
    }
  }

  @Override
  public synchronized void close() {
    List.copyOf(shown.values()).forEach(this::metricRemoval);
  }
}
