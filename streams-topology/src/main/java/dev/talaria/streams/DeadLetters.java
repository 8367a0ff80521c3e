package dev.talaria.streams;

import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;

/** Makes the dead letters of Streams' exception handlers, which Streams builds by class name. */
final class DeadLetters {
  /** Setting: the full name of the dead-letter topic. */
  static final String TOPIC = "talaria.dead.letter.topic";

  private final Wire wire = new Wire();
  private final String topic;

  DeadLetters(Map<String, ?> configs) {
    this.topic = String.valueOf(configs.get(TOPIC));
  }

  String topic() {
    return topic;
  }

  /** The record that Streams was working on, with what went wrong. */
  List<ProducerRecord<byte[], byte[]>> of(ErrorHandlerContext source, Exception error) {
    byte @Nullable [] key = source.sourceRawKey();
    var letter = DeadLetter.of(
        source.topic() == null ? "" : source.topic(),
        source.partition(),
        source.offset(),
        "at '%s': %s".formatted(source.processorNodeId(), error),
        key == null ? null : new String(key, StandardCharsets.UTF_8),
        source.sourceRawValue(),
        source.timestamp());
    return List.of(new ProducerRecord<>(topic, key, wire.encode(letter)));
  }
}
