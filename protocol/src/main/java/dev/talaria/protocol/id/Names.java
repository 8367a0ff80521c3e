package dev.talaria.protocol.id;

import java.util.regex.Pattern;

/** The forms that names must have, with one wording for every refusal. */
final class Names {
  static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  /** Profile ids and board slugs share this form (BOARD-CONTRACT 1.4 and 3.2). */
  static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

  private Names() {}

  static String check(String what, String value, Pattern form) {
    if (!form.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a %s; expected the form %s.".formatted(shown(value), what, form.pattern()));
    }
    return value;
  }

  private static String shown(String value) {
    return value.length() <= 80 ? value : value.substring(0, 80) + "...";
  }
}
