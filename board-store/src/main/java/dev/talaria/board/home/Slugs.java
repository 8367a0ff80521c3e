package dev.talaria.board.home;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.text.HermesText;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of boards (contract 1.4). */
public final class Slugs {
  /** The board that always exists. */
  public static final String DEFAULT = "default";

  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

  private Slugs() {}

  /**
   * Stripped and lower-cased; empty when none is given.
   *
   * @throws InvalidRequestException when something is given that cannot be a slug
   */
  public static Optional<String> normalise(@Nullable String text) {
    String slug = text == null ? "" : HermesText.lower(HermesText.strip(text));
    if (slug.isEmpty()) {
      return Optional.empty();
    }
    if (!isSlug(slug)) {
      throw new InvalidRequestException(
          "'%s' is not a board's name; expected the form %s.".formatted(text, FORM.pattern()));
    }
    return Optional.of(slug);
  }

  /** As {@link #normalise}, with a malformed one read as none. */
  static Optional<String> tolerant(@Nullable String text) {
    String slug = text == null ? "" : HermesText.lower(HermesText.strip(text));
    return isSlug(slug) ? Optional.of(slug) : Optional.empty();
  }

  static boolean isSlug(String text) {
    return FORM.matcher(text).matches();
  }
}
