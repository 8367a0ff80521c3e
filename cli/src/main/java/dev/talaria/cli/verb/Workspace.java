package dev.talaria.cli.verb;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Surroundings;
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
    return new Workspace(kind, TypedPath.absolute("--workspace", path, surroundings));
  }
}
