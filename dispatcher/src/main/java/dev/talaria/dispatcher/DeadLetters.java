package dev.talaria.dispatcher;

import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts aside what cannot be read or applied. Thread-safe; never fails its caller. */
final class DeadLetters {
  private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

  private final Producer<byte[], byte[]> producer;
  private final TopicCatalogue topics;
  private final Wire wire;
  private final InstantSource clock;

  DeadLetters(
      Producer<byte[], byte[]> producer, TopicCatalogue topics, Wire wire, InstantSource clock) {
    this.producer = producer;
    this.topics = topics;
    this.wire = wire;
    this.clock = clock;
  }

  void send(
      String topic,
      int partition,
      long offset,
      String reason,
      byte @Nullable [] key,
      byte @Nullable [] value) {
    String keyText = key == null ? null : new String(key, StandardCharsets.UTF_8);
    DeadLetter letter =
        DeadLetter.of(topic, partition, offset, reason, keyText, value, clock.millis());
    try {
      producer.send(new ProducerRecord<>(topics.deadLetter(), 0, key, wire.encode(letter)));
    } catch (KafkaException e) {
      log.warn(
          "A dead letter for {}-{}@{} was not sent: {}", topic, partition, offset, e.toString());
    }
  }
}
