package dev.talaria.board.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.Iterator;
import java.util.TreeSet;

/**
 * JSON in one line, character for character as hermes prints it for people: {@code json.dumps} of Python with sorted
 * keys, a blank after comma and colon, and non-ASCII kept.
 */
final class PythonJson {
  private static final int DOUBLE_DIGITS = 17;
  private static final int FIRST_EXPONENT = 16;
  private static final int LAST_LEADING_ZERO = -4;

  /** Python compares texts by code point; Java's own order puts surrogates before U+E000. */
  private static final Comparator<String> BY_CODE_POINT = (a, b) ->
      java.util.Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

  private PythonJson() {}

  static String line(JsonNode node) {
    StringBuilder out = new StringBuilder();
    append(out, node);
    return out.toString();
  }

  private static void append(StringBuilder out, JsonNode node) {
    if (node.isObject()) {
      appendObject(out, node);
    } else if (node.isArray()) {
      appendArray(out, node);
    } else if (node.isTextual()) {
      appendText(out, node.textValue());
    } else if (node.isFloatingPointNumber()) {
      out.append(number(node.doubleValue()));
    } else {
      out.append(node.asText());
    }
  }

  private static void appendObject(StringBuilder out, JsonNode node) {
    TreeSet<String> names = new TreeSet<>(BY_CODE_POINT);
    node.fieldNames().forEachRemaining(names::add);
    out.append('{');
    String separator = "";
    for (String name : names) {
      appendText(out.append(separator), name);
      append(out.append(": "), node.get(name));
      separator = ", ";
    }
    out.append('}');
  }

  private static void appendArray(StringBuilder out, JsonNode node) {
    out.append('[');
    Iterator<JsonNode> items = node.iterator();
    while (items.hasNext()) {
      append(out, items.next());
      out.append(items.hasNext() ? ", " : "");
    }
    out.append(']');
  }

  private static void appendText(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\f' -> out.append("\\f");
        case '\b' -> out.append("\\b");
        default -> {
          if (c < ' ') {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** The shortest decimal that reads back as this number, written as Python writes it. */
  private static String number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.toString(value);
    }
    String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
    if (value == 0) {
      return sign + "0.0";
    }
    BigDecimal shortest = shortest(Math.abs(value));
    String digits = shortest.unscaledValue().toString();
    int point = digits.length() - shortest.scale(); // digits before the decimal point
    if (point <= LAST_LEADING_ZERO || point > FIRST_EXPONENT) {
      String rest = digits.length() == 1 ? "" : "." + digits.substring(1);
      int exponent = point - 1;
      return "%s%s%se%s%02d"
          .formatted(sign, digits.charAt(0), rest, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
    if (point <= 0) {
      return sign + "0." + "0".repeat(-point) + digits;
    }
    return point >= digits.length()
        ? sign + digits + "0".repeat(point - digits.length()) + ".0"
        : sign + digits.substring(0, point) + "." + digits.substring(point);
  }

  /** Java 17's own text of a double is sometimes a digit too long. */
  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < DOUBLE_DIGITS; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        return rounded.stripTrailingZeros();
      }
    }
    return exact.round(new MathContext(DOUBLE_DIGITS, RoundingMode.HALF_EVEN)).stripTrailingZeros();
  }
}
