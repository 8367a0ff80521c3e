package dev.talaria.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.service.metrics.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real clients; the broker is nowhere, so that records are given up. */
@Timeout(30)
class KafkaReporterTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final KafkaSeries series = new KafkaSeries(new Meters(registry));

  private KafkaProducer<byte[], byte[]> producer(String id) {
    Map<String, Object> settings = new HashMap<>(KafkaReporter.settings(series));
    settings.put("bootstrap.servers", "127.0.0.1:1");
    settings.put("client.id", id);
    settings.put("max.block.ms", 1);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private double errors(String client) {
    return registry
        .get("kafka.producer.record.error")
        .tag("client", client)
        .functionCounter()
        .count();
  }

  private static void giveUp(KafkaProducer<byte[], byte[]> producer) {
    assertThatThrownBy(
            () -> producer.send(new ProducerRecord<>("nowhere", new byte[0])).get())
        .as("there is no broker")
        .hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void shouldShowClientsOfARoleAsOneSeriesThatNeverFalls() {
    var first = producer("alpha.talaria-producer-1");
    var second = producer("alpha.talaria-producer-2");
    giveUp(first);
    giveUp(second);
    double before = errors("producer");
    first.close(Duration.ZERO);

    assertThat(before).isEqualTo(2);
    assertThat(errors("producer")).as("what a closed client counted stays").isEqualTo(2);
    giveUp(second);
    assertThat(errors("producer")).isEqualTo(3);
    second.close(Duration.ZERO);
  }

  @Test
  void shouldLeaveNothingBehindOfClientsThatAreMadeAnewAgainAndAgain() {
    producer("alpha.talaria.relay/alpha/default").close(Duration.ZERO);
    int meters = registry.getMeters().size();
    for (int i = 0; i < 50; i++) {
      producer("alpha.talaria-producer-" + i).close(Duration.ZERO);
      producer("alpha.talaria.relay/alpha/board" + i).close(Duration.ZERO);
    }

    assertThat(meters).isPositive();
    assertThat(registry.getMeters().size()).as("two roles").isEqualTo(2 * meters);
    assertThat(registry
            .get("kafka.client.connections")
            .tag("client", "relay")
            .gauge()
            .value())
        .isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "alpha.talaria-producer-7, producer",
    "alpha.talaria-reader-12, reader",
    "alpha.talaria-offers-3, offers",
    "alpha.talaria-admin, admin",
    "alpha.talaria.relay/alpha/default, relay",
    "talaria.topology-alpha-main-StreamThread-1-consumer, streams-consumer",
    "talaria.topology-alpha-main-StateUpdater-1-restore-consumer, streams-restore-consumer",
    "talaria.topology-alpha-main-StreamThread-1-producer, streams-producer",
    "talaria.topology-alpha-main-admin, admin",
    "somebody's, other"
  })
  void shouldNameClientsByWhatTheyAreFor(String id, String role) {
    assertThat(KafkaReporter.role(id)).isEqualTo(role);
  }
}
