package dev.talaria.service.kafka;

import dev.talaria.service.kafka.KafkaMeter.Fold;
import dev.talaria.service.metrics.MeterSpec;
import dev.talaria.service.metrics.Meters;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.metrics.KafkaMetric;

/**
 * The chosen metrics of all Kafka clients of a process, by role. A client adds what it has and takes it away when it closes;
 * what it counted stays in the sum, so that a counter never falls while the process lives. Thread-safe.
 */
public final class KafkaSeries {
  private final Meters meters;
  private final Map<Key, Series> series = new HashMap<>();

  public KafkaSeries(Meters meters) {
    this.meters = meters;
  }

  private record Key(KafkaMeter meter, String client) {}

  void add(KafkaMeter meter, String client, KafkaMetric metric) {
    of(meter, client).add(metric);
  }

  void remove(KafkaMeter meter, String client, KafkaMetric metric) {
    of(meter, client).remove(metric);
  }

  private synchronized Series of(KafkaMeter meter, String client) {
    boolean byClient = !meter.tags().isEmpty();
    return series.computeIfAbsent(new Key(meter, byClient ? client : ""), this::registered);
  }

  private Series registered(Key key) {
    var made = new Series(key.meter());
    String[] tags = key.client().isEmpty() ? new String[0] : new String[] {key.client()};
    if (key.meter().spec().type() == MeterSpec.Type.COUNTER) {
      meters.functionCounter(key.meter(), made::value, tags);
    } else {
      meters.gauge(key.meter(), made::value, tags);
    }
    return made;
  }

  /** One line at Prometheus. */
  private static final class Series {
    private final KafkaMeter meter;
    private final Set<KafkaMetric> live = new HashSet<>();
    private double ended;

    Series(KafkaMeter meter) {
      this.meter = meter;
    }

    synchronized void add(KafkaMetric metric) {
      live.add(metric);
    }

    void remove(KafkaMetric metric) {
      double last = valueOf(metric);
      synchronized (this) {
        if (live.remove(metric)
            && meter.spec().type() == MeterSpec.Type.COUNTER
            && Double.isFinite(last)) {
          ended += last;
        }
      }
    }

    /** Kafka's values take locks of Kafka's, under which Kafka may be adding a metric here: so none is asked for under ours. */
    double value() {
      List<KafkaMetric> now;
      double value;
      synchronized (this) {
        now = List.copyOf(live);
        value = meter.fold() == Fold.SUM ? ended : Double.NaN;
      }
      for (KafkaMetric metric : now) {
        double one = valueOf(metric);
        if (Double.isFinite(one)) {
          value = meter.fold() == Fold.SUM
              ? value + one
              : Double.isNaN(value) ? one : Math.max(value, one);
        }
      }
      return value;
    }

    private double valueOf(KafkaMetric metric) {
      return metric.metricValue() instanceof Number number
          ? meter.scaled(number.doubleValue())
          : Double.NaN;
    }
  }
}
