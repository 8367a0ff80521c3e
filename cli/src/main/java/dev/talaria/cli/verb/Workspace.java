package dev.talaria.cli.verb;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Surroundings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What {@code --workspace} says; the path is absolute. */
record Workspace(String kind, @Nullable String path) {
  static Workspace parse(String text, Surroundings surroundings) {
    if (text.equals("scratch") || text.equals("worktree")) {
      return new Workspace(text, null);
    }
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String path = colon < 0 ? "" : text.substring(colon + 1).strip();
    if (path.isEmpty() || !(kind.equals("dir") || kind.equals("worktree"))) {
      throw CliFailure.usage(
          "--workspace is '%s'; expected scratch, worktree, worktree:PATH or dir:PATH."
              .formatted(text));
    }
    return new Workspace(kind, absolute(path, surroundings));
  }

  private static String absolute(String path, Surroundings surroundings) {
    try {
      Path given = path.equals("~") || path.startsWith("~/")
          ? surroundings.userHome().resolve(path.substring(Math.min(2, path.length())))
          : Path.of(path);
      Path place = surroundings.workingDirectory().resolve(given).normalize();
      if (!place.isAbsolute()) {
        throw CliFailure.usage(
            "--workspace has the path '%s', which means nothing on the board's own host; give an absolute one."
                .formatted(path));
      }
      return place.toString();
    } catch (InvalidPathException e) {
      throw CliFailure.usage(
          "--workspace has the path '%s', which cannot be one: %s.".formatted(path, e.getReason()));
    }
  }
}
