package dev.talaria.board.text;

import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A whole number in a variable of the environment, as hermes reads it: blanks around it, and underscores between digits. */
public final class WholeNumber {
  private static final Pattern FORM = Pattern.compile("[-+]?\\d+(?:_\\d+)*");

  private WholeNumber() {}

  /** The number; empty when it is absent, malformed or too large. */
  public static OptionalLong parse(@Nullable String text) {
    String number = text == null ? "" : HermesText.strip(text);
    if (!FORM.matcher(number).matches()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(number.replace("_", "")));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
