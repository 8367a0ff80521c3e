package dev.talaria.board.text;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Text rules that both implementations of the board must share (contract 0.2 to 0.4). Lengths are Unicode code points;
 * Java's own {@code strip} and {@code lines} treat other characters as blank and as line ends.
 */
public final class HermesText {
  private static final int BRIEF = 80;

  private HermesText() {}

  /** Whether hermes's strip removes this character at either end. */
  public static boolean isBlankChar(int c) {
    return (c >= 0x09 && c <= 0x0D)
        || (c >= 0x1C && c <= 0x20)
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  /** The text without blanks at both ends. */
  public static String strip(String text) {
    int start = 0;
    while (start < text.length() && isBlankChar(text.charAt(start))) {
      start++;
    }
    return stripRight(text.substring(start));
  }

  /** The text without blanks at its end. */
  public static String stripRight(String text) {
    int end = text.length();
    while (end > 0 && isBlankChar(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** Whether nothing remains after {@link #strip}; null counts as blank. */
  public static boolean isBlank(@Nullable String text) {
    return text == null || strip(text).isEmpty();
  }

  /** The stripped text, or null when nothing remains. */
  public static @Nullable String stripToNull(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String stripped = strip(text);
    return stripped.isEmpty() ? null : stripped;
  }

  /** The first {@code limit} code points. */
  public static String cap(String text, int limit) {
    return length(text) <= limit ? text : text.substring(0, text.offsetByCodePoints(0, limit));
  }

  /** The text for a message: its beginning, when it is a long one. */
  public static String brief(String text) {
    return length(text) <= BRIEF ? text : cap(text, BRIEF) + "…";
  }

  /** Length in code points. */
  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The first line of the stripped text, at most {@code limit} code points; null when the text is blank. */
  public static @Nullable String firstLine(@Nullable String text, int limit) {
    String stripped = stripToNull(text);
    if (stripped == null) {
      return null;
    }
    int end = 0;
    while (end < stripped.length() && !isLineEnd(stripped.charAt(end))) {
      end++;
    }
    return cap(stripped.substring(0, end), limit);
  }

  /** Locale-independent lower case. */
  public static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static boolean isLineEnd(char c) {
    return (c >= 0x0A && c <= 0x0D)
        || (c >= 0x1C && c <= 0x1E)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }
}
