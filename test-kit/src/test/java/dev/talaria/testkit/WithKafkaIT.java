package dev.talaria.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@WithKafka
class WithKafkaIT {
  private static final Set<String> PREFIXES = new HashSet<>();

  @Test
  void shouldHandOutABrokerThatWorks(TestBroker broker, Topics topics, RecordReader reader)
      throws Exception {
    var topic = topics.create(broker.prefix() + "t", 3, Map.of());
    try (var producer = new KafkaProducer<>(
        broker.clientConfig(), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, 0, null, "a")).get();
      producer.send(new ProducerRecord<>(topic, 2, null, "b")).get();
    }

    assertThat(reader.values(topic)).containsExactlyInAnyOrder("a", "b");
    topics.delete(topic);
    assertThat(topics.names()).doesNotContain(topic);
  }

  @RepeatedTest(3)
  void shouldGiveEachTestItsOwnPrefix(TestBroker broker) {
    assertThat(PREFIXES.add(broker.prefix())).isTrue();
    assertThat(broker.prefix()).startsWith("withkafkait-");
  }
}
