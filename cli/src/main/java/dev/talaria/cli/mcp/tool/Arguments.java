package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.HermesText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an agent gave to a tool. Models are not exact about types, so that what can be meant in one way only is taken: a
 * number written as text, one text for a list of one, JSON within a text for an object. Null is the same as absent.
 */
public final class Arguments {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ObjectNode values;

  public Arguments(ObjectNode values) {
    this.values = values;
  }

  /** A text as it was given, blanks and all. */
  @Nullable
  String text(String name) {
    JsonNode node = present(name);
    if (node == null) {
      return null;
    }
    if (node.isContainerNode()) {
      throw wrong(name, "a text", node);
    }
    return node.asText();
  }

  /** An id or name: stripped, and absent when nothing remains. */
  @Nullable
  String name(String name) {
    return HermesText.stripToNull(text(name));
  }

  /** A text that must hold something; {@code why} says what it is for. */
  String required(String name, String why) {
    String text = text(name);
    if (text == null || HermesText.isBlank(text)) {
      throw new ToolRefused("%s is missing: %s.".formatted(name, why));
    }
    return text;
  }

  /** As {@link #required}, for an id. */
  String requiredName(String name, String why) {
    return HermesText.strip(required(name, why));
  }

  /** A list of texts without blank ones; null when absent. */
  @Nullable
  List<String> texts(String name) {
    JsonNode node = present(name);
    if (node == null) {
      return null;
    }
    if (node.isObject()) {
      throw wrong(name, "a list of texts", node);
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : node.isArray() ? node : JSON.createArrayNode().add(node)) {
      if (element.isContainerNode()) {
        throw wrong(name, "a list of texts", element);
      }
      String text = element.isNull() ? "" : HermesText.strip(element.asText());
      if (!text.isEmpty()) {
        texts.add(text);
      }
    }
    return texts;
  }

  /** A JSON object of the caller's own; changing it changes nothing else. */
  @Nullable
  ObjectNode object(String name) {
    JsonNode node = present(name);
    if (node instanceof ObjectNode object) {
      return object.deepCopy();
    }
    if (node == null || (node.isTextual() && HermesText.isBlank(node.asText()))) {
      return null;
    }
    if (node.isTextual() && parsed(node.asText()) instanceof ObjectNode object) {
      return object;
    }
    throw wrong(name, "a JSON object such as {\"changed_files\": [\"a.py\"]}", node);
  }

  private static @Nullable JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  @Nullable
  Long integer(String name) {
    JsonNode node = present(name);
    if (node == null) {
      return null;
    }
    if (node.isNumber() && node.canConvertToLong() && node.asDouble() == node.asLong()) {
      return node.asLong();
    }
    try {
      if (node.isTextual()) {
        return Long.valueOf(HermesText.strip(node.asText()));
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw wrong(name, "a whole number", node);
  }

  /** True, 1, yes, or their opposites; false when absent. */
  boolean flag(String name) {
    JsonNode node = present(name);
    if (node == null) {
      return false;
    }
    return switch (HermesText.strip(node.asText()).toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes" -> true;
      case "false", "0", "no" -> false;
      default -> throw wrong(name, "true or false", node);
    };
  }

  /** The names that were given but are none of these. */
  List<String> namesBut(List<String> known) {
    List<String> unknown = new ArrayList<>();
    values.fieldNames().forEachRemaining(name -> {
      if (!known.contains(name)) {
        unknown.add(HermesText.cap(name, 80));
      }
    });
    return unknown;
  }

  private @Nullable JsonNode present(String name) {
    JsonNode node = values.get(name);
    return node == null || node.isNull() ? null : node;
  }

  private static ToolRefused wrong(String name, String expected, JsonNode found) {
    String text = HermesText.cap(found.toString(), 60);
    return new ToolRefused("%s must be %s, not %s.".formatted(name, expected, text));
  }
}
