package dev.talaria.cli.verb;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Surroundings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A path as people type it: from the working directory on, {@code ~} being the user's home. */
public final class TypedPath {
  private TypedPath() {}

  /**
   * The absolute path that is meant.
   *
   * @param option for which it was typed
   * @throws CliFailure when it can be none, or when it is relative and came from another host
   */
  public static String absolute(String option, String typed, Surroundings surroundings) {
    try {
      Path given = typed.equals("~") || typed.startsWith("~/")
          ? surroundings.userHome().resolve(typed.substring(Math.min(2, typed.length())))
          : Path.of(typed);
      Path place = surroundings.workingDirectory().resolve(given).normalize();
      if (!place.isAbsolute()) {
        throw CliFailure.usage(
            "%s has the path '%s', which means nothing on the board's own host; give an absolute one."
                .formatted(option, typed));
      }
      return place.toString();
    } catch (InvalidPathException e) {
      throw CliFailure.usage(
          "%s has the path '%s', which cannot be one: %s.".formatted(option, typed, e.getReason()));
    }
  }
}
