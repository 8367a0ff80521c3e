package dev.talaria.dispatcher.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the texts of an image or a payload, so that one pasted file does not stop a board's relay (REVIEW R9). The whole
 * text stays on the board.
 */
final class TextCut {
  /** 16 KiB, counted in UTF-16 units and cut between characters. */
  static final int KEPT_CHARS = 16 * 1024;

  private TextCut() {}

  /** Cuts every text of the object that is too long and notes its whole length, under {@code prefix} and its name. */
  static void apply(ObjectNode object, String prefix, int keptChars, ObjectNode truncated) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      JsonNode value = object.get(name);
      if (value.isTextual() && value.textValue().length() > keptChars) {
        truncated.put(prefix + name, value.textValue().length());
        object.put(name, cut(value.textValue(), keptChars));
      } else if (value.isContainerNode() && value.toString().length() > 4 * keptChars) {
        truncated.put(prefix + name, value.toString().length());
        object.put(name, cut(value.toString(), keptChars));
      }
    }
  }

  private static String cut(String text, int keptChars) {
    int end = Character.isHighSurrogate(text.charAt(keptChars - 1)) ? keptChars - 1 : keptChars;
    return text.substring(0, end);
  }
}
