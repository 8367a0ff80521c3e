package dev.talaria.streams;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A state store's values as JSON. An entry that cannot be read (a build that wrote another form) reads as absent and is
 * said aloud: counting starts again for one task, where an exception would stop them all. So fields of stored records are
 * only ever added, as nullable ones.
 */
final class StateSerde<T> implements Serde<T> {
  private static final Logger log = LoggerFactory.getLogger(StateSerde.class);

  private final JsonMapper mapper;
  private final Class<T> type;

  StateSerde(JsonMapper mapper, Class<T> type) {
    this.mapper = mapper;
    this.type = type;
  }

  @Override
  public Serializer<T> serializer() {
    return (topic, value) -> write(value);
  }

  @Override
  public Deserializer<T> deserializer() {
    return (topic, bytes) -> read(bytes);
  }

  private byte @Nullable [] write(@Nullable T value) {
    try {
      byte[] bytes = value == null ? null : mapper.writeValueAsBytes(value);
      if (bytes != null && bytes.length > TopicCatalogue.MAX_MESSAGE_BYTES) {
        // the record that asked for it is put aside; in the producer's hands it would end the
        // thread
        throw new IllegalStateException("a %s of %d bytes, more than a store may keep (%d)"
            .formatted(type.getSimpleName(), bytes.length, TopicCatalogue.MAX_MESSAGE_BYTES));
      }
      return bytes;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot encode " + type.getSimpleName(), e);
    }
  }

  private @Nullable T read(byte @Nullable [] bytes) {
    try {
      return bytes == null ? null : mapper.readValue(bytes, type);
    } catch (IOException e) {
      log.warn(
          "State that is no {} reads as absent: {}",
          type.getSimpleName(),
          new String(bytes, StandardCharsets.UTF_8),
          e);
      return null;
    }
  }
}
