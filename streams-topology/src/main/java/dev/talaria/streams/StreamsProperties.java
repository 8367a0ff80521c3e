package dev.talaria.streams;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;

/** Turns {@link TopologySettings} into properties of Kafka Streams, with the reason of each that is not a default. */
public final class StreamsProperties {
  private StreamsProperties() {}

  /** By Kafka's names. */
  public static Map<String, Object> of(TopologySettings settings) {
    var all = new LinkedHashMap<String, Object>();
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
    all.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    all.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
    all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    all.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
    all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, settings.replication());
    // A store whose name Streams makes up changes its name with the next edit, and loses its state.
    all.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    latency(all);
    membership(all, settings);
    stores(all);
    errors(all, settings);
    all.putAll(settings.kafka());
    return all;
  }

  /** A decision is read once it is committed; {@link CommitPace} asks for most commits. */
  private static void latency(Map<String, Object> all) {
    // Well above what a commit takes, on a busy machine too: the interval runs from the last
    // commit's
    // beginning, so one as long as a commit leaves time for a single record between two (25 ms: 70
    // failures a second under load, of 8,000).
    all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    // A restore waits for it once or twice at each start, so a second would make a restart 2 s
    // longer;
    // stock 100 ms costs a little more when idle. fetch.max.wait.ms keeps its 500: requests for
    // offsets queue behind a waiting fetch, so that 5 s there make each start and close 3 s longer.
    all.put(StreamsConfig.POLL_MS_CONFIG, 250);
    // A commit flushes; lingering only delays the changelog.
    all.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 1);
    all.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), 10);
  }

  /** Without these a topology that was killed or restarted is silent for 43 s. */
  private static void membership(Map<String, Object> all, TopologySettings settings) {
    all.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
        settings.hostId() + "-" + settings.instance());
    all.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
    all.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
  }

  private static void stores(Map<String, Object> all) {
    // For the few entries that are written once for each commit.
    all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 4L << 20);
    all.put(
        StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedMemoryConfigSetter.class.getName());
  }

  private static void errors(Map<String, Object> all, TopologySettings settings) {
    all.put(DeadLetters.TOPIC, settings.topics().deadLetter());
    var topics = settings.topics();
    all.put(
        DeadLetteringProductionHandler.SENT,
        String.join(",", topics.decisions(), topics.incidents(), topics.fleet()));
    // Sources read bytes, which always deserialise; the topology reads them itself.
    all.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndContinueExceptionHandler.class.getName());
    all.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
        DeadLetteringProcessingHandler.class.getName());
    all.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
        DeadLetteringProductionHandler.class.getName());
  }
}
