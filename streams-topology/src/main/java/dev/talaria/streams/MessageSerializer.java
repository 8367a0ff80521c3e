package dev.talaria.streams;

import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * What the topology sends. What is too large is refused here: refused by the producer, it would end the transaction and with
 * it the thread, whatever an exception handler says, and the next thread would come upon the same record.
 */
final class MessageSerializer implements Serializer<Message> {
  private final Wire wire;

  MessageSerializer(Wire wire) {
    this.wire = wire;
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable Message message) {
    if (message == null) {
      return null; // a tombstone stays one
    }
    byte[] bytes = wire.encode(message);
    if (bytes.length > TopicCatalogue.MAX_MESSAGE_BYTES) {
      throw new SerializationException("a %s of %d bytes, more than %d"
          .formatted(
              message.getClass().getSimpleName(), bytes.length, TopicCatalogue.MAX_MESSAGE_BYTES));
    }
    return bytes;
  }
}
