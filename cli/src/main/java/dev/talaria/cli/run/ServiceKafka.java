package dev.talaria.cli.run;

import dev.talaria.dispatcher.DispatcherKafka;
import dev.talaria.dispatcher.inbox.ControlReader.TopicFacts;
import dev.talaria.launcher.LauncherKafka;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.protocol.topic.TopicSpec;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.kafka.KafkaClients;
import dev.talaria.service.kafka.TopicReport;
import dev.talaria.service.kafka.TopicSetup;
import dev.talaria.service.kafka.TopicSetupException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the Kafka clients of this host's services, and keeps its topics. Thread-safe. */
public final class ServiceKafka implements DispatcherKafka, LauncherKafka, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServiceKafka.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int SEND_BLOCKS_MILLIS = 2_000;

  private final KafkaClients clients;
  private final TopicCatalogue topics;
  private final short replication;
  private final String name;
  private final Admin admin;
  private final AtomicInteger numbers = new AtomicInteger();

  /**
   * Clients of one process.
   *
   * @param config with an address
   * @param name of the process, in client ids
   */
  public ServiceKafka(KafkaConfig config, TopicCatalogue topics, String host, String name) {
    this(config, topics, host, name, Map.of());
  }

  /**
   * As {@link #ServiceKafka(KafkaConfig, TopicCatalogue, String, String)}.
   *
   * @param reporting how clients report their metrics
   */
  public ServiceKafka(
      KafkaConfig config,
      TopicCatalogue topics,
      String host,
      String name,
      Map<String, Object> reporting) {
    this.clients = new KafkaClients(config, host, reporting);
    this.topics = topics;
    this.replication = config.replication();
    this.name = name;
    this.admin = Admin.create(clients.admin(name + "-admin"));
  }

  @Override
  public Producer<byte[], byte[]> relayProducer(BoardKey board) {
    return new KafkaProducer<>(clients.relayProducer(topics.prefix() + "relay/" + board));
  }

  @Override
  public Producer<byte[], byte[]> producer() {
    Map<String, Object> settings = clients.producer(numbered("producer"));
    // The threads that send have a board or workers to look after, and all that is sent is sent
    // again.
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_BLOCKS_MILLIS);
    return new KafkaProducer<>(settings);
  }

  @Override
  public Consumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(clients.consumer(numbered("reader")));
  }

  @Override
  public Consumer<byte[], byte[]> uncommittedConsumer() {
    return new KafkaConsumer<>(clients.uncommittedConsumer(numbered("uncommitted-reader")));
  }

  @Override
  public ShareConsumer<byte[], byte[]> shareConsumer(Lane lane, int mostRecords) {
    return new KafkaShareConsumer<>(
        clients.shareConsumer(numbered("offers"), topics.launchers(lane), mostRecords));
  }

  private String numbered(String what) {
    return name + "-" + what + "-" + numbers.incrementAndGet();
  }

  /**
   * Makes the topics that every service needs. Throws when the cluster cannot be reached.
   *
   * @throws IllegalStateException when a topic has another number of partitions than is configured: a board's records
   *     would go to one partition and be looked for on another
   */
  public TopicReport ensureTopics() {
    TopicReport report = new TopicSetup(admin, replication, PATIENCE).ensure(topics.fixed());
    Map<String, TopicFacts> facts = describe();
    for (TopicSpec wanted : topics.fixed()) {
      TopicFacts found = facts.get(wanted.name());
      if (found != null && found.partitions() != wanted.partitions()) {
        throw new IllegalStateException(
            ("Topic '%s' has %d partitions, and %d are configured. The number is fixed when a topic is made:"
                    + " set kafka.partitions to %d, or another kafka.prefix for topics of its own.")
                .formatted(
                    wanted.name(), found.partitions(), wanted.partitions(), found.partitions()));
      }
    }
    return report;
  }

  /** Compares the topics with what they should be. */
  public TopicReport checkTopics() {
    return new TopicSetup(admin, replication, PATIENCE).check(topics.fixed());
  }

  @Override
  public Map<String, TopicFacts> topics() {
    Map<String, TopicFacts> facts = describe();
    if (facts.size() < topics.fixed().size()) {
      TopicReport report = ensureTopics();
      if (!report.created().isEmpty()) {
        log.info("Made topics {}", report.created());
      }
      facts = describe();
    }
    return facts;
  }

  @Override
  public boolean isThere(String topic) {
    return describe(List.of(topic)).containsKey(topic);
  }

  private Map<String, TopicFacts> describe() {
    return describe(topics.fixed().stream().map(TopicSpec::name).toList());
  }

  private Map<String, TopicFacts> describe(List<String> names) {
    Map<String, TopicFacts> facts = new HashMap<>();
    admin.describeTopics(names).topicNameValues().forEach((topic, future) -> {
      try {
        TopicDescription found = future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        facts.put(
            topic, new TopicFacts(found.topicId().toString(), found.partitions().size()));
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw new KafkaException("Cannot look at topic '" + topic + "'", e.getCause());
        }
      } catch (TimeoutException e) {
        throw new KafkaException("Kafka did not answer within " + PATIENCE, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("Interrupted while looking at topics", e);
      }
    });
    return facts;
  }

  @Override
  public void prepareLanes(Collection<Lane> lanes) {
    try {
      new TopicSetup(admin, replication, PATIENCE)
          .ensure(lanes.stream().map(topics::lane).toList());
      // new groups would start at the latest offer and pass over those that wait
      var earliest = new AlterConfigOp(
          new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
      Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
      lanes.forEach(lane -> changes.put(
          new ConfigResource(ConfigResource.Type.GROUP, topics.launchers(lane)),
          List.of(earliest)));
      admin.incrementalAlterConfigs(changes).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TopicSetupException | ExecutionException | TimeoutException e) {
      throw new KafkaException("Cannot prepare the lanes " + lanes, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("Interrupted while preparing lanes", e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(3));
  }
}
