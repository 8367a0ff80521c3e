package dev.talaria.cli.doctor;

import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.kafka.KafkaClients;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/** The cluster, as the checks look at it: with little patience, and without making or changing anything. */
final class DoctorKafka implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final KafkaClients clients;
  private final TopicCatalogue topics;
  private final Admin admin;
  private final AtomicInteger readers = new AtomicInteger();

  DoctorKafka(KafkaConfig config, TopicCatalogue topics, String host) {
    this.clients = new KafkaClients(config, host);
    this.topics = topics;
    Map<String, Object> settings = clients.admin("doctor-admin");
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() / 2);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    this.admin = Admin.create(settings);
  }

  TopicCatalogue topics() {
    return topics;
  }

  Admin admin() {
    return admin;
  }

  Duration patience() {
    return PATIENCE;
  }

  /** A reader that assigns its partitions itself. The caller closes it. */
  Consumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = clients.consumer("doctor-" + readers.incrementAndGet());
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    return new KafkaConsumer<>(settings);
  }

  /**
   * Waits for an answer.
   *
   * @throws KafkaException when the cluster refuses, or says nothing in time
   */
  <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof KafkaException known ? known : new KafkaException(cause);
    } catch (TimeoutException e) {
      throw new KafkaException(
          "the cluster did not answer within %d s".formatted(PATIENCE.toSeconds()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
