package dev.talaria.board.home;

import org.jspecify.annotations.Nullable;

/**
 * What is to become different in a board's {@code board.json}; null leaves a value as it is.
 *
 * @param name a blank one brings the name back that follows from the slug
 * @param defaultWorkdir an empty one clears it
 */
public record BoardEdits(
    @Nullable String name,
    @Nullable String description,
    @Nullable String icon,
    @Nullable String color,
    @Nullable String defaultWorkdir) {
  public static BoardEdits none() {
    return new BoardEdits(null, null, null, null, null);
  }

  public BoardEdits withName(@Nullable String other) {
    return new BoardEdits(other, description, icon, color, defaultWorkdir);
  }

  public BoardEdits withLooks(
      @Nullable String otherDescription, @Nullable String otherIcon, @Nullable String otherColor) {
    return new BoardEdits(name, otherDescription, otherIcon, otherColor, defaultWorkdir);
  }

  public BoardEdits withDefaultWorkdir(@Nullable String other) {
    return new BoardEdits(name, description, icon, color, other);
  }
}
