package dev.talaria.cli.replay.story;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.message.Transition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks into the payload of an event, which anybody may have written: what is not of the expected form is not there. */
final class Payload {
  private static final int LONGEST_VALUE = 200;
  private static final int LONGEST = 600;
  private static final int TAIL_LINES = 20;
  private static final int TAIL_CHARS = 2_000;

  private final @Nullable ObjectNode fields;

  Payload(Transition event) {
    fields = event.payload();
  }

  boolean has(String name) {
    return node(name) != null;
  }

  private @Nullable JsonNode node(String name) {
    JsonNode value = fields == null ? null : fields.get(name);
    return value == null || value.isNull() ? null : value;
  }

  @Nullable
  JsonNode tree(String name) {
    return node(name);
  }

  @Nullable
  String text(String name) {
    JsonNode value = node(name);
    return value == null || !value.isTextual() || value.textValue().isBlank()
        ? null
        : value.textValue();
  }

  @Nullable
  Long number(String name) {
    JsonNode value = node(name);
    return value == null || !value.isNumber() ? null : Long.valueOf(value.longValue());
  }

  @Nullable
  Integer integer(String name) {
    Long value = number(name);
    return value == null ? null : Integer.valueOf(value.intValue());
  }

  boolean flag(String name) {
    JsonNode value = node(name);
    return value != null && value.asBoolean(false);
  }

  /** The end of a text: so many lines and characters that it can be shown among others. */
  @Nullable
  String tail(String name) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    String stripped = text.strip();
    int from = stripped.length();
    for (int lines = 0; lines < TAIL_LINES && from >= 0; lines++) {
      from = stripped.lastIndexOf('\n', from - 1);
    }
    String kept = stripped.substring(from < 0 ? 0 : from + 1);
    if (kept.length() <= TAIL_CHARS) {
      return kept;
    }
    int begin = kept.length() - TAIL_CHARS;
    return kept.substring(Character.isLowSurrogate(kept.charAt(begin)) ? begin + 1 : begin);
  }

  /** All fields that are a plain value, as {@code name value}. */
  String words() {
    List<String> words = new ArrayList<>();
    if (fields != null) {
      fields.fields().forEachRemaining(field -> {
        JsonNode value = field.getValue();
        if (value.isValueNode() && !value.isNull() && !value.asText().isBlank()) {
          words.add(field.getKey() + " " + cut(value.asText(), LONGEST_VALUE));
        }
      });
    }
    return cut(String.join(", ", words), LONGEST);
  }

  /** A text of at most so many characters. */
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end) + "…";
  }
}
