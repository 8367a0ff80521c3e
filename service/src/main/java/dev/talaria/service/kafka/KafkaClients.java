package dev.talaria.service.kafka;

import dev.talaria.service.config.KafkaConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The settings of every Kafka client. What correctness depends on cannot be changed from outside; timings can, by
 * {@code kafka.*} keys. Keys and values are bytes throughout.
 */
public final class KafkaClients {
  private static final String SHARE_ACKNOWLEDGEMENT_MODE = "share.acknowledgement.mode";
  private static final String SHARE_ACQUIRE_MODE = "share.acquire.mode";

  /** A share consumer refuses to be made with any of these. */
  private static final Set<String> NOT_FOR_SHARE = Set.of(
      ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
      ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
      ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG,
      ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
      ConsumerConfig.ISOLATION_LEVEL_CONFIG,
      ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
      ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
      ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
      ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
      ConsumerConfig.GROUP_PROTOCOL_CONFIG,
      ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);

  private final KafkaConfig config;
  private final String bootstrap;
  private final String clientPrefix;
  private final Map<String, Object> reporting;

  /**
   * @param config with an address; for the embedded broker see {@link KafkaConfig#at}
   * @param clientPrefix before each client's name, in metrics and in the broker's logs: the host's id as a rule
   */
  public KafkaClients(KafkaConfig config, String clientPrefix) {
    this(config, clientPrefix, Map.of());
  }

  /**
   * As {@link #KafkaClients(KafkaConfig, String)}.
   *
   * @param reporting how clients report their metrics, see {@link KafkaReporter#settings}
   */
  public KafkaClients(KafkaConfig config, String clientPrefix, Map<String, Object> reporting) {
    var address = config.bootstrap();
    if (address == null) {
      throw new IllegalArgumentException(
          "kafka.bootstrap is not set: start the embedded broker, then use config.at(its address).");
    }
    this.config = config;
    this.bootstrap = address;
    this.clientPrefix = clientPrefix;
    this.reporting = Map.copyOf(reporting);
  }

  /**
   * For a board's relay: exactly once, in order, and out of everybody's way when its process dies.
   *
   * @param transactionalId stable over restarts, since it fences the predecessor
   */
  public Map<String, Object> relayProducer(String transactionalId) {
    var settings = producerBase(transactionalId);
    // A killed relay's open transaction holds back all read-committed readers of the partition for
    // so long.
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 3_000);
    // The broker answers "not yet" right after the transaction before: 20 commits/s with the stock
    // 100 ms.
    settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
    settings.putAll(passed("producer.", ProducerConfig.configNames()));
    // With more in flight the short back-off makes the broker log OutOfOrderSequence errors.
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    return fixedForProducers(settings);
  }

  /** For offers, commands, replies, beats: at least once, in order, at once. */
  public Map<String, Object> producer(String name) {
    var settings = producerBase(name);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 1);
    settings.putAll(passed("producer.", ProducerConfig.configNames()));
    return fixedForProducers(settings);
  }

  private Map<String, Object> producerBase(String name) {
    var settings = common(name);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    // Nobody may hang for the stock minute when Kafka is away: callers retry, and must be able to
    // stop.
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
    return settings;
  }

  private static Map<String, Object> fixedForProducers(Map<String, Object> settings) {
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return settings;
  }

  /**
   * For readers that are assigned their partitions and keep their offsets themselves. An offset out of range is an
   * exception, never a silent jump.
   */
  public Map<String, Object> consumer(String name) {
    var settings = common(name);
    idleQuietly(settings);
    settings.putAll(passed("consumer.", ConsumerConfig.configNames()));
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return fixedForConsumers(settings);
  }

  /** As {@link #consumer}, for who looks at single records, whether they are committed or not. */
  public Map<String, Object> uncommittedConsumer(String name) {
    var settings = consumer(name);
    // A fetch that waits for more to come is in the next one's way.
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    return settings;
  }

  /**
   * For a launcher's offers: each record acknowledged by hand, and no more of them locked than asked for.
   *
   * @param maxRecords at once; those that are locked and not worked on are kept from other launchers
   */
  public Map<String, Object> shareConsumer(String name, String group, int maxRecords) {
    var settings = common(name);
    idleQuietly(settings);
    settings.putAll(passed("consumer.", ConsumerConfig.configNames()));
    settings.keySet().removeAll(NOT_FOR_SHARE);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxRecords);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(SHARE_ACKNOWLEDGEMENT_MODE, "explicit");
    settings.put(SHARE_ACQUIRE_MODE, "record_limit");
    return fixedForConsumers(settings);
  }

  /** A fetch without data waits at the broker for so long: 0.2 a second and client, instead of two. */
  private static void idleQuietly(Map<String, Object> settings) {
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5_000);
    settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
  }

  private static Map<String, Object> fixedForConsumers(Map<String, Object> settings) {
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return settings;
  }

  public Map<String, Object> admin(String name) {
    var settings = common(name);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
    settings.putAll(passed("admin.", AdminClientConfig.configNames()));
    return settings;
  }

  /** What Kafka Streams starts from: the address and every {@code kafka.*} key, prefixed ones as they are. */
  public Map<String, Object> streams(String name) {
    var settings = common(name);
    settings.putAll(config.properties());
    return settings;
  }

  private Map<String, Object> common(String name) {
    var settings = new HashMap<String, Object>(reporting);
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientPrefix + "." + name);
    // A broker that is back is found within a second.
    settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    // Metrics pushed to the broker: requests for nothing where no broker collects them.
    settings.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
    return settings;
  }

  /** Keys for this client by its prefix, and common keys that it knows or that only a plug-in can know. */
  private Map<String, Object> passed(String prefix, Set<String> ownNames) {
    var passed = new HashMap<String, Object>();
    config.properties().forEach((name, value) -> {
      boolean addressed = name.matches("(producer|consumer|admin)\\..+");
      if (!addressed && (ownNames.contains(name) || !knownToAnyClient(name))) {
        passed.put(name, value);
      }
    });
    config.properties().forEach((name, value) -> {
      if (name.startsWith(prefix)) {
        passed.put(name.substring(prefix.length()), value);
      }
    });
    return passed;
  }

  private static boolean knownToAnyClient(String name) {
    return ProducerConfig.configNames().contains(name)
        || ConsumerConfig.configNames().contains(name)
        || AdminClientConfig.configNames().contains(name);
  }
}
