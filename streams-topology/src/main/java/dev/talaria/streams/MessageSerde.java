package dev.talaria.streams;

import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Wire;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Writes messages in their wire form. For sinks only: what is read comes as bytes. */
final class MessageSerde implements Serde<Message> {
  private final Wire wire;

  MessageSerde(Wire wire) {
    this.wire = wire;
  }

  @Override
  public Serializer<Message> serializer() {
    return (topic, message) -> wire.encode(message);
  }

  @Override
  public Deserializer<Message> deserializer() {
    return (topic, bytes) -> {
      throw new UnsupportedOperationException("'%s' is written, not read".formatted(topic));
    };
  }
}
