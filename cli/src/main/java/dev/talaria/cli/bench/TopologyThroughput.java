package dev.talaria.cli.bench;

import dev.talaria.cli.CliFailure;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.kafka.KafkaClients;
import dev.talaria.streams.DecisionListener;
import dev.talaria.streams.TopologyService;
import dev.talaria.streams.TopologySettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * How long the topology takes for a backlog of transitions, and how long {@link PassThrough} takes for the same one. Each is
 * timed from when it has its partitions and state until its last record is committed.
 */
final class TopologyThroughput implements AutoCloseable {
  private static final String THROUGH = "talaria-bench-through";
  private static final long PATIENCE_SECONDS = 30;
  private static final long STALLED_SECONDS = 60;

  private final Wire wire = new Wire();
  private final String bootstrap;
  private final TopicCatalogue topics;
  private final Path directory;
  private final InstantSource clock;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private long asked;

  /** @param directory for the state of both */
  TopologyThroughput(KafkaConfig config, TopicCatalogue topics, Path directory, InstantSource clock)
      throws InterruptedException {
    var clients = new KafkaClients(config, "bench");
    this.bootstrap = String.valueOf(config.bootstrap());
    this.topics = topics;
    this.directory = directory;
    this.clock = clock;
    this.admin = Admin.create(clients.admin("bench-admin"));
    this.producer = new KafkaProducer<>(clients.producer("bench-producer"));
    get(admin
        .createTopics(
            List.of(new NewTopic(THROUGH, Optional.of(topics.partitions()), Optional.empty())))
        .all());
  }

  /** Puts a backlog on {@code transitions}. */
  void fill(List<Transition> transitions) {
    for (Transition transition : transitions) {
      producer.send(new ProducerRecord<>(
          topics.transitions(),
          topics.partitionOf(transition.board()),
          transition.taskKey().toString().getBytes(StandardCharsets.UTF_8),
          wire.encode(transition)));
    }
    producer.flush();
    asked = transitions.stream().filter(TopologyThroughput::asks).count();
  }

  private static boolean asks(Transition transition) {
    return transition.payload() != null && transition.payload().has(PolicyEvent.DECISION_PENDING);
  }

  /** Seconds in which the topology judges what waits for it. */
  double topologySeconds() throws InterruptedException {
    TopologySettings settings = settings();
    var decided = new AtomicLong();
    DecisionListener counts = new DecisionListener() {
      @Override
      public void decided(Decision decision) {
        decided.incrementAndGet();
      }
    };
    try (var service = new TopologyService(settings, wire, counts, clock)) {
      service.start();
      double seconds = seconds(service::isReady, settings.applicationId());
      if (decided.get() < asked) {
        throw CliFailure.failed("Of %d failures %d were decided.".formatted(asked, decided.get()));
      }
      return seconds;
    }
  }

  /** Seconds in which the bare topology carries what waits for it. */
  double passSeconds() throws InterruptedException {
    String application = THROUGH + "-topology";
    try (var bare = new PassThrough(
        settings().withStateDirectory(directory.resolve("through")),
        application,
        topics.transitions(),
        THROUGH)) {
      bare.start();
      return seconds(bare::isRunning, application);
    }
  }

  private TopologySettings settings() {
    return TopologySettings.of(bootstrap, topics, "bench", directory);
  }

  private double seconds(BooleanSupplier running, String group) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!running.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw CliFailure.failed("'%s' did not run within %d s.".formatted(group, PATIENCE_SECONDS));
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
    long begun = System.nanoTime();
    Map<TopicPartition, Long> ends = ends();
    long left = Long.MAX_VALUE;
    long progressed = begun;
    while (true) {
      long now = System.nanoTime();
      long rest = left(ends, group);
      if (rest == 0) {
        return (now - begun) / 1e9;
      }
      if (rest < left) {
        left = rest;
        progressed = now;
      } else if (now - progressed > TimeUnit.SECONDS.toNanos(STALLED_SECONDS)) {
        throw CliFailure.failed("'%s' has not moved for %d s; %d records are left."
            .formatted(group, STALLED_SECONDS, left));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private Map<TopicPartition, Long> ends() throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int i = 0; i < topics.partitions(); i++) {
      latest.put(new TopicPartition(topics.transitions(), i), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(latest).all()).forEach((at, end) -> ends.put(at, end.offset()));
    ends.values().removeIf(end -> end == 0);
    return ends;
  }

  private long left(Map<TopicPartition, Long> ends, String group) throws InterruptedException {
    ListConsumerGroupOffsetsResult asked = admin.listConsumerGroupOffsets(group);
    var committed = get(asked.partitionsToOffsetAndMetadata());
    long left = 0;
    for (var end : ends.entrySet()) {
      var at = committed.get(end.getKey());
      left += end.getValue() - (at == null ? 0 : at.offset());
    }
    return left;
  }

  private static <T> T get(org.apache.kafka.common.KafkaFuture<T> answer)
      throws InterruptedException {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw CliFailure.failed("Kafka refused: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }
}
