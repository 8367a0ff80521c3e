package dev.talaria.cli.bench;

import dev.talaria.cli.CliFailure;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.kafka.KafkaClients;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What the broker itself needs to carry a small record from one client to another, with the settings that the services use:
 * the yardstick for everything that goes over it. The topic is one of its own, and is deleted.
 */
final class RoundTrips implements AutoCloseable {
  private static final String TOPIC = "talaria-bench-" + ProcessHandle.current().pid();
  private static final long PATIENCE_SECONDS = 20;
  private static final Duration POLL = Duration.ofMillis(100);

  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;

  RoundTrips(KafkaConfig config) throws InterruptedException {
    var clients = new KafkaClients(config, "bench");
    admin = Admin.create(clients.admin("bench-admin"));
    try {
      admin
          .createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
          .all()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      admin.close();
      throw CliFailure.failed("Cannot make the topic '%s': %s".formatted(TOPIC, e.getMessage()));
    }
    producer = new KafkaProducer<>(clients.producer("bench-producer"));
    consumer = new KafkaConsumer<>(clients.consumer("bench-reader"));
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /** Milliseconds from before the send to after the poll that has it, one by one, so many each second. */
  List<Double> millis(int count, int rate) throws InterruptedException {
    List<Double> millis = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long wait = begin + (long) (i * 1e9 / rate) - System.nanoTime();
      if (wait > 0) {
        TimeUnit.NANOSECONDS.sleep(wait);
      }
      long sent = System.nanoTime();
      producer.send(new ProducerRecord<>(
          TOPIC, null, ByteBuffer.allocate(Long.BYTES).putLong(0, sent).array()));
      millis.add((arrivalOf(sent) - sent) / 1e6);
    }
    return millis;
  }

  private long arrivalOf(long sent) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < until) {
      for (ConsumerRecord<byte[], byte[]> rec : consumer.poll(POLL)) {
        if (ByteBuffer.wrap(rec.value()).getLong() == sent) {
          return System.nanoTime();
        }
      }
    }
    throw CliFailure.failed("A record did not come back within %d s.".formatted(PATIENCE_SECONDS));
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
    consumer.close();
    admin.deleteTopics(List.of(TOPIC));
    admin.close(Duration.ofSeconds(2));
  }
}
