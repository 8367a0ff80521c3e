package dev.talaria.launcher.api;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes typed fields out of a body. Forms know only text, so text that reads as the type wanted is taken too. */
final class Fields {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String verb;
  private final ObjectNode body;

  Fields(Verb verb, ObjectNode body, Set<String> known) throws CallRefused {
    this.verb = verb.wireName();
    this.body = body;
    List<String> unknown = new ArrayList<>();
    body.fieldNames().forEachRemaining(name -> {
      if (!known.contains(name)) {
        unknown.add(name);
      }
    });
    if (!unknown.isEmpty()) {
      throw CallRefused.malformed("'%s' does not know %s; it knows %s."
          .formatted(this.verb, unknown, known.stream().sorted().toList()));
    }
  }

  String required(String name) throws CallRefused {
    String value = text(name);
    if (value == null || value.isBlank()) {
      throw CallRefused.malformed("'%s' needs '%s'.".formatted(verb, name));
    }
    return value;
  }

  @Nullable
  String text(String name) throws CallRefused {
    JsonNode node = present(name);
    if (node == null) {
      return null;
    }
    if (node.isTextual()) {
      return node.textValue();
    }
    throw wrong(name, "text");
  }

  /** A list of texts; one text is a list of one. */
  @Nullable
  List<String> texts(String name) throws CallRefused {
    JsonNode node = present(name);
    if (node == null) {
      return null;
    }
    if (node.isTextual()) {
      return List.of(node.textValue());
    }
    List<String> texts = new ArrayList<>();
    if (node instanceof ArrayNode several) {
      for (JsonNode element : several) {
        if (!element.isTextual()) {
          throw wrong(name, "a list of texts");
        }
        texts.add(element.textValue());
      }
      return texts;
    }
    throw wrong(name, "a list of texts");
  }

  @Nullable
  ObjectNode object(String name) throws CallRefused {
    JsonNode node = present(name);
    if (node instanceof ObjectNode object) {
      return object;
    }
    if (node != null && node.isTextual()) {
      try {
        if (JSON.readTree(node.textValue()) instanceof ObjectNode object) {
          return object;
        }
      } catch (JacksonException e) {
        throw CallRefused.malformed(
            "'%s' of '%s' is not JSON: %s".formatted(name, verb, e.getOriginalMessage()));
      }
    }
    if (node == null) {
      return null;
    }
    throw wrong(name, "a JSON object");
  }

  @Nullable
  Long integer(String name) throws CallRefused {
    JsonNode node = present(name);
    if (node == null) {
      return null;
    }
    if (node.isIntegralNumber()) {
      return node.longValue();
    }
    try {
      return Long.valueOf(node.asText().strip());
    } catch (NumberFormatException e) {
      throw wrong(name, "a whole number");
    }
  }

  @Nullable
  Boolean bool(String name) throws CallRefused {
    JsonNode node = present(name);
    if (node == null) {
      return null;
    }
    return switch (node.asText().strip().toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes" -> true;
      case "false", "0", "no" -> false;
      default -> throw wrong(name, "true or false");
    };
  }

  private @Nullable JsonNode present(String name) {
    JsonNode node = body.get(name);
    return node == null || node.isNull() ? null : node;
  }

  private CallRefused wrong(String name, String expected) {
    return CallRefused.malformed("'%s' of '%s' must be %s.".formatted(name, verb, expected));
  }
}
