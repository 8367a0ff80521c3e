package dev.talaria.cli.replay.topic;

import dev.talaria.service.kafka.KafkaClients;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Makes consumers that read long stretches fast: large fetches, few of them in memory. Thread-safe. */
public final class TopicReaders implements Supplier<Consumer<byte[], byte[]>> {
  /** How long a cluster that cannot be reached is waited for. */
  public static final Duration PATIENCE = Duration.ofSeconds(8);

  /** A fetch is held twice, as it came and as records; two are under way for each reader. */
  private static final int FETCH_BYTES = 4 << 20;

  private static final int POLL_RECORDS = 5_000;

  private final KafkaClients clients;
  private final String name;
  private final AtomicInteger made = new AtomicInteger();

  public TopicReaders(KafkaClients clients, String name) {
    this.clients = clients;
    this.name = name;
  }

  /** A read-committed reader without a group; the caller closes it. */
  @Override
  public Consumer<byte[], byte[]> get() {
    Map<String, Object> settings = clients.consumer(name + "-" + made.incrementAndGet());
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS);
    return new KafkaConsumer<>(settings);
  }
}
