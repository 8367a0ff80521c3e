package dev.talaria.service.kafka;

import static dev.talaria.service.metrics.MeterSpec.counter;
import static dev.talaria.service.metrics.MeterSpec.gauge;
import static dev.talaria.service.metrics.MeterSpec.gaugeIn;

import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.MeterSpec;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.MetricName;

/**
 * What is shown of the hundreds of metrics that Kafka's clients and Streams keep. Clients of one role are shown as one
 * series, counts added up and times at their worst: a client that is made anew has a new id, and its old one would stay.
 */
public enum KafkaMeter implements MeterDoc {
  CONNECTIONS(
      gauge("kafka.client.connections", "Open connections to brokers.", "client"),
      List.of(
          "producer-metrics", "consumer-metrics", "consumer-share-metrics", "admin-client-metrics"),
      "connection-count",
      Fold.SUM,
      1),
  FAILED_AUTHENTICATION(
      counter(
          "kafka.client.failed.authentication",
          "Connections that a broker refused for their credentials.",
          "client"),
      List.of(
          "producer-metrics", "consumer-metrics", "consumer-share-metrics", "admin-client-metrics"),
      "failed-authentication-total",
      Fold.SUM,
      1),
  SENT(
      counter("kafka.producer.record.send", "Records sent.", "client"),
      List.of("producer-metrics"),
      "record-send-total",
      Fold.SUM,
      1),
  SEND_ERRORS(
      counter(
          "kafka.producer.record.error",
          "Records that were given up. Services send again what matters; steadily, brokers are away or refuse them.",
          "client"),
      List.of("producer-metrics"),
      "record-error-total",
      Fold.SUM,
      1),
  SEND_RETRIES(
      counter("kafka.producer.record.retry", "Records sent again by the client itself.", "client"),
      List.of("producer-metrics"),
      "record-retry-total",
      Fold.SUM,
      1),
  SEND_LATENCY(
      gaugeIn(
          "seconds",
          "kafka.producer.request.latency.avg",
          "Mean time of a request over the last minute; NaN without any.",
          "client"),
      List.of("producer-metrics"),
      "request-latency-avg",
      Fold.MAX,
      Scale.MILLIS),
  SEND_LATENCY_MAX(
      gaugeIn(
          "seconds",
          "kafka.producer.request.latency.max",
          "Longest request of the last minute; NaN without any.",
          "client"),
      List.of("producer-metrics"),
      "request-latency-max",
      Fold.MAX,
      Scale.MILLIS),
  QUEUE_TIME_MAX(
      gaugeIn(
          "seconds",
          "kafka.producer.record.queue.time.max",
          "Longest time that a batch waited to be sent, over the last minute; NaN without any.",
          "client"),
      List.of("producer-metrics"),
      "record-queue-time-max",
      Fold.MAX,
      Scale.MILLIS),
  COMMIT_TIME(
      counter(
          "kafka.producer.txn.commit.time.seconds",
          "Seconds spent in committing transactions; divided by the relay's batches, what one costs.",
          "client"),
      List.of("producer-metrics"),
      "txn-commit-time-ns-total",
      Fold.SUM,
      Scale.NANOS),
  CONSUMED(
      counter("kafka.consumer.records.consumed", "Records read.", "client"),
      List.of("consumer-fetch-manager-metrics", "consumer-share-fetch-manager-metrics"),
      "records-consumed-total",
      Fold.SUM,
      1),
  LAG_MAX(
      gauge(
          "kafka.consumer.records.lag.max",
          "Records that the slowest partition of the last half minute is behind; NaN where nothing is read.",
          "client"),
      List.of("consumer-fetch-manager-metrics"),
      "records-lag-max",
      Fold.MAX,
      1),
  FETCH_LATENCY(
      gaugeIn(
          "seconds",
          "kafka.consumer.fetch.latency.avg",
          "Mean time of a fetch over the last half minute. Brokers hold an idle one back for five seconds.",
          "client"),
      List.of("consumer-fetch-manager-metrics", "consumer-share-fetch-manager-metrics"),
      "fetch-latency-avg",
      Fold.MAX,
      Scale.MILLIS),
  LAST_POLL(
      gaugeIn(
          "seconds",
          "kafka.consumer.last.poll",
          "Seconds since the last poll, -1 before the first. Above some seconds the reader's thread is stuck; but the"
              + " topology's restore consumer polls only while it restores.",
          "client"),
      List.of("consumer-metrics", "consumer-share-metrics"),
      "last-poll-seconds-ago",
      Fold.MAX,
      1),
  REBALANCES(
      counter(
          "kafka.consumer.rebalance",
          "Rebalances of the topology's group. Each pauses decisions for a moment; steadily, an instance comes and goes.",
          "client"),
      List.of("consumer-coordinator-metrics"),
      "rebalance-total",
      Fold.SUM,
      1),
  REBALANCE_LATENCY(
      gaugeIn(
          "seconds",
          "kafka.consumer.rebalance.latency.max",
          "Longest rebalance of the last minute; NaN without any.",
          "client"),
      List.of("consumer-coordinator-metrics"),
      "rebalance-latency-max",
      Fold.MAX,
      Scale.MILLIS),
  OFFERS_ACKNOWLEDGED(
      counter("kafka.share.acknowledgements", "Offers that a launcher acknowledged.", "client"),
      List.of("consumer-share-fetch-manager-metrics"),
      "acknowledgements-send-total",
      Fold.SUM,
      1),
  OFFERS_NOT_ACKNOWLEDGED(
      counter(
          "kafka.share.acknowledgements.error",
          "Acknowledgements that a broker refused: the offer comes again. Harmless.",
          "client"),
      List.of("consumer-share-fetch-manager-metrics"),
      "acknowledgements-error-total",
      Fold.SUM,
      1),
  STREAMS_THREADS(
      gauge("kafka.streams.threads.alive", "Stream threads that live; 0: nothing is decided."),
      List.of("stream-metrics"),
      "alive-stream-threads",
      Fold.SUM,
      1),
  STREAMS_FAILED(
      counter("kafka.streams.threads.failed", "Stream threads that ended by an error."),
      List.of("stream-metrics"),
      "failed-stream-threads",
      Fold.SUM,
      1),
  STREAMS_PROCESSED(
      counter("kafka.streams.records.processed", "Records that the topology took in."),
      List.of("stream-thread-metrics"),
      "process-total",
      Fold.SUM,
      1),
  STREAMS_PROCESS_LATENCY(
      gaugeIn(
          "seconds",
          "kafka.streams.process.latency.avg",
          "Mean time of processing what a poll brought, over the last minute; NaN without any."),
      List.of("stream-thread-metrics"),
      "process-latency-avg",
      Fold.MAX,
      Scale.MILLIS),
  STREAMS_COMMIT_LATENCY(
      gaugeIn(
          "seconds",
          "kafka.streams.commit.latency.avg",
          "Mean time of a commit over the last minute; NaN without any. A decision is seen only after its commit."),
      List.of("stream-thread-metrics"),
      "commit-latency-avg",
      Fold.MAX,
      Scale.MILLIS),
  STREAMS_COMMIT_LATENCY_MAX(
      gaugeIn(
          "seconds",
          "kafka.streams.commit.latency.max",
          "Longest commit of the last minute; NaN without any."),
      List.of("stream-thread-metrics"),
      "commit-latency-max",
      Fold.MAX,
      Scale.MILLIS),
  STREAMS_DROPPED(
      counter(
          "kafka.streams.records.dropped",
          "Records that the topology left out, which then are in dead-letter."),
      List.of("stream-task-metrics"),
      "dropped-records-total",
      Fold.SUM,
      1),
  STREAMS_DELAY(
      gaugeIn(
          "seconds",
          "kafka.streams.record.e2e.latency.max",
          "Longest time from a record's timestamp to its being processed, over the last minute; after a start it is the"
              + " age of what waited."),
      List.of("stream-processor-node-metrics"),
      "record-e2e-latency-max",
      Fold.MAX,
      Scale.MILLIS);

  /** How the values of several clients become one. */
  enum Fold {
    SUM,
    MAX
  }

  private static final class Scale {
    static final double MILLIS = 1e-3;
    static final double NANOS = 1e-9;
  }

  private final MeterSpec spec;
  private final List<String> groups;
  private final String metric;
  private final Fold fold;
  private final double scale;

  KafkaMeter(MeterSpec spec, List<String> groups, String metric, Fold fold, double scale) {
    this.spec = spec;
    this.groups = groups;
    this.metric = metric;
    this.fold = fold;
    this.scale = scale;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }

  /** The metric of Kafka's that it is made of. */
  public String source() {
    return String.join(", ", groups) + ": " + metric;
  }

  Fold fold() {
    return fold;
  }

  /** A value of Kafka's in our unit. */
  double scaled(double value) {
    return value * scale;
  }

  /** The meter that shows this metric, if one does. */
  static Optional<KafkaMeter> of(MetricName name) {
    for (KafkaMeter meter : values()) {
      // a metric of a topic or partition has the name of that of its client
      if (meter.metric.equals(name.name())
          && meter.groups.contains(name.group())
          && !name.tags().containsKey("topic")) {
        return Optional.of(meter);
      }
    }
    return Optional.empty();
  }
}
