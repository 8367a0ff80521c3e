package dev.talaria.protocol.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The JSON codec of every topic: snake_case names, absent instead of null, unknown fields ignored. Thread-safe. Build one
 * and pass it on.
 */
public final class Wire {
  private static final Pattern SOURCE =
      Pattern.compile(" \\(start marker at \\[Source: REDACTED[^]]*]\\)");

  private final JsonMapper mapper;

  public Wire() {
    JsonFactory factory = JsonFactory.builder()
        // A body of several megabytes is legal on a board; the default cap is 20 million
        // characters.
        .streamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(64_000_000).build())
        .build();
    mapper = JsonMapper.builder(factory)
        .annotationIntrospector(new RequiredUnlessNullable())
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .serializationInclusion(JsonInclude.Include.NON_NULL)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
        // a record's components are its form; Transition.isBackfill() is not one of them
        .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
        .build();
  }

  private Wire(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /** The same codec, which reads some types in another way: a reader that needs little of a message saves the rest. */
  public Wire reading(Module types) {
    return new Wire(mapper.rebuild().addModule(types).build());
  }

  /** The mapper itself, for payload trees. */
  public JsonMapper mapper() {
    return mapper;
  }

  public ObjectNode object() {
    return mapper.createObjectNode();
  }

  /** A message's bytes. Refuses a kind that was read from a newer sender: what is not understood is not sent on. */
  public byte[] encode(Message message) {
    if (message instanceof Unrecognizable) {
      throw new IllegalArgumentException("A message of an unknown kind is never sent: " + message);
    }
    try {
      return mapper.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot encode " + message.getClass().getSimpleName(), e);
    }
  }

  /**
   * Reads a message.
   *
   * @throws MalformedMessageException when the bytes are null, not JSON, or lack what the type needs
   */
  public <T extends Message> T decode(byte @Nullable [] bytes, Class<T> type) {
    if (bytes == null) {
      throw new MalformedMessageException("a " + type.getSimpleName() + " has no value");
    }
    try {
      T message = mapper.readValue(bytes, type);
      if (message == null) {
        throw new MalformedMessageException("a " + type.getSimpleName() + " is null");
      }
      return message;
    } catch (IOException e) {
      throw new MalformedMessageException("not a " + type.getSimpleName() + ": " + firstLine(e), e);
    }
  }

  /** A value as a tree, for payloads. */
  public <T extends JsonNode> T tree(Object value) {
    return mapper.valueToTree(value);
  }

  /**
   * A payload as a typed view.
   *
   * @throws MalformedMessageException when it is JSON's null, or lacks what the type needs
   */
  public <T> T view(JsonNode node, Class<T> type) {
    try {
      T value = mapper.treeToValue(node, type);
      if (value == null) {
        throw new MalformedMessageException("a " + type.getSimpleName() + " is null");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new MalformedMessageException("not a " + type.getSimpleName() + ": " + firstLine(e), e);
    }
  }

  /** A JSON object from text, or null where it is not one: an unreadable payload reads as absent (contract 0.5). */
  public @Nullable ObjectNode objectOrNull(@Nullable String json) {
    if (json == null || json.isBlank()) {
      return null;
    }
    try {
      return mapper.readTree(json) instanceof ObjectNode object ? object : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static String firstLine(Exception e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    String first = end < 0 ? message : message.substring(0, end);
    return SOURCE.matcher(first).replaceAll(""); // Jackson says there that it says nothing
  }
}
